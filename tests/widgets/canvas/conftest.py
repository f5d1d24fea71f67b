"""A small graph on a visible canvas, and hands to use it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from widgets.canvas import Canvas, NodeSpec, PortRef, PortSpec, WireKey, WireSpec

Heard = Callable[[Any], list[tuple[Any, ...]]]


def key(source: str, target: str) -> WireKey:
    return WireKey(source, "out", target, "in")


class Hand:
    """Drags and clicks on a canvas with real events."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas
        self.pixels = canvas.viewport()

    def at(self, x: float, y: float) -> QPoint:
        return self.canvas.mapFromScene(QPointF(x, y))

    def port(self, node: str, output: bool) -> QPoint:
        name = "out" if output else "in"
        return self.canvas.mapFromScene(self.canvas.port_place(PortRef(node, name, output)))

    def node(self, name: str) -> QPoint:
        item = self.canvas.graph.nodes[name]
        return self.canvas.mapFromScene(item.pos() + item.card.center())

    def drag(
        self,
        start: QPoint,
        end: QPoint,
        modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
        button: Qt.MouseButton = Qt.MouseButton.LeftButton,
        release: bool = True,
    ) -> None:
        from PySide6.QtGui import QMouseEvent
        from PySide6.QtWidgets import QApplication

        QTest.mousePress(self.pixels, button, modifiers, start)
        for share in (0.3, 0.6, 1.0):
            place = QPointF(start + (end - start) * share)
            spot = QPointF(self.pixels.mapToGlobal(place.toPoint()))
            move = QMouseEvent(
                QEvent.Type.MouseMove, place, spot, Qt.MouseButton.NoButton, button, modifiers
            )
            QApplication.sendEvent(self.pixels, move)
        if release:
            QTest.mouseRelease(self.pixels, button, modifiers, end)

    def click(
        self, place: QPoint, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        QTest.mouseClick(self.pixels, Qt.MouseButton.LeftButton, modifiers, place)

    def press(
        self, what: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        QTest.keyClick(self.canvas, what, modifiers)


class Paintings(QObject):
    """Counts how often a widget is painted."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self.count = 0
        canvas.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Paint
        return False


@pytest.fixture
def canvas(qtbot: QtBot) -> Canvas:
    """``a → b → c`` on one line, and a loose ``d`` below."""
    made = Canvas()
    qtbot.addWidget(made)
    made.resize(1000, 600)
    made.put(
        [
            NodeSpec("a", "Input", inputs=(), position=(0, 0)),
            NodeSpec("b", "Linear", "64", position=(240, 0), category="Dense"),
            NodeSpec("c", "Output", outputs=(), position=(480, 0)),
            NodeSpec("d", "Add", position=(240, 200), inputs=(PortSpec("in", many=True),)),
        ]
    )
    made.set_wires([WireSpec(key("a", "b"), "8"), WireSpec(key("b", "c"), "64")])
    made.show()
    made.zoom_to(1.0)
    made.centerOn(320, 130)
    made.setFocus()
    return made


@pytest.fixture
def hand(canvas: Canvas) -> Hand:
    return Hand(canvas)


@pytest.fixture
def heard() -> Heard:
    """Collect what a signal says."""

    def listen(signal: Any) -> list[tuple[Any, ...]]:
        said: list[tuple[Any, ...]] = []
        signal.connect(lambda *values: said.append(values))
        return said

    return listen
