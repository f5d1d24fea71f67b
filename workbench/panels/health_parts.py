"""The two parts of the panel of gradient health, placed as there is room for them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

LEAST_MAP, LEAST_FIGURES = 190, 200  # pixels wide
LEAST_BOTH = 260  # pixels high, one below the other


class HealthParts(QSplitter):
    """Heatmap and figures side by side; in a narrow place below each other, and where that is low the heatmap alone.

    Args:
        parent: Qt parent.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the parts where there is room for them."""
        narrow = self.width() < LEAST_MAP + LEAST_FIGURES + self.handleWidth()
        self.setOrientation(Qt.Orientation.Vertical if narrow else Qt.Orientation.Horizontal)
        figures = self.widget(1)
        if figures is not None:
            figures.setVisible(not narrow or self.height() >= LEAST_BOTH)
        super().resizeEvent(event)
