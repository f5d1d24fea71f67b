"""Curves over steps, passes or time: any number, long ones, live."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from pyqtgraph.GraphicsScene.mouseEvents import MouseClickEvent
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QPen
from PySide6.QtWidgets import QApplication, QBoxLayout, QLabel, QVBoxLayout, QWidget

from projects.figures import measured
from projects.translation import gettext as _
from projects.translation import ngettext
from widgets import theme
from widgets.plots.axis import StepAxis, ValueAxis
from widgets.plots.drawing import Drawing
from widgets.plots.frame import bare_plot, color_frame
from widgets.plots.legend import Entry, Legend
from widgets.plots.legend_side import LegendSide
from widgets.plots.readout import Reading, Readout, number
from widgets.plots.track import Curve
from widgets.timers import single_shot

__all__ = ["Curve", "CurvePlot", "Mark", "number"]

MARK_NEAR = 6  # pixels
LEAST_PLOT = 96  # pixels of height, without the legend
LOW_PLOT = 48  # the same where the legend stands beside it
WITH_WORDS = 120  # pixels of height from which on the axis is named; the numbers say enough


@dataclass(frozen=True)
class Mark:
    """A vertical line at something that happened.

    Attributes:
        x: Where it lies on the axis.
        label: What happened.
        tone: The name of a colour of the theme.
    """

    x: float
    label: str
    tone: str = "border_strong"


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
        self._curves: list[Curve] = []
        self._marks: dict[Mark, pg.InfiniteLine] = {}
        self._smoothing = 0.0
        self._logs = (False, False)
        self._axis, self._unit = _("step"), ""
        self.legend = Legend()
        self.legend.toggled.connect(self._redraw)
        self.plot = bare_plot(title, bottom=StepAxis(), left=ValueAxis())
        self.plot.setMinimumHeight(LEAST_PLOT)
        self.plot.setLabel("bottom", self._axis)
        self.plot.getAxis("bottom").setStyle(hideOverlappingLabels=True, tickTextOffset=4)
        self._drawing = Drawing(self.plot, self)
        self._drawing.stale.connect(self._redraw)
        self._pressed = single_shot(self, QApplication.doubleClickInterval(), lambda: None)
        self._readout = Readout(self.plot)
        self.plot.scene().sigMouseMoved.connect(self._hover)
        self.plot.scene().sigMouseClicked.connect(self._clicked)
        self.plot.viewport().installEventFilter(self)
        self._note = QLabel()
        self._note.setObjectName("hint")
        self._note.setWordWrap(True)
        self._note.hide()
        self._side: LegendSide | None = None
        self._parts = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._parts.setContentsMargins(0, 0, 0, 0)
        self._parts.setSpacing(2)
        self._parts.addWidget(self.legend)
        body = QVBoxLayout()
        body.setSpacing(2)
        body.addWidget(self.plot, 1)
        body.addWidget(self._note)
        self._parts.addLayout(body, 1)
        self.retheme()

    def set_beside(self, heading: QWidget | None) -> None:
        """Have the legend beside the curves, for a low place; above them, as it comes, for None.

        Args:
            heading: Stands above the legend then.
        """
        if (heading is None) == (self._side is None):
            return
        if heading is not None:
            self._side = LegendSide(heading, self.legend, self)
            self._parts.insertWidget(0, self._side)
            self._parts.setDirection(QBoxLayout.Direction.RightToLeft)
        elif self._side is not None:
            self._side.release()
            self._side = None
            self._parts.insertWidget(0, self.legend)
            self.legend.show()
            self._parts.setDirection(QBoxLayout.Direction.TopToBottom)
        self.plot.setMinimumHeight(LEAST_PLOT if heading is None else LOW_PLOT)

    # -------------------------------------------------------------------------------- content

    @property
    def curves(self) -> Sequence[Curve]:
        """The curves that are shown, those that are hidden by their legend left out."""
        return [curve for curve in self._curves if self._shown(curve)]

    @property
    def log(self) -> bool:
        """Whether the logarithm of the ordinate is shown."""
        return self._logs[1]

    def set_curves(self, curves: Sequence[Curve], entries: Sequence[Entry] = ()) -> None:
        """Show these curves; those of an earlier call that are not among them go.

        Args:
            curves: The curves.
            entries: What the legend shows; one for each curve when empty.
        """
        self._curves = list(curves)
        self._drawing.take(self._curves)
        self.legend.set_entries(entries or [_entry(curve) for curve in curves])
        self._redraw()

    def set_marks(self, marks: Sequence[Mark]) -> None:
        """Show vertical lines; what a line stands for is said where the pointer is near it."""
        for mark in [mark for mark in self._marks if mark not in marks]:
            self.plot.removeItem(self._marks.pop(mark))
        for mark in marks:
            if mark not in self._marks and (mark.x > 0 or not self._logs[0]):
                self._marks[mark] = self._new_mark(mark)

    def set_smoothing(self, weight: float) -> None:
        """Weight of the moving average, 0 for none; the raw curve stays, faint."""
        self._smoothing = weight
        self._redraw()

    def set_log(self, log: bool) -> None:
        """Show the logarithm of the ordinate."""
        self._set_logs(self._logs[0], log)

    @property
    def whole(self) -> bool:
        """Whether all values are shown, however far out a few of them lie."""
        return self._drawing.whole

    @property
    def left_out(self) -> bool:
        """Whether values are left out because the rest would be a line beside them."""
        return bool(self._drawing.beyond.there)

    def set_whole(self, whole: bool) -> None:
        """Show all values, or leave out those beside which the rest would be a line."""
        self._drawing.whole = whole
        self.plot.getViewBox().enableAutoRange()
        self._redraw()

    def set_axis(self, title: str, unit: str = "", log: bool = False) -> None:
        """Say what the abscissa counts, and show everything.

        Args:
            title: What it is, in a word.
            unit: The unit behind numbers; empty for whole steps.
            log: Whether its logarithm is shown.
        """
        self._axis, self._unit = title, unit
        self.plot.getAxis("bottom").whole = not unit
        self.plot.setLabel("bottom", f"{title} ({unit})" if unit and unit != title else title)
        self.set_marks(())
        self._set_logs(log, self._logs[1])
        self.fit()

    def _set_logs(self, x: bool, y: bool) -> None:
        self._logs = (x, y)
        self.plot.setLogMode(x=x, y=y)
        self._redraw()

    def fit(self) -> None:
        """Follow new points, and show everything but a few values that lie far out."""
        self.set_whole(False)

    # -------------------------------------------------------------------------------- drawing

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        color_frame(self.plot)
        for side in ("left", "bottom"):
            self.plot.getAxis(side).setStyle(tickLength=-4)
        self.plot.showGrid(x=True, y=True, alpha=0.12)
        for side in ("left", "bottom"):
            self.plot.getAxis(side).setZValue(-1000)  # their lines lie below the curves
        self._readout.retheme()
        for mark, line in self._marks.items():
            line.setPen(_mark_pen(mark))

    def _redraw(self, *_args: object) -> None:
        self._say(self._drawing.draw(self.curves, self._logs, self._smoothing))
        beyond = self._drawing.beyond.words()
        words = _("Not shown, because the rest would be a line beside it: {values}")
        self.setAccessibleDescription(words.format(values=", ".join(beyond)) if beyond else "")

    def _shown(self, curve: Curve) -> bool:
        return all(map(self.legend.shown, curve.switches or (curve.key,)))

    def _say(self, hidden: int) -> None:
        words = ngettext(
            "{count:,} value of 0 or below has no logarithm and is left out.",
            "{count:,} values of 0 or below have no logarithm and are left out.",
            hidden,
        )
        self._note.setText(words.format(count=hidden) if hidden else "")
        self._note.setVisible(bool(hidden))

    def _new_mark(self, mark: Mark) -> pg.InfiniteLine:
        place = np.log10(mark.x) if self._logs[0] else mark.x
        line = pg.InfiniteLine(place, angle=90, movable=False)
        line.setPen(_mark_pen(mark))
        line.addMarker("v", position=1.0, size=8)
        self.plot.addItem(line, ignoreBounds=True)
        return line

    # -------------------------------------------------------------------------------- pointer

    def _hover(self, position: QPointF) -> None:
        box = self.plot.getViewBox()
        curves = [curve for curve in self.curves if len(curve.x)]
        if not curves or not box.sceneBoundingRect().contains(position):
            self._readout.hide()
            return
        point = box.mapSceneToView(position)
        near = MARK_NEAR * box.viewPixelSize()[0]
        happened = [mark.label for mark, line in self._marks.items() if _near(line, point, near)]
        if self._on_mark(position):
            happened.append(_("beyond what is shown; a click shows all values"))
        place, level = self._values_at(point)
        readings = [self._reading(curve, place) for curve in curves]
        self._readout.show(point, level, [self.place_words(place), *happened], readings)

    def _values_at(self, point: QPointF) -> tuple[float, float]:
        """Abscissa and ordinate of a place on the plot, whose axes may count powers of ten."""
        x, y = (
            10.0 ** min(max(v, -300.0), 300.0) if log else v
            for v, log in zip(point.toTuple(), self._logs, strict=True)
        )
        return float(x), float(y)

    def place_words(self, place: float) -> str:
        """Return a place on the axis in words: ``step 1,200``."""
        if not self._unit:
            return f"{self._axis} {max(place, 0):,.0f}"
        unit = "" if self._unit == self._axis else f" {self._unit}"
        return f"{self._axis} {max(place, 0):,.4g}{unit}"

    def _reading(self, curve: Curve, place: float) -> Reading:
        index = curve.nearest(place)
        step = int(curve.x[index])
        at_pointer = not self._unit and step == round(place)
        where = "" if at_pointer else _("step {step:,}").format(step=step)
        spread = float(curve.spread[index]) if curve.spread is not None else None
        return Reading(
            curve.label, curve.color, float(curve.y[index]), where, spread, _metric(curve)
        )

    def _on_mark(self, place: QPointF) -> bool:
        return self._drawing.beyond.covers(place)

    def _double_clicked(self) -> None:
        """Show what was zoomed out of sight; where all of that can be seen, values that are left out, or not."""
        fitted = all(self.plot.getViewBox().autoRangeEnabled())
        if not self._pressed.isActive():  # else the first of both clicks has done it
            self.set_whole(self.left_out if fitted else self.whole)

    def _clicked(self, event: MouseClickEvent) -> None:
        """Show values that are left out where their mark is clicked; offer a menu where the right button was.

        When the right button is dragged, it zooms.
        """
        box = self.plot.getViewBox()
        inside = box.sceneBoundingRect().contains(event.scenePos())
        if event.button() == Qt.MouseButton.LeftButton and self._on_mark(event.scenePos()):
            self._pressed.start()
            self.set_whole(True)
        if event.button() == Qt.MouseButton.RightButton and inside:
            place, _level = self._values_at(box.mapSceneToView(event.scenePos()))
            self.menu_wanted.emit(place, event.screenPos().toPoint())

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Hide the readout when the pointer leaves, show all on a double click, name the axis where there is room."""
        if event.type() == QEvent.Type.Resize:
            self.plot.getAxis("bottom").showLabel(self.plot.height() >= WITH_WORDS)
        elif event.type() == QEvent.Type.Leave:
            self._readout.hide()
        elif event.type() == QEvent.Type.MouseButtonDblClick:
            self._double_clicked()
        return False


def _near(line: pg.InfiniteLine, point: QPointF, near: float) -> bool:
    return bool(abs(line.value() - point.x()) <= near)


def _mark_pen(mark: Mark) -> QPen:
    pen = QPen(theme.current().color(mark.tone), 0)
    pen.setStyle(Qt.PenStyle.DashLine)
    return pen


def _metric(curve: Curve) -> str:
    """What a curve measures: the last part of its key."""
    return curve.key.rpartition("/")[2]


def _entry(curve: Curve) -> Entry:
    latest = measured(_metric(curve), float(curve.y[-1])) if len(curve.y) else ""
    return Entry(curve.key, curve.label, curve.color, curve.dashed, latest)
