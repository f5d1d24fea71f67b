"""What all plots have in common: how they are made, and the colours of what stands around their contents."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject

from widgets import theme
from widgets.plots.axis import PlainAxis


def bare_plot(
    title: str, name: str = "plotArea", box: pg.ViewBox | None = None, **axes: pg.AxisItem
) -> pg.PlotWidget:
    """Return an empty plot without pyqtgraph's own menu and buttons.

    Args:
        title: Accessible name.
        name: Object name.
        box: What shows the items, where it is of another kind than pyqtgraph's.
        axes: Axes of other kinds than pyqtgraph's, by side.
    """
    for side in ("left", "bottom"):
        axes.setdefault(side, PlainAxis(side))
    plot = pg.PlotWidget(viewBox=box, axisItems=axes, enableMenu=False)
    plot.setObjectName(name)
    plot.setAccessibleName(title)
    plot.hideButtons()
    return plot


def color_frame(plot: pg.PlotWidget) -> None:
    """Give ground and axes the colours of the theme in force."""
    tokens = theme.current()
    plot.setBackground(tokens.color("surface"))
    for side in ("left", "bottom"):
        axis = plot.getAxis(side)
        axis.setPen(tokens.color("border"))
        axis.setTextPen(tokens.color("muted"))


def hidden_readout(plot: pg.PlotWidget) -> pg.TextItem:
    """Return what words under the pointer are written in: above everything else, hidden until and after there are any.

    Args:
        plot: Over which plot; when the pointer leaves it, nothing is said any more.
    """
    readout = pg.TextItem(anchor=(0, 1))
    readout.setZValue(50)
    readout.hide()
    plot.addItem(readout, ignoreBounds=True)
    plot.viewport().installEventFilter(_Leaving(plot, readout))
    return readout


def color_readout(readout: pg.TextItem) -> None:
    """Give words under the pointer the colours of the theme in force."""
    tokens = theme.current()
    readout.setColor(tokens.color("text"))
    readout.fill = pg.mkBrush(tokens.color("raised", 0.94))
    readout.border = pg.mkPen(tokens.color("border"))


class _Leaving(QObject):
    def __init__(self, plot: pg.PlotWidget, readout: pg.TextItem) -> None:
        super().__init__(plot)
        self._readout = readout

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._readout.hide()
        return False
