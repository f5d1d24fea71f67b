"""How scores tell two groups apart: a histogram of both, and the curve of hits over false alarms."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QWidget

from projects.translation import gettext as _
from widgets import theme
from widgets.plots.frame import bare_plot, color_frame

FILL = 0.45


class ScorePlots(QWidget):
    """Two plots side by side: shares of scores by group, and a receiver operating characteristic.

    Args:
        title: Accessible name.
        parent: Qt parent.
    """

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("scorePlots")
        self.setAccessibleName(title)
        self.histogram = _plot(_("Histogram of scores"), _("score"), _("share"))
        self.curve = _plot(_("ROC curve"), _("false alarms"), _("anomalies found"))
        for side in ("left", "bottom"):  # few marks: there is little room
            self.curve.getAxis(side).setTicks([[(x, f"{x:g}") for x in (0.0, 0.5, 1.0)]])
        self.curve.setRange(xRange=(0, 1), yRange=(0, 1), padding=0.02)
        self._bars = [_bars() for _group in range(2)]
        for bars in self._bars:
            self.histogram.addItem(bars)
        self._diagonal = pg.PlotCurveItem(x=np.array([0.0, 1.0]), y=np.array([0.0, 1.0]))
        self._line = pg.PlotCurveItem()
        self.curve.addItem(self._diagonal)
        self.curve.addItem(self._line)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.histogram, 3)
        layout.addWidget(self.curve, 2)
        self.retheme()

    def set_scores(
        self, edges: NDArray[np.floating], groups: tuple[NDArray[np.integer], NDArray[np.integer]]
    ) -> None:
        """Show how scores are distributed.

        Args:
            edges: ``(bins + 1,)``, rising.
            groups: Counts ``(bins,)`` of both groups; each is shown as shares of its own.
        """
        for bars, counts in zip(self._bars, groups, strict=True):
            shares = np.asarray(counts, np.float64) / max(1, int(counts.sum()))
            bars.setData(x=np.asarray(edges, np.float64), y=shares, stepMode="center")

    def set_curve(self, across: NDArray[np.floating], up: NDArray[np.floating]) -> None:
        """Show the curve ``(points,)``, both from 0 to 1."""
        self._line.setData(x=np.asarray(across, np.float64), y=np.asarray(up, np.float64))

    def colors(self) -> tuple[QColor, QColor]:
        """Return the colours of both groups."""
        tokens = theme.current()
        return tokens.series_color(0), tokens.series_color(1)

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        tokens = theme.current()
        for plot in (self.histogram, self.curve):
            color_frame(plot)
            plot.showGrid(x=True, y=True, alpha=0.1)
        for bars, color in zip(self._bars, self.colors(), strict=True):
            faint = QColor(color)
            faint.setAlphaF(FILL)
            bars.setPen(pg.mkPen(color, width=1.5))
            bars.setBrush(pg.mkBrush(faint))
        self._diagonal.setPen(pg.mkPen(tokens.color("muted"), width=1, dash=[3, 3]))
        self._line.setPen(pg.mkPen(tokens.color("accent"), width=2))


def _bars() -> pg.PlotCurveItem:
    return pg.PlotCurveItem(fillLevel=0.0)


def _plot(title: str, bottom: str, left: str) -> pg.PlotWidget:
    plot = bare_plot(title)
    for side, words in (("bottom", bottom), ("left", left)):
        plot.setLabel(side, words)
        plot.getAxis(side).enableAutoSIPrefix(False)
    return plot
