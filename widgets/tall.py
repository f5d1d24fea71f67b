"""Contents that scroll where there is no room for their height."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget


class Tall(QScrollArea):
    """Shows a widget as large as its own place, but no lower than it has to be.

    Args:
        content: What is shown.
        least: Pixels below which it is not made lower.
        parent: Qt parent.
    """

    def __init__(self, content: QWidget, least: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._content, self._least = content, least
        self.setWidget(content)
        for part in (self.viewport(), content):  # else Qt holds what lies below for out of sight
            part.setAutoFillBackground(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the content the place there is, however high it would like to be for its width."""
        super().resizeEvent(event)
        room = self.viewport().size()
        self._content.resize(room.width(), max(room.height(), self._least))
