"""From afar one layer paints all nodes; it shows the same whatever was done before."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.widgets.canvas.conftest import Hand, Paintings, key
from widgets import theme
from widgets.canvas import Badge, Canvas, NodeSpec, WireSpec
from widgets.canvas.gauge import GaugeSpec

FAR = 0.2
Act = Callable[[Canvas], None]


def specs(canvas: Canvas) -> dict[str, NodeSpec]:
    return {name: item.spec for name, item in canvas.graph.nodes.items()}


def change(canvas: Canvas, **what: object) -> None:
    canvas.put([specs(canvas)["b"]._replace(**what)])  # type: ignore[arg-type]


ACTS: dict[str, Act] = {
    "moved": lambda c: change(c, position=(300.0, 400.0)),
    "carried": lambda c: c.graph.carry({"b": QPointF(300, 400)}),
    "another category": lambda c: change(c, category="Convolution"),
    "bypassed": lambda c: change(c, muted=True),
    "locked": lambda c: change(c, locked=True),
    "wrong": lambda c: change(c, badge=Badge("error", "Wrong.")),
    "odd": lambda c: change(c, badge=Badge("warning", "Odd.")),
    "measured": lambda c: c.set_gauges({"b": GaugeSpec(0.5, "#ff0000", tint=True)}),
    "a bend": lambda c: change(c, bend=True),
    "chosen": lambda c: c.select(("b",)),
    "taken away": lambda c: c.discard(("b",)),
    "another": lambda c: c.put([NodeSpec("z", "Linear", position=(240, 400), category="Dense")]),
}


def picture(canvas: Canvas) -> QImage:
    return canvas.viewport().grab().toImage()


def seen_from(canvas: Canvas, scale: float) -> QImage:
    canvas.zoom_to(scale)
    canvas.look_at(QPointF(300, 200))
    return picture(canvas)


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
def test_what_is_done_while_far_looks_as_if_it_was_done_before(
    canvas: Canvas, qtbot: QtBot, act: Act
) -> None:
    qtbot.waitUntil(canvas.isVisible)
    before = seen_from(canvas, FAR)
    QApplication.processEvents()
    paintings = Paintings(canvas)
    act(canvas)
    QApplication.processEvents()
    assert paintings.count > 0
    after = seen_from(canvas, FAR)
    assert after != before
    seen_from(canvas, 1.0)
    assert seen_from(canvas, FAR) == after, "nearer and back"
    other = Canvas()
    qtbot.addWidget(other)
    other.resize(canvas.size())
    other.show()
    other.put(
        item.spec._replace(position=item.pos().toTuple()) for item in canvas.graph.nodes.values()
    )
    other.set_wires([WireSpec(wire) for wire in canvas.graph.wires])
    gauges = {name: item.gauge for name, item in canvas.graph.nodes.items() if item.gauge}
    other.set_gauges(gauges)
    other.select(canvas.selection)
    assert seen_from(other, FAR) == after, "anew"


def test_another_theme_has_other_colours(canvas: Canvas) -> None:
    seen_from(canvas, FAR)
    spot = Hand(canvas).at(320, 30)
    for tokens in (theme.DARK, theme.LIGHT):
        theme.use(tokens)
        seen = picture(canvas).pixelColor(spot)
        assert abs(seen.hue() - tokens.category_color("Dense").hue()) < 20
    assert seen != QColor(theme.LIGHT.color("canvas"))


def test_nodes_are_met_as_before(canvas: Canvas) -> None:
    seen_from(canvas, FAR)
    hand = Hand(canvas)
    hand.click(hand.at(320, 30))
    assert canvas.selection == ("b",)
    assert canvas.graph.far_layer.isVisible()
    assert key("a", "b") in canvas.graph.wires
    seen_from(canvas, 1.0)
    assert not canvas.graph.far_layer.isVisible()
