"""Long curves in a form from which any part is drawn at once, no peak lost.

A :class:`Course` keeps the least and the greatest value of every 32 points, of every 32 of those groups, and
so on. Whatever is seen of a curve is then told by a few thousand numbers, however many points there are.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from widgets.growing import Growing
from widgets.plots.pixels import GROUP, Cut, Floats, Grid, Part, Pixels, Places, one_apart


class _Level:
    """Least and greatest values of groups."""

    def __init__(self) -> None:
        self._low, self._high = Growing(np.float64), Growing(np.float64)

    @property
    def low(self) -> Floats:
        return self._low.values

    @property
    def high(self) -> Floats:
        return self._high.values

    def put(self, start: int, low: Floats, high: Floats) -> None:
        """Replace everything from a group on."""
        self._low.put(start, low)
        self._high.put(start, high)


class Course:
    """One curve that grows.

    Attributes:
        x: Rising abscissas ``(n,)``.
        y: Ordinates ``(n,)``; those that are no numbers are gaps.
    """

    def __init__(self) -> None:
        self.x: Places = np.empty(0)
        self.y: Floats = np.empty(0)
        self._levels: list[_Level] = []
        self._marks = Growing(np.float64)

    @property
    def marks(self) -> Floats:
        """Abscissas of the first point of every group; none where points lie one apart."""
        return self._marks.values

    def follow(self, x: Places, y: Floats) -> None:
        """Take the curve as it is now: that of the last call with more points at its end.

        Args:
            x: Rising abscissas ``(n,)``.
            y: Ordinates ``(n,)``, none of them infinite.
        """
        start = len(self.y)
        self.x, self.y = x, y
        if not one_apart(x):
            self._marks.append(x[GROUP * len(self._marks) :: GROUP].astype(np.float64))
        low = high = y
        for place in range(64):
            if len(low) <= GROUP:
                break
            if place == len(self._levels):
                self._levels.append(_Level())
                start = 0
            level, start = self._levels[place], start // GROUP
            level.put(start, _grouped(low, start, np.fmin), _grouped(high, start, np.fmax))
            low, high = level.low, level.high

    def extremes(self) -> tuple[float, float]:
        """Return the least and the greatest value; not numbers where there is none."""
        low, high = (self._levels[-1].low, self._levels[-1].high) if self._levels else (self.y,) * 2
        if not len(low):
            return np.nan, np.nan
        return float(np.fmin.reduce(low)), float(np.fmax.reduce(high))

    def outline(self, pixels: Pixels) -> tuple[Floats, Floats]:
        """Return a curve of at most two points a pixel that looks the same.

        Each pixel gives its least and its greatest value, the earlier end of a rising or falling piece
        first. One point beyond either end is kept, so that lines run to the edge.

        Args:
            pixels: Where pixels begin and end.
        """
        cut = pixels.cut(self.x, self.marks)
        if not cut.parts:
            return cut.x, self.y[cut.first : cut.last]
        low, high, rising = self._pieces_of(cut)
        y = np.empty(2 * len(low))
        y[::2], y[1::2] = np.where(rising, low, high), np.where(rising, high, low)
        return cut.x, y if cut.kept is None else y[cut.kept]

    def strokes(self, grid: Grid, low: Floats, high: Floats) -> None:
        """Fill in from where to where the curve reaches in every pixel: not a number where there is nothing of it.

        Where pixels hold no point, a line goes through them. See :func:`join` for what lies between pixels.

        Args:
            grid: In which pixels it has points.
            low: Room for the least values ``(pixels,)``.
            high: Room for the greatest.
        """
        if len(grid.columns) == len(low) and len(grid.parts) == 1:
            low[:], high[:] = self._extremes_at(grid.parts[0])
            return
        low[:] = high[:] = np.nan
        for part in grid.parts:
            there = grid.columns[part.pieces]
            low[there], high[there] = self._extremes_at(part)
        places = np.concatenate([grid.columns + 0.5, grid.beyond])
        values = np.append((low + high)[grid.columns] / 2, self.y[grid.outside])
        empty = np.setdiff1d(np.arange(len(low)), grid.columns)
        if len(places):
            order = np.argsort(places)
            between = np.interp(empty + 0.5, places[order], values[order], np.nan, np.nan)
            low[empty] = high[empty] = between

    def _pieces_of(self, cut: Cut) -> tuple[Floats, Floats, NDArray[np.bool_]]:
        """Least and greatest value of every piece, and whether it rises."""
        count = sum(len(part.pieces) for part in cut.parts)
        low, high, rising = np.empty(count), np.empty(count), np.empty(count, bool)
        for part in cut.parts:
            low[part.pieces], high[part.pieces] = self._extremes_at(part)
            least, most = self._values_at(part)
            middles = least[part.starts] + most[part.starts]
            rising[part.pieces] = middles <= least[part.ends - 1] + most[part.ends - 1]
        return low, high, rising

    def _extremes_at(self, part: Part) -> tuple[Floats, Floats]:
        """Least and greatest value of pieces that are told by groups of one level."""
        low, high = self._values_at(part)
        return part.reduced(np.fmin, low), part.reduced(np.fmax, high)

    def _values_at(self, part: Part) -> tuple[Floats, Floats]:
        """Least and greatest values of the groups of a level; points are looked at for the finest alone."""
        if not part.level:
            return self.y, self.y
        here = self._levels[part.level - 1]
        return here.low, here.high


def _grouped(values: Floats, start: int, extreme: np.ufunc) -> Floats:
    """The extremes of groups from one on; the last one may be smaller."""
    part = values[start * GROUP :]
    found: Floats = extreme.reduceat(part, np.arange(0, len(part), GROUP)) if len(part) else part
    return found


def join(low: Floats, high: Floats) -> None:
    """Have strokes in neighbouring pixels meet half way, as those of a line do.

    Args:
        low: Least values ``(…, pixels)``.
        high: Greatest values.
    """
    rises, falls = low[..., 1:] > high[..., :-1], high[..., 1:] < low[..., :-1]
    rise, fall = (low[..., 1:] + high[..., :-1]) / 2, (high[..., 1:] + low[..., :-1]) / 2
    for half, there, upper, lower in (
        (rise, rises, high[..., :-1], low[..., 1:]),
        (fall, falls, high[..., 1:], low[..., :-1]),
    ):
        if there.any():
            np.maximum(upper, half, out=upper, where=there)
            np.minimum(lower, half, out=lower, where=there)
