"""What the canvas paints, near and far, light and dark."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QFontMetricsF, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.widgets.canvas.conftest import Hand, Paintings, key
from widgets import theme
from widgets.canvas import Badge, Canvas, NodeSpec, PortRef, PortSpec, WireKey, WireSpec
from widgets.canvas.card_text import lines_of, shortened, sizes_at
from widgets.canvas.far_title import ON_SCREEN, STEP, far_title
from widgets.canvas.kit import FAR, Kit
from widgets.canvas.wires import Wire, levels, nearest_wire, runs_forward, wire_path


@pytest.fixture(params=[theme.LIGHT, theme.DARK], ids=["light", "dark"])
def tokens(request: pytest.FixtureRequest) -> Iterator[theme.Tokens]:
    theme.use(request.param)
    yield request.param
    theme.use(theme.LIGHT)


def picture(canvas: Canvas) -> QImage:
    return canvas.viewport().grab().toImage()


def colour_at(canvas: Canvas, x: float, y: float) -> QColor:
    return picture(canvas).pixelColor(Hand(canvas).at(x, y))


def test_the_edge_of_a_node_has_the_colour_of_its_category(
    canvas: Canvas, tokens: theme.Tokens
) -> None:
    assert colour_at(canvas, 243, 15) == tokens.category_color("Dense")
    assert colour_at(canvas, 300, 52) == tokens.color("raised")


def test_from_afar_the_whole_node_has_its_colour(canvas: Canvas, tokens: theme.Tokens) -> None:
    canvas.zoom_to(0.2)
    seen = colour_at(canvas, 320, 30)
    category = tokens.category_color("Dense")
    assert abs(seen.hue() - category.hue()) < 20


@pytest.mark.parametrize("zoom", [FAR, 0.45, 0.54])
@pytest.mark.parametrize("title", ["ReLU", "Batch norm", "Upconvolution 2-D"])
def test_a_title_is_read_where_the_rest_is_too_small(title: str, zoom: float) -> None:
    """On the screen letters have one size, and none stands beside the node."""
    made = far_title(title, 10, 140, 60, zoom)
    assert made.pixels * zoom == pytest.approx(ON_SCREEN, abs=STEP * zoom)
    assert made.text.size().width() <= 140
    assert made.place.y() >= 0
    assert made.place.y() + made.text.size().height() <= 60
    assert made.text.text()[:2] == title[:2]


@pytest.mark.parametrize("zoom", [0.55, 0.618, 0.64, 0.75, 0.955, 1.0, 1.25])
@pytest.mark.parametrize("barred", [False, True])
@pytest.mark.parametrize("subtitle", ["", "32 · 3×3"])
def test_letters_on_a_node_are_large_enough_to_read(
    canvas: Canvas, zoom: float, barred: bool, subtitle: str
) -> None:
    """No line is smaller on the screen than ten pixels, stands on another or leaves the node."""
    spec = NodeSpec("b", "Convolution 2-D", subtitle, "conv1", figure="9.2k")
    sizes = sizes_at(zoom)
    assert all(size * zoom >= 10 for size in sizes)
    lines = lines_of(spec, spec.figure, 60, sizes, barred)
    told = [line.text.text() for line in lines]
    title = " ".join(line.text.text() for line in lines if line.strong)
    assert title == "Convolution 2-D" if zoom > 0.63 else title[:6] == "Convol"
    assert title.endswith("2-D")  # which tells it from other convolutions
    assert told[-2:] == ["conv1", "9.2k"]
    assert (subtitle in told) == bool(subtitle and zoom >= (0.63 if barred else 0.6))
    middles = sorted({line.place.y() + line.text.size().height() / 2 for line in lines})
    assert all(b - a >= sizes[2] for a, b in itertools.pairwise(middles))
    capital = 0.75  # of the size of letters
    assert middles[0] - capital / 2 * sizes[0] >= 0
    assert middles[-1] + capital / 2 * sizes[2] <= (53.5 if barred else 60)


def test_a_title_without_room_stands_on_two_lines_where_no_settings_are_to_be_read() -> None:
    spec = NodeSpec("b", "Residual block with projection", note="block1")
    lines = lines_of(spec, "", 60, sizes_at(1.0), barred=False)
    titles = [line for line in lines if line.strong]
    assert " ".join(line.text.text() for line in titles) == spec.title
    assert all(line.text.size().width() <= 160 for line in titles)
    middles = [line.place.y() + line.text.size().height() / 2 for line in lines]
    assert all(b - a >= 12 for a, b in itertools.pairwise(middles))
    assert 0 < middles[0] < middles[-1] < 60
    told = lines_of(spec._replace(subtitle="×2"), "", 60, sizes_at(1.0), barred=False)
    assert [line.text.text() for line in told][1:] == ["×2", "block1"]
    assert told[0].text.text().endswith("…")


def test_the_padlock_stands_beside_the_first_line_of_a_title(canvas: Canvas) -> None:
    title = "Residual block with projection"
    canvas.put([NodeSpec("b", title, position=(240, 0), locked=True)])
    canvas.zoom_to(1.0)
    picture(canvas)
    item = canvas.graph.nodes["b"]
    first = item._texts[0]
    assert item._title_middle == pytest.approx(
        first.place.y() + first.text.size().height() / 2, abs=2
    )


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("ReLU", "ReLU"),
        ("Upconvolution 2-D", "Upco… 2-D"),
        ("Instance norm", "Instance…"),
        ("Reparameterise", "Reparam…"),
    ],
)
def test_the_end_that_tells_layers_apart_stays_when_a_title_is_cut(words: str, shown: str) -> None:
    metrics = QFontMetricsF(Kit.strong(12))
    made = shortened(words, metrics, metrics.horizontalAdvance(shown) + 1)
    assert made.split("…")[0].strip() == shown.split("…")[0].strip()
    assert made.split("…")[1:] == shown.split("…")[1:]


def test_letters_grow_with_the_scale_and_are_laid_out_anew(canvas: Canvas) -> None:
    canvas.zoom_to(0.6)
    picture(canvas)
    small = [line.text.text() for line in canvas.graph.nodes["b"]._texts]
    near, far = sizes_at(1.0), canvas.graph.nodes["b"]._sizes
    assert far == sizes_at(0.6) > near
    canvas.zoom_to(1.0)
    picture(canvas)
    assert canvas.graph.nodes["b"]._sizes == near
    assert [line.text.text() for line in canvas.graph.nodes["b"]._texts] == small


@pytest.mark.parametrize("zoom", [0.1, 0.45, 1.0])
def test_errors_and_warnings_look_different_at_every_scale(canvas: Canvas, zoom: float) -> None:
    canvas.zoom_to(zoom)
    looks = []
    for badge in (None, Badge("error", "Wrong."), Badge("warning", "Odd.")):
        canvas.put([NodeSpec("b", "Linear", position=(240, 0), category="Dense", badge=badge)])
        looks.append(picture(canvas))
    assert looks[0] != looks[1]
    assert looks[0] != looks[2]
    assert looks[1] != looks[2]


@pytest.mark.parametrize("zoom", [0.1, 0.45, 1.0])
def test_a_node_that_nobody_can_set_looks_different_at_every_scale(
    canvas: Canvas, tokens: theme.Tokens, zoom: float
) -> None:
    canvas.zoom_to(zoom)
    looks = []
    for locked in (False, True):
        canvas.put([NodeSpec("b", "Linear", position=(240, 0), locked=locked)])
        looks.append(picture(canvas))
    assert looks[0] != looks[1]


def test_a_padlock_stands_behind_the_title(canvas: Canvas, tokens: theme.Tokens) -> None:
    canvas.put([NodeSpec("b", "Linear", "x", "y", position=(240, 0), locked=True)])
    assert colour_at(canvas, 240 + 145, 16) == tokens.color("muted")


def test_the_label_and_the_break_of_a_wire_are_seen(canvas: Canvas) -> None:
    looks = []
    for label, broken in (("", False), ("64", False), ("64", True)):
        canvas.set_wires([WireSpec(key("a", "b"), label, broken)])
        looks.append(picture(canvas))
    assert looks[0] != looks[1]
    assert looks[1] != looks[2]


@pytest.mark.parametrize("zoom", [0.56, 0.64, 0.75, 1.0])
def test_long_shapes_are_told_on_short_wires_too(canvas: Canvas, zoom: float) -> None:
    canvas.zoom_to(zoom)
    looks = []
    for label in ("", "128×14×14"):
        canvas.set_wires([WireSpec(key("a", "b"), label)])
        looks.append(picture(canvas))
    assert looks[0] != looks[1]
    ends = [canvas.mapFromScene(QPointF(x, 0)).x() for x in (160, 240)]
    for x in range(looks[0].width()):
        if not ends[0] <= x <= ends[1]:  # no letter stands on a node
            column = [look.copy(x, 0, 1, look.height()) for look in looks]
            assert column[0] == column[1]


def test_what_is_shown_already_is_not_painted_again(canvas: Canvas, qtbot: QtBot) -> None:
    """A check of a large network mostly says what is known."""
    qtbot.waitUntil(canvas.isVisible)
    QApplication.processEvents()
    paintings = Paintings(canvas)
    known = [WireSpec(key("a", "b"), "8"), WireSpec(key("b", "c"), "64")]
    canvas.set_wires(known)
    canvas.put([canvas.graph.nodes["b"].spec])
    QApplication.processEvents()
    assert paintings.count == 0
    for different in (WireSpec(key("a", "b"), "9"), WireSpec(key("a", "b"), "9", broken=True)):
        canvas.set_wires([different, known[1]])
        QApplication.processEvents()
        assert paintings.count == 1
        paintings.count = 0
    canvas.set_wires(known[1:])
    QApplication.processEvents()
    assert paintings.count == 1


def test_a_wire_is_painted_wherever_its_nodes_go(canvas: Canvas) -> None:
    """Far enough to be gathered with other wires than before."""
    for name, x in (("a", 4000), ("b", 4240)):
        spec = canvas.graph.nodes[name].spec
        canvas.put([spec._replace(position=(x, 3000))])
    canvas.centerOn(4200, 3030)
    middle = canvas.graph.wires[key("a", "b")].middle
    assert colour_at(canvas, middle.x(), middle.y()) != colour_at(canvas, middle.x(), 3200)


def test_wires_follow_when_a_node_gets_other_ports(canvas: Canvas) -> None:
    before = canvas.graph.wires[key("a", "b")].end
    spec = canvas.graph.nodes["b"].spec
    canvas.put([spec._replace(inputs=(PortSpec("other"), PortSpec("in")))])
    after = canvas.graph.wires[key("a", "b")].end
    assert after.y() > before.y()
    assert after == canvas.port_place(PortRef("b", "in", False))


def test_a_card_throws_a_shadow(canvas: Canvas, tokens: theme.Tokens) -> None:
    below = canvas.graph.nodes["b"].height + 1
    assert colour_at(canvas, 320, below).lightness() < tokens.color("canvas").lightness()
    assert colour_at(canvas, 320, 52) == tokens.color("raised")


def test_another_theme_repaints(canvas: Canvas) -> None:
    light = colour_at(canvas, 30, 400)
    theme.use(theme.DARK)
    try:
        dark = colour_at(canvas, 30, 400)
    finally:
        theme.use(theme.LIGHT)
    assert light.lightness() > 200
    assert dark.lightness() < 60


def test_a_selected_node_is_told_by_its_outline(canvas: Canvas) -> None:
    before = picture(canvas)
    canvas.select(["b"])
    assert picture(canvas) != before


def test_wires_end_at_their_ports_both_ways() -> None:
    for end in (QPointF(300, 50), QPointF(-500, 200), QPointF(-500, 0), QPointF(5, 90)):
        path = wire_path(QPointF(0, 0), end)
        assert path.pointAtPercent(0) == QPointF(0, 0)
        assert (path.currentPosition() - end).manhattanLength() < 1e-6


def test_a_backward_wire_runs_between_the_lines() -> None:
    start, end = QPointF(1000, 30), QPointF(0, 230)
    assert not runs_forward(start, end)
    assert levels(start, end)[0] == 130


def test_a_backward_wire_avoids_nodes(canvas: Canvas) -> None:
    canvas.put(
        [NodeSpec("e", "ReLU", position=(-240, 200)), NodeSpec("f", "ReLU", position=(100, 100))]
    )
    canvas.set_wires([WireSpec(key("b", "e"))])
    level = canvas.graph.wires[key("b", "e")].middle.y()
    assert not 100 - 6 <= level <= 160 + 6


def test_the_nearest_wire_is_found_along_its_curve() -> None:
    wires = {
        key("a", "b"): Wire(WireSpec(key("a", "b")), QPointF(0, 0), QPointF(200, 100)),
        key("c", "d"): Wire(WireSpec(key("c", "d")), QPointF(0, 200), QPointF(200, 200)),
    }
    assert nearest_wire(wires, QPointF(100, 52), 8) == key("a", "b")
    assert nearest_wire(wires, QPointF(100, 196), 8) == key("c", "d")
    assert nearest_wire(wires, QPointF(100, 150), 8) is None


@pytest.mark.parametrize("seed", range(3))
def test_after_many_changes_wires_look_as_if_gathered_anew(qtbot: QtBot, seed: int) -> None:
    """Only parts of the scene that changed are gathered again; none may be forgotten."""
    dice = random.Random(seed)
    places = {f"n{i}": (700.0 * (i % 6), 700.0 * (i // 6)) for i in range(24)}
    links = [key(f"n{i}", f"n{i + 1}") for i in range(23)]
    broken: set[WireKey] = set()
    tones: dict[WireKey, int] = {}
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(900, 600)
    canvas.show()
    graph = canvas.graph
    for turn in range(25):
        canvas.put([NodeSpec(name, "Linear", position=at) for name, at in places.items()])
        canvas.set_wires([WireSpec(link, "8", link in broken) for link in links])
        canvas.set_gauges({}, tones)
        canvas.zoom_to(0.2)
        canvas.centerOn(1750, 1050)
        name, link = dice.choice(list(places)), dice.choice(links)
        places[name] = (dice.uniform(0, 3500), dice.uniform(0, 2100))
        match turn % 3:
            case 0:
                graph.layer.emphasise([(other, "moving") for other in graph.touching([name])])
                picture(canvas)
                graph.carry({name: QPointF(*places[name])})
                picture(canvas)
                graph.layer.emphasise([])
                graph.settle()
            case 1:
                broken ^= {link}
            case _:
                links.remove(link)
                tones = {other: dice.randrange(5) for other in dice.sample(links, 5)}
        looks = picture(canvas)
        graph.layer.invalidate(wire.tile for wire in graph.wires.values())
        assert looks == picture(canvas)
