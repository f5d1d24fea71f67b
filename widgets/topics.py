"""Which page is about a place in the window: widgets say it, those around them for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QObject, QPoint
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QApplication, QWidget

TOPIC = "topic"
"""Name of the property in which a widget has the key of its page."""


@runtime_checkable
class Topical(Protocol):
    """A widget that is about different things at different places or times."""

    def topic_at(self, pixel: QPoint | None) -> str:
        """Return the key of the page, or nothing.

        Args:
            pixel: The place in question, in global coordinates; None: what is chosen.
        """
        ...


def topic_of(widget: QWidget | None, pixel: QPoint | None) -> str:
    """Return the key of the page about a place in a widget, or about what is around it."""
    for place in _outwards(widget):
        if isinstance(place, Topical):
            key = place.topic_at(pixel)
            if key:
                return key
        if place.property(TOPIC):
            return str(place.property(TOPIC))
    return ""


def _outwards(widget: QWidget | None) -> Iterator[QWidget]:
    while widget is not None:
        yield widget
        widget = widget.parentWidget()


class Attention(QObject):
    """Knows what a person looks at: what is under the pointer if it has moved since the focus did, else what has the focus.

    Args:
        window: Where.
        where: Returns the pointer's place; another one for tests.
    """

    def __init__(self, window: QWidget, where: Callable[[], QPoint] = QCursor.pos) -> None:
        super().__init__(window)
        self._window = window
        self._where = where
        self._before = where()
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._moved)

    def _moved(self, _old: QWidget | None, _new: QWidget | None) -> None:
        self._before = self._where()

    def topic(self) -> str:
        """Return the key of the page about what a person looks at; empty where there is none."""
        pixel = self._where()
        under = self._window.childAt(self._window.mapFromGlobal(pixel))
        pointed = topic_of(under, pixel)
        focused = topic_of(self._window.focusWidget(), None)
        return pointed or focused if pixel != self._before else focused or pointed
