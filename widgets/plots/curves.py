"""Curves over steps: several, long ones, live."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from gettext import gettext as _

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from pyqtgraph.GraphicsScene.mouseEvents import MouseClickEvent
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from widgets import theme
from widgets.plots.axis import StepAxis, ValueAxis
from widgets.plots.envelope import envelope, smooth
from widgets.plots.frame import bare_plot, color_frame, color_readout
from widgets.plots.legend import Entry, Legend

MOST_BINS = 1200
FAINT = 0.28
MARK_NEAR = 6  # pixels
LEAST_PLOT = 64  # pixels of height, without the legend
WITH_WORDS = 120  # pixels of height from which on the axis is named; the numbers say enough


@dataclass(frozen=True, eq=False)
class Curve:
    """One curve.

    Attributes:
        key: Its id; the same key is the same curve at the next update.
        label: Name that people read.
        color: Its colour.
        x: Rising abscissas ``(n,)``.
        y: Ordinates ``(n,)``.
        dashed: Whether its line is dashed.
    """

    key: str
    label: str
    color: QColor
    x: NDArray[np.generic] = field(repr=False)
    y: NDArray[np.float64] = field(repr=False)
    dashed: bool = False


@dataclass(frozen=True)
class Mark:
    """A vertical line at something that happened."""

    x: float
    label: str


def number(value: float) -> str:
    """Return a value with about four digits, as a legend shows it."""
    if not np.isfinite(value):
        return str(value)
    size = abs(value)
    if size != 0 and (size < 1e-3 or size >= 1e5):
        return f"{value:.2e}"
    return f"{value:.4f}" if size < 10 else f"{value:.2f}"


class CurvePlot(QWidget):
    """A plot of curves with a legend above and values under the pointer.

    Args:
        title: What the ordinate is; also the accessible name.
        parent: Qt parent.

    Signals:
        menu_wanted(x, position): The right button was clicked at this abscissa; the place on the screen.
    """

    menu_wanted = Signal(float, QPoint)

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"plot_{title}")
        self.setAccessibleName(title)
        self._title = title
        self._curves: list[Curve] = []
        self._items: dict[str, tuple[pg.PlotCurveItem, pg.PlotCurveItem]] = {}
        self._marks: dict[Mark, pg.InfiniteLine] = {}
        self._smoothing = 0.0
        self._log = False
        self.legend = Legend()
        self.legend.toggled.connect(self._redraw)
        self.plot = bare_plot(title, bottom=StepAxis(), left=ValueAxis())
        self.plot.setMinimumHeight(LEAST_PLOT)
        self.plot.setLabel("bottom", _("step"))
        self.plot.getAxis("bottom").setStyle(hideOverlappingLabels=True, tickTextOffset=4)
        box = self.plot.getViewBox()
        box.setDefaultPadding(0.02)
        box.enableAutoRange()
        box.sigXRangeChanged.connect(self._redraw)
        self._cross = pg.InfiniteLine(angle=90, movable=False)
        self._readout = pg.TextItem(anchor=(0, 0))
        for item in (self._cross, self._readout):
            item.setZValue(50)
            item.hide()
            self.plot.addItem(item, ignoreBounds=True)
        self.plot.scene().sigMouseMoved.connect(self._hover)
        self.plot.scene().sigMouseClicked.connect(self._clicked)
        self.plot.viewport().installEventFilter(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.legend)
        layout.addWidget(self.plot, 1)
        self.retheme()

    # -------------------------------------------------------------------------------- content

    def set_curves(self, curves: Sequence[Curve]) -> None:
        """Show these curves; those of an earlier call that are not among them go."""
        self._curves = list(curves)
        keys = {curve.key for curve in curves}
        for key in [key for key in self._items if key not in keys]:
            for item in self._items.pop(key):
                self.plot.removeItem(item)
        self.legend.set_entries([_entry(curve) for curve in curves])
        self._redraw()

    def set_marks(self, marks: Sequence[Mark]) -> None:
        """Show vertical lines; what a line stands for is said where the pointer is near it."""
        for mark in [mark for mark in self._marks if mark not in marks]:
            self.plot.removeItem(self._marks.pop(mark))
        for mark in marks:
            if mark not in self._marks:
                self._marks[mark] = self._new_mark(mark)

    def set_smoothing(self, weight: float) -> None:
        """Weight of the moving average, 0 for none; the raw curve stays, faint."""
        self._smoothing = weight
        self._redraw()

    def set_log(self, log: bool) -> None:
        """Show the logarithm of the ordinate."""
        self._log = log
        self.plot.setLogMode(x=False, y=log)
        self._redraw()

    def fit(self) -> None:
        """Show everything and follow new points."""
        self.plot.getViewBox().enableAutoRange()

    # -------------------------------------------------------------------------------- drawing

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        color_frame(self.plot)
        for side in ("left", "bottom"):
            self.plot.getAxis(side).setStyle(tickLength=-4)
        self.plot.showGrid(x=True, y=True, alpha=0.12)
        self._cross.setPen(QPen(theme.current().color("border_strong"), 0))
        color_readout(self._readout)
        for line in self._marks.values():
            line.setPen(_mark_pen())
        self._redraw()

    def _redraw(self, *_args: object) -> None:
        (low, high), _y = self.plot.getViewBox().viewRange()
        if self.plot.getViewBox().autoRangeEnabled()[0] and self._curves:
            low, high = -np.inf, np.inf
        bins = max(100, min(MOST_BINS, self.plot.width()))
        for curve in self._curves:
            line, faint = self._items_of(curve)
            shown = self.legend.shown(curve.key) and len(curve.x) > 0
            line.setVisible(shown)
            faint.setVisible(shown and self._smoothing > 0)
            if not shown:
                continue
            raw = envelope(curve.x, self._ordinates(curve.y), low, high, bins)
            if self._smoothing > 0:
                faint.setData(*raw, connect="finite")
                raw = envelope(
                    curve.x, self._ordinates(smooth(curve.y, self._smoothing)), low, high, bins
                )
            line.setData(*raw, connect="finite")

    def _ordinates(self, y: NDArray[np.float64]) -> NDArray[np.float64]:
        if not self._log:
            return y
        with np.errstate(divide="ignore", invalid="ignore"):
            logs = np.log10(y)
        return np.where(np.isfinite(logs), logs, np.nan)

    def _items_of(self, curve: Curve) -> tuple[pg.PlotCurveItem, pg.PlotCurveItem]:
        if curve.key not in self._items:
            made = (pg.PlotCurveItem(), pg.PlotCurveItem())
            for item in made:
                self.plot.addItem(item)
            made[1].setZValue(-1)
            self._items[curve.key] = made
        line, faint = self._items[curve.key]
        pen = QPen(curve.color, 0)
        pen.setCosmetic(True)
        pen.setWidthF(1.0)
        if curve.dashed:
            pen.setDashPattern([5, 3])
        line.setPen(pen)
        # A curve of few points is drawn finely; a dense one would cost too much.
        line.opts["antialias"] = len(curve.x) < 4000 or self._smoothing > 0
        pale = QColor(curve.color)
        pale.setAlphaF(FAINT)
        faint.setPen(QPen(pale, 0))
        return line, faint

    def _new_mark(self, mark: Mark) -> pg.InfiniteLine:
        line = pg.InfiniteLine(
            mark.x,
            angle=90,
            movable=False,
        )
        line.setPen(_mark_pen())
        line.addMarker("v", position=1.0, size=8)
        self.plot.addItem(line, ignoreBounds=True)
        return line

    # -------------------------------------------------------------------------------- pointer

    def _hover(self, position: QPointF) -> None:
        box = self.plot.getViewBox()
        inside = box.sceneBoundingRect().contains(position) and any(len(c.x) for c in self._curves)
        self._cross.setVisible(inside)
        self._readout.setVisible(inside)
        if not inside:
            return
        point = box.mapSceneToView(position)
        near = MARK_NEAR * box.viewPixelSize()[0]
        lines = [f"{_('step')} {max(point.x(), 0):,.0f}"]
        lines += [mark.label for mark in self._marks if abs(mark.x - point.x()) <= near]
        for curve in self._curves:
            if len(curve.x) and self.legend.shown(curve.key):
                index = int(np.searchsorted(curve.x, point.x()))
                index = min(index, len(curve.x) - 1)
                lines.append(f"{curve.label}  {number(float(curve.y[index]))}")
        self._readout.setText("\n".join(lines))
        self._cross.setPos(point.x())
        self._readout.setPos(
            point.x(), box.viewRange()[1][1]
        )  # below the top: most of it can be seen
        left = position.x() > box.sceneBoundingRect().center().x()
        self._readout.setAnchor((1.05, 0) if left else (-0.05, 0))

    def _clicked(self, event: MouseClickEvent) -> None:
        """Offer a menu where the right button was clicked; when it is dragged, it zooms."""
        box = self.plot.getViewBox()
        inside = box.sceneBoundingRect().contains(event.scenePos())
        if event.button() == Qt.MouseButton.RightButton and inside:
            x = box.mapSceneToView(event.scenePos()).x()
            self.menu_wanted.emit(float(x), event.screenPos().toPoint())

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Hide the readout when the pointer leaves, fit on a double click, name the axis where there is room."""
        if event.type() == QEvent.Type.Resize:
            self.plot.getAxis("bottom").showLabel(self.plot.height() >= WITH_WORDS)
        elif event.type() == QEvent.Type.Leave:
            self._cross.hide()
            self._readout.hide()
        elif event.type() == QEvent.Type.MouseButtonDblClick:
            self.fit()
        return False


def _mark_pen() -> QPen:
    pen = QPen(theme.current().color("border_strong"), 0)
    pen.setStyle(Qt.PenStyle.DashLine)
    return pen


def _entry(curve: Curve) -> Entry:
    latest = number(float(curve.y[-1])) if len(curve.y) else ""
    return Entry(curve.key, curve.label, curve.color, curve.dashed, latest)
