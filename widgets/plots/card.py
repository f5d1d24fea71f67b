"""Words beside the pointer, over whatever else is there."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QLabel

from widgets import theme

BESIDE = 14  # pixels between pointer and card


class Card(QLabel):
    """A card of the window that a plot lies in, so that it may reach over the edge of the plot.

    Args:
        plot: Whose places it tells of.
    """

    def __init__(self, plot: pg.PlotWidget) -> None:
        super().__init__(plot)
        self._plot = plot
        self.setObjectName("readout")
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        tokens = theme.current()
        self.setStyleSheet(
            f"QLabel#readout {{ background: {tokens.raised}; color: {tokens.text}; padding: 4px 6px; "
            f"border: 1px solid {tokens.border}; border-radius: 4px; font-size: {theme.FONT_SMALL}pt; }}"
        )

    def tell(self, words: str, at: QPointF) -> None:
        """Say something of a place, beside the pointer where there is more room in the window.

        Args:
            words: In HTML, line breaks included.
            at: The place, in the coordinates of the plot.
        """
        self.setText(f'<div style="white-space: pre">{words}</div>')
        window = self._plot.window()
        if self.parent() is not window:
            self.setParent(window)
        self.adjustSize()
        place = self._plot.mapFromScene(self._plot.getViewBox().mapViewToScene(at))
        spot = self._plot.mapTo(window, place)
        left = spot.x() + BESIDE
        if left + self.width() > window.width():
            left = spot.x() - BESIDE - self.width()
        top = min(spot.y(), window.height() - self.height())
        self.move(max(0, left), max(0, top))
        self.show()
        self.raise_()

    def let_go(self) -> None:
        """Say nothing, and go with the plot again."""
        self.hide()
        self.setParent(self._plot)
