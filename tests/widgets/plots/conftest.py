"""Putting plots on a screen, and reading what is on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from widgets import theme

W = TypeVar("W", bound=QWidget)
Show = Callable[..., Any]


@pytest.fixture
def show(qtbot: QtBot) -> Callable[[W, int, int], W]:
    """Show a widget in a size."""

    def shown(widget: W, width: int = 600, height: int = 400) -> W:
        qtbot.addWidget(widget)
        widget.resize(width, height)
        widget.show()
        QApplication.processEvents()
        return widget

    return shown


@pytest.fixture
def dark() -> Iterator[None]:
    """The dark theme, for the length of a test."""
    theme.use(theme.DARK)
    yield
    theme.use(theme.LIGHT)


def move(widget: QWidget, place: QPoint) -> None:
    """Move the pointer over a widget."""
    spot = QPointF(widget.mapToGlobal(place))
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(place),
        spot,
        Qt.MouseButton.NoButton,
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(widget, event)


def ask(widget: QWidget, place: QPoint) -> None:
    """Rest the pointer until a tooltip is asked for."""
    event = QHelpEvent(QEvent.Type.ToolTip, place, widget.mapToGlobal(place))
    QApplication.sendEvent(widget, event)


def pixel(widget: QWidget, place: QPoint) -> QColor:
    """The colour on the screen at a place."""
    return widget.grab().toImage().pixelColor(place)
