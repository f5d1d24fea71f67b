"""A few curves over the steps of one sequence, whose words stand along the axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from projects.figures import Read
from widgets import theme
from widgets.plots.frame import bare_plot, color_frame, color_readout, hidden_readout

BETWEEN = 10  # pixels between two words
MARKED = 64  # steps up to which every one has a mark
AXIS_WIDTH = 44


@dataclass(frozen=True, eq=False)
class StepCurve:
    """One curve, a value for every step."""

    name: str
    values: NDArray[np.floating] = field(repr=False)
    color: QColor
    dashed: bool = False


class StepsPlot(QWidget):
    """Shows curves over steps and says their values at the pointer.

    Args:
        title: Accessible name.
        parent: Qt parent.
    """

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("stepsPlot")
        self.setAccessibleName(title)
        self._curves: list[StepCurve] = []
        self._words: list[str] = []
        self.plot = bare_plot(title)
        self.plot.setMouseEnabled(x=False, y=False)
        self.plot.getAxis("left").setWidth(AXIS_WIDTH)
        self._line = pg.InfiniteLine(angle=90)
        self._line.hide()
        self.plot.addItem(self._line, ignoreBounds=True)
        self._readout = hidden_readout(self.plot)
        self.plot.scene().sigMouseMoved.connect(self._hover)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.plot)
        self.retheme()

    def set_curves(
        self,
        curves: Sequence[StepCurve],
        words: Sequence[str],
        scale: tuple[float, float] | None = None,
    ) -> None:
        """Show curves.

        Args:
            curves: All of the same length.
            words: What stands at every step.
            scale: Least and greatest value; what there is where left out.
        """
        self._curves, self._words = list(curves), list(words)
        for old in self.plot.listDataItems():
            self.plot.removeItem(old)
        for curve in curves:
            values = np.asarray(curve.values, np.float64)
            if not np.isfinite(values).any():
                continue
            item = pg.PlotDataItem(np.arange(len(values)), values, antialias=True)
            item.setPen(pg.mkPen(curve.color, width=1.5, dash=[4, 3] if curve.dashed else None))
            if len(values) <= MARKED:
                item.setSymbol("o")
                item.setSymbolSize(5)
                item.setSymbolPen(None)
                item.setSymbolBrush(pg.mkBrush(curve.color))
            self.plot.addItem(item)
        self.plot.setXRange(-0.5, max(len(self._words), 1) - 0.5, padding=0)
        low, high = scale if scale is not None else _range(curves)
        self.plot.setYRange(low, high, padding=0.04)
        self._name()

    def set_named(self, named: bool) -> None:
        """Say whether words stand along the axis: not where they stand below another plot."""
        self.plot.getAxis("bottom").setStyle(showValues=named)
        self.plot.getAxis("bottom").setHeight(None if named else 4)

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        color_frame(self.plot)
        color_readout(self._readout)
        self._line.setPen(pg.mkPen(theme.current().color("border_strong"), width=1))
        self.plot.showGrid(x=False, y=True, alpha=0.1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width has room for other words."""
        super().resizeEvent(event)
        self._name()

    def _name(self) -> None:
        metrics = self.fontMetrics()
        wide = max((metrics.horizontalAdvance(word) for word in self._words), default=0)
        across = max(1, self.width() - AXIS_WIDTH - 10)
        every = max(1, -(-(wide + BETWEEN) * len(self._words) // across))
        ticks = [(i, self._words[i]) for i in range(0, len(self._words), every)]
        self.plot.getAxis("bottom").setTicks([ticks])

    def _hover(self, position: QPointF) -> None:
        box = self.plot.getViewBox()
        point = box.mapSceneToView(position)
        step = round(point.x())
        shown = box.sceneBoundingRect().contains(position) and 0 <= step < len(self._words)
        self._line.setVisible(shown)
        self._readout.setVisible(shown)
        if shown:
            lines = [
                f"{c.name} {Read(c.values[step]):.3g}" for c in self._curves if step < len(c.values)
            ]
            self._readout.setText("\n".join([self._words[step], *lines]))
            self._line.setPos(step)
            self._readout.setAnchor((1.05 if step > len(self._words) / 2 else -0.05, 0))
            self._readout.setPos(step, self.plot.getViewBox().viewRange()[1][1])


def _range(curves: Sequence[StepCurve]) -> tuple[float, float]:
    """Least and greatest value of curves."""
    values = np.concatenate([np.asarray(c.values, np.float64) for c in curves] or [np.zeros(1)])
    values = values[np.isfinite(values)]
    if not values.size:
        return 0.0, 1.0
    low, high = float(values.min()), float(values.max())
    return (low, high) if high > low else (low - 0.5, high + 0.5)
