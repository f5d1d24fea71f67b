"""A reliability diagram: how often answers of a certainty are right, over how many answers there are of it."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from projects.translation import gettext as _
from projects.translation import ngettext
from widgets import theme
from widgets.plots.axis import CountAxis
from widgets.plots.frame import bare_plot, color_frame, color_readout, hidden_readout

FILL, GAP_FILL = 0.55, 0.12
TICKS = [[(x, f"{x:.0%}") for x in (0.0, 0.25, 0.5, 0.75, 1.0)]]
AXIS_WIDTH = 52
ABOVE = 1.25  # heights of the highest bar: a number beside it has room
FOOT = 4  # pixels below the diagram where the counts below it have the figures
LOW = 170  # pixels of height: less is for the diagram alone
LOWEST = 80  # pixels of the histogram, with its axis and what that is about


class ReliabilityPlot(QWidget):
    """Bars of what is right by certainty, with their distance to the diagonal, above a histogram.

    Args:
        title: Accessible name.
        parent: Qt parent.
    """

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("reliability")
        self.setAccessibleName(title)
        self._edges = np.linspace(0, 1, 2)
        self._counts = np.zeros(1, np.int64)
        self._certainty = self._right = np.full(1, np.nan)
        self.plot = bare_plot(title)
        self.histogram = bare_plot(_("How many answers have which certainty"), left=CountAxis())
        for plot in (self.plot, self.histogram):
            plot.setMouseEnabled(x=False, y=False)
            plot.getAxis("left").setWidth(AXIS_WIDTH)
            plot.getAxis("bottom").setTicks(TICKS)
        self.plot.getAxis("left").setTicks(TICKS)
        self.plot.getAxis("bottom").setStyle(showValues=False)
        self.plot.getAxis("bottom").setHeight(FOOT)
        self.plot.setRange(xRange=(0, 1.02), yRange=(0, 1.05), padding=0)
        self.histogram.setMinimumHeight(LOWEST)
        self.histogram.setToolTip(self.histogram.accessibleName())
        self.histogram.setXRange(0, 1.02, padding=0)
        self._gaps, self._bars, self._amounts = (
            pg.BarGraphItem(x=[], height=[], width=0.1) for _i in range(3)
        )
        self._diagonal = pg.PlotCurveItem(x=np.array([0.0, 1.0]), y=np.array([0.0, 1.0]))
        self._means = pg.ScatterPlotItem(pxMode=True, symbol="d", size=7, pen=None)
        self._readout = hidden_readout(self.plot)
        for item in (self._bars, self._gaps, self._diagonal, self._means):
            self.plot.addItem(item)
        self.histogram.addItem(self._amounts)
        self.plot.scene().sigMouseMoved.connect(self._hover)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.plot, 5)
        column.addWidget(self.histogram, 2)
        self.retheme()

    def set_bins(
        self,
        edges: NDArray[np.floating],
        counts: NDArray[np.integer],
        certainty: NDArray[np.floating],
        right: NDArray[np.floating],
        axes: tuple[str, str],
    ) -> None:
        """Show bins.

        Args:
            edges: ``(bins + 1,)`` from 0 to 1.
            counts: Answers in each.
            certainty: Mean certainty in each, NaN where there is no answer.
            right: Share that is right in each, NaN where there is no answer.
            axes: What goes along the bottom and up the left side.
        """
        self._edges, self._counts = np.asarray(edges, np.float64), np.asarray(counts)
        self._certainty, self._right = certainty, right
        self.plot.setLabel("left", axes[1])
        for plot in (self.plot, self.histogram):
            plot.setLabel("bottom", axes[0])
        self._lay_out()
        self.retheme()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low place there are no counts: what is right is seen better."""
        super().resizeEvent(event)
        self._lay_out()

    def _lay_out(self) -> None:
        low = self.height() < LOW
        self.histogram.setVisible(not low)
        axis = self.plot.getAxis("bottom")
        axis.setStyle(showValues=low)
        axis.showLabel(low)
        axis.setHeight(None if low else FOOT)

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        tokens = theme.current()
        for plot in (self.plot, self.histogram):
            color_frame(plot)
            plot.showGrid(x=False, y=True, alpha=0.1)
        color_readout(self._readout)
        self._diagonal.setPen(pg.mkPen(tokens.color("muted"), width=1, dash=[4, 3]))
        there = np.flatnonzero(self._counts > 0)
        middles = (self._edges[:-1] + self._edges[1:])[there] / 2
        width = float(self._edges[1] - self._edges[0]) * 0.92
        right, sure = self._right[there], self._certainty[there]
        low, high = np.minimum(right, sure), np.maximum(right, sure)
        accent, bad = tokens.color("accent", FILL), tokens.color("bad", GAP_FILL)
        edge = pg.mkPen(tokens.color("bad"), width=1)
        _set_bars(self._bars, middles, np.zeros_like(right), right, width, accent)
        _set_bars(self._gaps, middles, low, high - low, width, bad)
        self._gaps.setOpts(pen=edge)
        amounts = self._counts[there].astype(np.float64)
        muted = tokens.color("muted", FILL)
        _set_bars(self._amounts, middles, np.zeros_like(amounts), amounts, width, muted)
        highest = ABOVE * max(1.0, float(amounts.max(initial=1)))
        self.histogram.setYRange(0, highest, padding=0)
        self._means.setData(x=middles, y=sure, brush=pg.mkBrush(tokens.color("text")))

    def _hover(self, position: QPointF) -> None:
        box = self.plot.getViewBox()
        point = box.mapSceneToView(position)
        place = int(np.searchsorted(self._edges, point.x()) - 1)
        inside = box.sceneBoundingRect().contains(position) and 0 <= place < len(self._counts)
        shown = inside and self._counts[place] > 0
        self._readout.setVisible(bool(shown))
        if shown:
            count = int(self._counts[place])
            words = ngettext(
                "{count:,} answer\ncertainty {certainty:.1%}\nright {right:.1%}",
                "{count:,} answers\ncertainty {certainty:.1%}\nright {right:.1%}",
                count,
            )
            self._readout.setText(
                words.format(
                    count=count,
                    certainty=float(self._certainty[place]),
                    right=float(self._right[place]),
                )
            )
            self._readout.setAnchor(
                (1.05 if point.x() > 0.5 else -0.05, 0 if point.y() > 0.6 else 1)
            )
            self._readout.setPos(point)


def _set_bars(
    item: pg.BarGraphItem,
    x: NDArray[np.float64],
    foot: NDArray[np.float64],
    height: NDArray[np.float64],
    width: float,
    color: QColor,
) -> None:
    item.setOpts(x=x, y0=foot, height=height, width=width, brush=color, pen=pg.mkPen(None))
