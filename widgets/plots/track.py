"""What one curve looks like on a plot: its line, the raw values behind it, the band around it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QPen

from widgets.growing import put_away
from widgets.plots.average import Average
from widgets.plots.crowd import Crowd
from widgets.plots.limits import Trace
from widgets.plots.line import Line, Range
from widgets.plots.pixels import Floats, Pixels, Places
from widgets.plots.scale import Scale
from widgets.plots.shape import Shape

FAINT = 0.28
BAND = 0.16
FINE = 4000  # points up to which a curve is drawn finely; a dense one would cost too much


@dataclass(frozen=True, eq=False)
class Curve:
    """One curve.

    Attributes:
        key: Its id; the same key is the same curve at the next update.
        label: Name that people read.
        color: Its colour.
        x: Rising steps ``(n,)``.
        y: Ordinates ``(n,)``.
        dashed: Whether its line is dashed.
        spread: How far the band around it reaches, up and down ``(n,)``; None for no band.
        scale: Where steps lie on the axis; None where it counts steps.
        switches: Entries of the legend that show and hide it; those of its own key when empty.
        history: Another number says that values of earlier calls are others now; else there may only be more.
        steady: Whether it is drawn as it is, whatever the weight of the moving average.
    """

    key: str
    label: str
    color: QColor
    x: Places = field(repr=False)
    y: NDArray[np.float64] = field(repr=False)
    dashed: bool = False
    spread: NDArray[np.float64] | None = field(default=None, repr=False)
    scale: Scale | None = None
    history: int = 0
    switches: tuple[str, ...] = ()
    steady: bool = False

    def places(self, steps: NDArray[np.generic]) -> Floats:
        """Return where steps lie on the axis."""
        return steps.astype(np.float64) if self.scale is None else self.scale.places_of(steps)

    def nearest(self, place: float) -> int:
        """Return which point lies nearest to a place on the axis; there is at least one."""
        step = place if self.scale is None else float(self.scale.steps_of(np.array([place]))[0])
        whole = self.x.dtype.kind == "i"  # else all steps would be converted
        bound = int(np.clip(np.ceil(step), -(2.0**62), 2.0**62)) if whole else step
        index = int(np.searchsorted(self.x, bound))
        if index == len(self.x):
            return index - 1
        before = index > 0 and step - float(self.x[index - 1]) < float(self.x[index]) - step
        return index - 1 if before else index


class Track:
    """The items of one curve on a plot.

    Args:
        plot: Where they are put.
        curve: The curve.

    Attributes:
        curve: The curve as it was told last.
    """

    def __init__(self, plot: pg.PlotWidget, curve: Curve) -> None:
        self._plot = plot
        self.curve = curve
        self._line, self._faint = Line(), Line()
        self._band: pg.PlotCurveItem | None = None
        self._ends: list[tuple[Floats, Floats]] = []  # of the band, as they are drawn
        self._sides: tuple[tuple[Shape, Floats], ...] = ()  # ends of the band, found once
        self._log_x = False
        self._weight = -1.0
        self._faint.setZValue(-1)
        for item in (self._line, self._faint):
            plot.addItem(item, ignoreBounds=True)
        self._dress()
        self._forget()

    def take(self, curve: Curve) -> None:
        """Show the curve as it is now."""
        before, self.curve = self.curve, curve
        if (before.color, before.dashed) != (curve.color, curve.dashed):
            self._dress()
        shrunk = len(curve.y) < len(before.y)
        if shrunk or before.history != curve.history or curve.spread is not None:
            self._forget()

    def remove(self) -> None:
        """Take the items off the plot."""
        for item in self._items():
            self._plot.removeItem(item)

    def hide(self) -> None:
        """Show nothing of it."""
        for item in self._items():
            item.hide()

    def reaches(self) -> Iterator[tuple[Range, Range]]:
        """Yield what its items cover of the plot."""
        for item in (self._line, self._faint):
            if item.isVisible():
                yield item.reach
        if self._band is not None and self._band.isVisible():
            yield self._band.dataBounds(0), self._band.dataBounds(1)

    def traces(self) -> Iterator[Trace]:
        """Yield its lines as they are drawn; a smoothed one goes with the raw values behind it."""
        key, color = self.curve.key, self.curve.color
        for item in (self._line, self._faint):
            if item.isVisible() and item.yData is not None:
                raw = item is self._faint or not self._weight > 0
                yield Trace(key, color, item.xData, item.yData, item.yData, raw)
        if self._band is not None and self._band.isVisible():
            for x, y in self._ends:
                yield Trace(key, color, x, y, y)

    @property
    def hidden(self) -> int:
        """How many values have no logarithm and are not drawn, of the last time it was drawn."""
        return self._raw.hidden

    def draw(
        self,
        pixels: Pixels,
        edges: Floats,
        logs: tuple[bool, bool],
        weight: float,
        crowd: Crowd | None = None,
    ) -> None:
        """Draw what lies between places.

        Args:
            pixels: The pixels as steps.
            edges: Where pixels begin on the axis, as numbers of what it counts, and where the last ends.
            logs: Whether abscissas and ordinates are shown by their logarithm.
            weight: Of the moving average; 0 for none.
            crowd: Where long curves are put instead; None where each is drawn alone.
        """
        curve, (self._log_x, log) = self.curve, logs
        weight = 0.0 if curve.steady else weight
        if weight != self._weight:
            self._weight, self._average = weight, Average(weight)
            self._smooth, self._sides = Shape(), ()
        if crowd is None or not self._join(crowd, log):
            self._line.setVisible(True)
            self._faint.setVisible(weight > 0)
        if curve.scale is not None and (self._line.isVisible() or curve.spread is not None):
            pixels = Pixels(curve.scale.steps_of(edges))
        y = self._average.follow(curve.y)
        shape = self._smooth if weight > 0 else self._raw
        if self._line.isVisible():
            # A curve of few points is drawn finely.
            self._line.opts["antialias"] = len(curve.x) < FINE or weight > 0
            self._set(self._line, *shape.outline(curve.x, y, pixels, log))
        if self._faint.isVisible():
            self._set(self._faint, *self._raw.outline(curve.x, curve.y, pixels, log))
        if curve.spread is not None:
            if not self._sides:
                spread = Average(weight).follow(curve.spread)
                sides = put_away((y - spread, y + spread))
                self._sides = tuple((Shape(), side) for side in sides)
            low, high = (s.outline(curve.x, side, pixels, log) for s, side in self._sides)
            self._draw_band(low, high)
        elif self._band is not None:
            self._band.hide()

    def _join(self, crowd: Crowd, log: bool) -> bool:
        """Put the raw values to those of others, if they are many; a smoothed line is drawn alone, and finely."""
        curve, smoothed = self.curve, self._weight > 0
        course = self._raw.course_of(curve.x, curve.y, log)
        grid = crowd.pixels(curve.scale).grid(course.x, course.marks)
        if grid.points < crowd.least:
            return False
        self._line.setVisible(smoothed)
        self._faint.hide()
        if smoothed:
            low, high = crowd.faint.room(self._faint.opts["pen"].color())
        else:
            low, high = crowd.plain.room(curve.color, curve.dashed)
        course.strokes(grid, low, high)
        if log:
            np.log10(low, out=low)
            np.log10(high, out=high)
        return True

    def _set(self, item: Line, steps: Floats, values: Floats) -> None:
        item.draw(self._places(steps), values)

    def _places(self, steps: Floats) -> Floats:
        places = self.curve.places(steps)
        return np.log10(np.where(places > 0, places, np.nan)) if self._log_x else places

    def _draw_band(self, low: tuple[Floats, Floats], high: tuple[Floats, Floats]) -> None:
        if self._band is None:
            self._band = pg.PlotCurveItem(pen=None, fillLevel="enclosed")
            self._band.setZValue(-2)
            self._plot.addItem(self._band, ignoreBounds=True)
            self._dress()
        (left, low_y), (right, high_y) = self._ends = [
            (self._places(x[np.isfinite(y)]), y[np.isfinite(y)]) for x, y in (low, high)
        ]
        x, y = np.concatenate([left, right[::-1]]), np.concatenate([low_y, high_y[::-1]])
        self._band.setData(x, y)
        self._band.show()

    def _items(self) -> Iterator[pg.PlotCurveItem]:
        yield self._line
        yield self._faint
        if self._band is not None:
            yield self._band

    def _dress(self) -> None:
        """Give the items the colours of the curve."""
        color = self.curve.color
        pen = QPen(color, 0)
        pen.setCosmetic(True)
        pen.setWidthF(1.0)
        if self.curve.dashed:
            pen.setDashPattern([5, 3])
        self._line.setPen(pen)
        pale = QColor(color)
        pale.setAlphaF(FAINT)
        self._faint.setPen(QPen(pale, 0))
        if self._band is not None:
            pale.setAlphaF(BAND)
            self._band.setBrush(pg.mkBrush(pale))

    def _forget(self) -> None:
        """Other values than before: nothing that was found out of them holds."""
        self._raw, self._smooth = Shape(), Shape()
        self._sides = ()
        self._weight = -1.0
        self._average = Average(0.0)
