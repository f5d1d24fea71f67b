"""The page of the tab Inside: the views and their settings beside what is seen, above it where a window is narrow."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QWidget,
)

from projects.translation import gettext as _
from workbench.inside.side import WIDTH, Side

# Pixels of what is seen; where there is no room for that the page is scrolled.
LEAST_WIDTH, LEAST_HEIGHT = 270, 240


class Stage(QStackedWidget):
    """Holds what is seen, as high as there is room: else the page would be as high as each picture would like to be."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)

    def hasHeightForWidth(self) -> bool:
        """Legends that flow wish for a height; what is under them takes what is left."""
        return False


class Page(QScrollArea):
    """Lays out the two parts of the tab; none of them is ever drawn over another.

    Args:
        side: The views and their settings.
        middle: What is seen.
        parent: Qt parent.
    """

    def __init__(self, side: Side, middle: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("insidePage")
        self.setAccessibleName(_("Inside"))
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._side, self._middle = side, middle
        middle.setMinimumHeight(LEAST_HEIGHT)
        inner = QWidget()
        self._parts = QBoxLayout(QBoxLayout.Direction.LeftToRight, inner)
        self._parts.setContentsMargins(0, 0, 0, 0)
        self._parts.setSpacing(0)
        self._parts.addWidget(side)
        self._parts.addWidget(middle, 1)
        self.setWidget(inner)
        for part in (self.viewport(), inner):
            part.setAutoFillBackground(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the parts where there is room for them."""
        narrow = self.width() < WIDTH + LEAST_WIDTH
        ways = QBoxLayout.Direction
        way = ways.TopToBottom if narrow else ways.LeftToRight
        if way != self._parts.direction():
            self._parts.setDirection(way)
            self._side.lie(narrow)
        super().resizeEvent(event)
