"""A small plot of a few lines, bands and clouds of points: the whole picture at once, not live."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from widgets import theme
from widgets.plots.axis import ValueAxis
from widgets.plots.frame import bare_plot, color_frame

Numbers = NDArray[np.floating]
BAND_ALPHA = 0.18


@dataclass(frozen=True, eq=False)
class Line:
    """A line through points; ``dashed`` and ``marks`` tell it from others without colour."""

    x: Numbers = field(repr=False)
    y: Numbers = field(repr=False)
    color: QColor
    dashed: bool = False
    marks: str = ""
    width: float = 1.5


@dataclass(frozen=True, eq=False)
class Cloud:
    """Points without a line."""

    x: Numbers = field(repr=False)
    y: Numbers = field(repr=False)
    color: QColor
    symbol: str = "o"
    size: float = 6.0


@dataclass(frozen=True, eq=False)
class Band:
    """What lies between two lines."""

    x: Numbers = field(repr=False)
    low: Numbers = field(repr=False)
    high: Numbers = field(repr=False)
    color: QColor


class Chart(QWidget):
    """A plot that shows what it is given and fits it in.

    Args:
        title: Accessible name.
        parent: Qt parent.
    """

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("chart")
        self.setAccessibleName(title)
        self.plot = bare_plot(title, left=ValueAxis())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.plot)
        self.retheme()

    def show_all(
        self,
        lines: Sequence[Line] = (),
        clouds: Sequence[Cloud] = (),
        bands: Sequence[Band] = (),
        axes: tuple[str, str] = ("", ""),
        heading: str = "",
    ) -> None:
        """Show this and nothing else.

        Args:
            lines: On top, in order.
            clouds: Below the lines.
            bands: Below everything.
            axes: What goes along the bottom and up the left side.
            heading: A few words above.
        """
        self.plot.clear()
        for band in bands:
            self._add_band(band)
        for cloud in clouds:
            self.plot.addItem(
                pg.ScatterPlotItem(
                    x=_plain(cloud.x),
                    y=_plain(cloud.y),
                    symbol=cloud.symbol,
                    size=cloud.size,
                    pen=None,
                    brush=pg.mkBrush(cloud.color),
                )
            )
        for line in lines:
            self._add_line(line)
        for side, words in zip(("bottom", "left"), axes, strict=True):
            self.plot.setLabel(side, words)
            self.plot.getAxis(side).showLabel(bool(words))
        self.plot.setTitle(heading or None, color=theme.current().muted, size="9pt")
        self.plot.autoRange(padding=0.06)

    def _add_band(self, band: Band) -> None:
        edges = [pg.PlotDataItem(_plain(band.x), _plain(y)) for y in (band.low, band.high)]
        color = QColor(band.color)
        color.setAlphaF(BAND_ALPHA)
        for edge in edges:
            edge.setPen(_pen(band.color, 0.5, True))
            self.plot.addItem(edge)
        fill = pg.FillBetweenItem(*edges, brush=pg.mkBrush(color))
        fill.setZValue(-10)
        self.plot.addItem(fill)

    def _add_line(self, line: Line) -> None:
        item = pg.PlotDataItem(_plain(line.x), _plain(line.y), antialias=True)
        item.setPen(_pen(line.color, line.width, line.dashed))
        if line.marks:
            item.setSymbol(line.marks)
            item.setSymbolSize(6)
            item.setSymbolPen(None)
            item.setSymbolBrush(pg.mkBrush(line.color))
        self.plot.addItem(item)

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        color_frame(self.plot)
        self.plot.showGrid(x=True, y=True, alpha=0.1)


def _plain(values: Numbers) -> NDArray[np.float64]:
    return np.ascontiguousarray(values, dtype=np.float64)


def _pen(color: QColor, width: float, dashed: bool) -> QPen:
    pen = QPen(color, width)
    pen.setCosmetic(True)
    if dashed:
        pen.setStyle(Qt.PenStyle.DashLine)
    return pen
