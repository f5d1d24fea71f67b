"""A plane and what is said about it, laid out so that nothing stays empty beside the plane."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from widgets import theme

FRAME = 16  # pixels that a plane takes for the figures at its axes more in width than in height
LEAST_BESIDE = 190  # pixels: two switches, or the columns of a table
LEAST_LOW = 320  # pixels: words and the time line too
LOW = 2.2  # times as wide as high: from here on words and time line have more room beside the plane
ROOMY = 500


class PlaneSplit(QWidget):
    """A plane no wider than it is high, and beside it the rest; that is below it in a narrow place.

    In a low place words and time line stand beside the plane as well.

    Args:
        words: What stands above all.
        plane: Shows both axes by the same scale.
        beside: What is told of it.
        line: The time line.
        parent: Qt parent.
    """

    def __init__(
        self,
        words: QWidget,
        plane: QWidget,
        beside: QWidget,
        line: QWidget,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._words, self._plane, self._line = words, plane, line
        self._beside = QWidget()
        self._inner = QVBoxLayout(self._beside)
        self._inner.setContentsMargins(theme.GAP, 0, 0, 0)
        self._inner.addWidget(beside, 1)
        self._split = QSplitter(Qt.Orientation.Horizontal)
        for part in (plane, self._beside):
            self._split.addWidget(part)
        self._split.setChildrenCollapsible(False)
        self._split.setStretchFactor(0, 1)
        self._outer = QVBoxLayout(self)
        self._outer.setContentsMargins(theme.PAD, theme.GAP, theme.PAD, theme.GAP)
        self._outer.addWidget(self._split, 1)
        for column in (self._inner, self._outer):
            column.setSpacing(theme.GAP)
        self._way = ""
        self._place()
        self._split.installEventFilter(self)

    @property
    def picture(self) -> QWidget:
        """The plane, with what is told of it as far as nothing else stands there."""
        return self._plane if self._way == "low" else self._split

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the parts where there is room for them."""
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        wide, high = self.width(), self.height()
        way = "low" if wide > LOW * high else "narrow" if wide < high else "usual"
        another, self._way = way != self._way, way
        if another:
            column = self._inner if way == "low" else self._outer
            column.insertWidget(0, self._words)
            column.addWidget(self._line)
            ways = Qt.Orientation
            self._split.setOrientation(ways.Vertical if way == "narrow" else ways.Horizontal)
        self._outer.activate()
        self._bound()
        if another:
            self._split.setSizes([2, 1] if way == "narrow" else [ROOMY, LEAST_BESIDE])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Go along where words or the time line leave another height."""
        if event.type() == QEvent.Type.Resize:
            self._bound()
        return super().eventFilter(watched, event)

    def _bound(self) -> None:
        """Keep the plane from being wider than high."""
        least = {"low": LEAST_LOW, "usual": LEAST_BESIDE}.get(self._way, 0)
        self._beside.setMinimumWidth(min(least, self.width() // 2))
        square = max(1, self._split.height()) + FRAME
        self._plane.setMaximumWidth(theme.LIMITLESS if self._way == "narrow" else square)
