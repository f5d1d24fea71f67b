"""What is drawn of curves on a plot: each as a line, or all together where there are very many."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QObject, Signal

from widgets.plots.beyond import Beyond
from widgets.plots.crowd import NOBODY, Crowd, columns_of
from widgets.plots.limits import limits, outside
from widgets.plots.line import Extent, Range, together
from widgets.plots.pixels import Pixels
from widgets.plots.strips import Strips
from widgets.plots.track import Curve, Track
from widgets.timers import single_shot

LEAST_PIXELS, MOST_PIXELS = 120, 1200  # into which a curve is cut
MOST_DRAWN = 12_000  # pieces of all curves together: of very many, long ones are painted together
MOST_COLUMNS = 4096  # into which those are cut
MOVING = 2  # pixels that a column of those is wide while they are moved
REST_MS = 120  # after the last move
MARGIN = 0.02  # beside what is shown, as a share of it


class Drawing(QObject):
    """Draws curves on a plot and says what it has to show.

    Args:
        plot: The plot.
        parent: Qt parent.

    Attributes:
        whole: Whether everything is shown, however far out a few values lie.
        beyond: What marks those that are left out.

    Signals:
        stale(): Another part of the plot is seen, or it is seen otherwise: it has to be drawn again.
    """

    stale = Signal()

    def __init__(self, plot: pg.PlotWidget, parent: QObject) -> None:
        super().__init__(parent)
        self._plot = plot
        self._tracks: dict[str, Track] = {}
        self._extent, self._strips, self._faint = Extent(), Strips(), Strips()
        plot.addItem(self._extent)
        self._faint.setZValue(-1)
        for strips in (self._faint, self._strips):
            plot.addItem(strips, ignoreBounds=True)
        self.whole = False
        self.beyond = Beyond(plot.getViewBox())
        self._rest = single_shot(self, REST_MS, self._columns_changed)
        box = plot.getViewBox()
        box.setDefaultPadding(MARGIN)
        box.enableAutoRange()
        box.sigXRangeChanged.connect(self._moved)
        box.sigResized.connect(self._columns_changed)

    def take(self, curves: Sequence[Curve]) -> None:
        """Know these curves; others that were there go."""
        keys = {curve.key for curve in curves}
        for key in [key for key in self._tracks if key not in keys]:
            self._tracks.pop(key).remove()
        for curve in curves:
            if curve.key in self._tracks:
                self._tracks[curve.key].take(curve)
            else:
                self._tracks[curve.key] = Track(self._plot, curve)

    def draw(self, shown: Sequence[Curve], logs: tuple[bool, bool], weight: float) -> int:
        """Draw some of the curves and hide the others.

        Args:
            shown: Those that are drawn.
            logs: Whether abscissas and ordinates are shown by their logarithm.
            weight: Of the moving average; 0 for none.

        Returns:
            How many values have no logarithm and are not drawn.
        """
        there = [curve for curve in shown if len(curve.x)]
        seen = self._seen(there, logs[0])
        drawn = [self._tracks[curve.key] for curve in there] if seen is not None else []
        crowd = self._crowd(seen, logs[0]) if seen is not None else None
        edges = columns_of(seen or (0.0, 1.0), self._pixels()).counted(logs[0])
        pixels = Pixels(edges)
        for track in drawn:
            track.draw(pixels, edges, logs, weight, crowd)
        for track in {*self._tracks.values()} - {*drawn}:
            track.hide()
        self._strips.draw(crowd.plain if crowd is not None else NOBODY)
        self._faint.draw(crowd.faint if crowd is not None else NOBODY)
        reaches = [reach for track in drawn for reach in track.reaches()]
        across, upwards = together([*reaches, self._strips.reach, self._faint.reach])
        self._cover(drawn, across, upwards, logs[1])
        return sum(track.hidden for track in drawn)

    def _cover(self, drawn: Sequence[Track], across: Range, upwards: Range, log: bool) -> None:
        """Show all that curves reach, values that lie far out left out and marked."""
        traces = [trace for track in drawn for trace in track.traces()]
        traces += [*self._strips.traces(), *self._faint.traces()]
        shown = upwards if self.whole else limits(traces, upwards)
        self._extent.cover((across, shown))
        left_out = outside(traces, shown) if shown != upwards else []
        self.beyond.show_values(left_out, log)

    def _moved(self, *_args: object) -> None:
        """Another part is seen; while everything is shown, curves alone decide what."""
        if not self._plot.getViewBox().autoRangeEnabled()[0]:
            self._rest.start()
            self.stale.emit()

    def _columns_changed(self, *_args: object) -> None:
        """Columns of many curves are as wide as pixels, and a little wider while they are moved."""
        if self._strips.shown or self._faint.shown:
            self.stale.emit()

    def _pixels(self) -> int:
        """Into how many pixels a curve that is drawn alone is cut: of very many each a little coarser."""
        return max(LEAST_PIXELS, min(self._most_pixels(), self._share()))

    def _most_pixels(self) -> int:
        return min(MOST_PIXELS, int(self._plot.width()))

    def _share(self) -> int:
        """How many of the pieces fall to each curve."""
        return MOST_DRAWN // max(1, len(self._tracks))

    def _crowd(self, seen: tuple[float, float], log: bool) -> Crowd | None:
        """A place for all curves that would be drawn coarsely; None where there are few."""
        if self._share() >= self._most_pixels():
            return None
        box = self._plot.getViewBox()
        width = box.width() * self._plot.devicePixelRatioF()
        if box.autoRangeEnabled()[0]:
            width /= 1 + 2 * MARGIN
        elif self._rest.isActive():
            width /= MOVING
        columns = columns_of(seen, max(LEAST_PIXELS, min(MOST_COLUMNS, int(width))))
        return Crowd(columns, columns.counted(log), 2 * self._pixels(), len(self._tracks))

    def _seen(self, curves: Sequence[Curve], log: bool) -> tuple[float, float] | None:
        """From where to where the plot shows its axis, as it counts; None where there is nothing to draw."""
        box = self._plot.getViewBox()
        low, high = box.viewRange()[0]
        if box.autoRangeEnabled()[0]:
            ends = [end for curve in curves for end in _ends(curve, log)]
            return (min(ends), max(ends)) if ends else None
        return low, high


def _ends(curve: Curve, log: bool) -> Iterator[float]:
    """Where a curve begins and ends on the axis, as the plot counts."""
    for place in curve.places(np.concatenate((curve.x[: 2 if log else 1], curve.x[-1:]))):
        if not log:
            yield float(place)
        elif place > 0:
            yield float(np.log10(place))
