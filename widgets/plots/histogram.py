"""How often values are how large: bars side by side."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtWidgets import QVBoxLayout, QWidget

from projects.figures import Read
from projects.translation import gettext as _
from widgets import theme
from widgets.plots.frame import bare_plot, color_frame

HEADROOM = 1.08


class Histogram(QWidget):
    """Bars of equal width.

    Args:
        title: What is counted; also the accessible name.
        parent: Qt parent.
    """

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("histogram")
        self.setAccessibleName(title)
        self._counts: NDArray[np.float64] = np.zeros(0)
        self._edges: NDArray[np.float64] = np.zeros(0)
        self.plot = bare_plot(title, name="histogramArea")
        self.plot.setMouseEnabled(x=False, y=False)
        self.plot.getViewBox().setDefaultPadding(0.0)
        self.plot.getAxis("left").hide()
        self.plot.getAxis("bottom").enableAutoSIPrefix(False)
        self._bars = pg.BarGraphItem(x0=[0.0], x1=[0.0], height=[0.0])
        self.plot.addItem(self._bars)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.plot)
        self.retheme()

    def set_counts(self, counts: NDArray[np.generic], edges: NDArray[np.generic]) -> None:
        """Show so many values between so many edges.

        Args:
            counts: ``(bins,)``.
            edges: ``(bins + 1,)``, rising; all alike where there is one value alone.
        """
        self._counts = np.asarray(counts, np.float64)
        self._edges = np.asarray(edges, np.float64)
        low, high = float(self._edges[0]), float(self._edges[-1])
        if high <= low:  # one value: a bar of some width around it
            room = max(abs(low), 1.0) * 0.5
            self._edges = np.linspace(low - room, low + room, len(self._counts) + 1)
            self._counts = np.roll(
                self._counts, len(self._counts) // 2 - int(self._counts.argmax())
            )
            low, high = low - room, low + room
        self._paint()
        self.plot.setXRange(low, high, padding=0.02)
        self.plot.setYRange(0, max(float(self._counts.max()), 1.0) * HEADROOM, padding=0)
        self.setAccessibleDescription(
            _("from {low:.3g} to {high:.3g}").format(low=Read(low), high=Read(high))
        )

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        color_frame(self.plot)
        self._paint()

    def _paint(self) -> None:
        tokens = theme.current()
        self._bars.setOpts(
            x0=self._edges[:-1],
            x1=self._edges[1:],
            height=self._counts,
            brush=pg.mkBrush(tokens.color("accent")),
            pen=pg.mkPen(tokens.color("surface")),
        )
