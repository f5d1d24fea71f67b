"""Long curves in a form from which any part is drawn at once, no peak lost.

A :class:`Course` keeps the least and the greatest value of every 32 points, of every 32 of those groups, and
so on. Whatever is seen of a curve is then told by a few thousand numbers, however many points there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from widgets.growing import Growing

Floats = NDArray[np.float64]
Places = NDArray[np.int64] | Floats

GROUP = 32  # points or groups in a group of the next level
LEAST_GROUPS = 4  # that a pixel is made of: its ends are right to a quarter of it
COARSE = 2 * LEAST_GROUPS * GROUP  # points of pieces whose ends are those of groups


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

    def _pieces_of(self, cut: Cut) -> tuple[Floats, Floats, NDArray[np.bool_]]:
        """Least and greatest value of every piece, and whether it rises."""
        if len(cut.parts) == 1:
            return self._pieces_at(cut.parts[0])
        count = sum(len(part.pieces) for part in cut.parts)
        low, high, rising = np.empty(count), np.empty(count), np.empty(count, bool)
        for part in cut.parts:
            low[part.pieces], high[part.pieces], rising[part.pieces] = self._pieces_at(part)
        return low, high, rising

    def _pieces_at(self, part: _Part) -> tuple[Floats, Floats, NDArray[np.bool_]]:
        """The same of those that are told by groups of one level; points are looked at for the finest alone."""
        here = self._levels[part.level - 1] if part.level else None
        low, high = (here.low, here.high) if here is not None else (self.y, self.y)
        firsts, lasts = part.bounds[::2], np.append(part.bounds[1::2], part.end) - 1
        return (
            np.fmin.reduceat(low[: part.end], part.bounds)[::2],
            np.fmax.reduceat(high[: part.end], part.bounds)[::2],
            low[firsts] + high[firsts] <= low[lasts] + high[lasts],
        )


class _Part(NamedTuple):
    """Pieces that are told by groups of one level."""

    level: int
    pieces: NDArray[np.int64]
    bounds: NDArray[np.int64]  # begin and end of every piece but the last one's end, in groups
    end: int


class Cut(NamedTuple):
    """How a curve is cut where pixels begin.

    Attributes:
        first: The first point that is drawn.
        last: The one behind the last.
        x: Abscissas of what is drawn.
        kept: Which ends of pieces are drawn; None for all.
        parts: Pieces by the groups that tell them; none where points are so few that each is drawn.
    """

    first: int
    last: int
    x: Floats
    kept: NDArray[np.bool_] | None = None
    parts: tuple[_Part, ...] = ()


class Pixels:
    """The pixels of a plot, as curves are cut into them.

    Args:
        edges: Where pixels begin, and where the last one ends ``(pixels + 1,)``, rising.
    """

    def __init__(self, edges: Floats) -> None:
        self._edges = np.append(edges, np.nextafter(edges[-1], np.inf))
        # In the type of most abscissas, because all of those would be converted otherwise.
        self._whole = np.clip(np.ceil(self._edges), -(2.0**62), 2.0**62).astype(np.int64)
        self._known: dict[tuple[int, int], Cut] = {}

    def cut(self, x: Places, marks: Floats) -> Cut:
        """Return how a curve is cut; those with a point a step and as many points are cut alike.

        Args:
            x: Rising abscissas ``(n,)``.
            marks: Those of every 32nd point, for points that do not lie one apart.
        """
        if not one_apart(x):
            edges = self._whole if x.dtype.kind == "i" else self._edges
            return self._cut(x, _bounds(x, marks, edges), marks)
        key = int(x[0]), len(x)
        if key not in self._known:
            self._known[key] = self._cut(x, np.clip(self._whole - key[0], 0, key[1]), marks)
        return self._known[key]

    def _cut(self, x: Places, bounds: NDArray[np.int64], marks: Floats) -> Cut:
        first, last = max(int(bounds[0]) - 1, 0), min(int(bounds[-1]) + 1, len(x))
        if last - first <= 2 * (len(self._edges) - 2):
            return Cut(first, last, x[first:last].astype(np.float64))
        cuts = bounds[:-1].copy()
        cuts[0], cuts[-1] = first, last
        there = np.flatnonzero(np.diff(cuts))
        starts, ends = cuts[there], cuts[there + 1]
        places = _places(x, marks, starts, ends)
        kept = np.ones(len(places), bool)
        kept[1::2] = ends - starts > 1  # of a single point one is enough
        parts = tuple(_parts(starts, ends, len(x)))
        if kept.all():
            return Cut(first, last, places, None, parts)
        return Cut(first, last, places[kept], kept, parts)


def one_apart(x: Places) -> bool:
    """Return whether rising abscissas are whole numbers one apart, as steps mostly are."""
    return x.dtype.kind == "i" and len(x) > 0 and int(x[-1]) - int(x[0]) == len(x) - 1


def _bounds(x: Places, marks: Floats, edges: NDArray[np.generic]) -> NDArray[np.int64]:
    """Return the first point at or behind every edge; beside coarse pieces the first of a group.

    So only those points are looked at that lie between the ends of fine pieces.
    """
    near = np.minimum(GROUP * np.searchsorted(marks, edges.astype(np.float64)), len(x))
    fine = np.flatnonzero(np.diff(near) < COARSE)
    if not len(fine):
        return near
    places = np.union1d(fine, fine + 1)
    start, end = max(0, int(near[places[0]]) - GROUP), int(near[places[-1]])
    near[places] = start + np.searchsorted(x[start:end], edges[places])
    return near


def _places(x: Places, marks: Floats, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> Floats:
    """Return abscissas of the first and last point of every piece ``(2k,)``; of coarse pieces those of groups."""
    points = np.stack([starts, ends - 1], axis=1).reshape(-1)
    if one_apart(x):
        return (int(x[0]) + points).astype(np.float64)
    coarse = np.repeat(ends - starts >= COARSE, 2)
    coarse[::2] &= starts % GROUP == 0
    coarse[[0, -1]] = False  # lines begin and end where the curve does
    places = np.empty(len(points))
    places[coarse] = marks[points[coarse] // GROUP]
    places[~coarse] = x[points[~coarse]]
    return places


def _parts(starts: NDArray[np.int64], ends: NDArray[np.int64], count: int) -> Iterator[_Part]:
    """Sort pieces by the level whose groups are small enough for them."""
    highest, size = 0, count
    while size > GROUP:
        highest, size = highest + 1, -(-size // GROUP)
    wanted = np.log(np.maximum((ends - starts) / LEAST_GROUPS, 1)) // np.log(GROUP)
    levels = np.minimum(wanted.astype(np.int64), highest)
    for level in np.unique(levels).tolist():
        pieces = np.flatnonzero(levels == level)
        size = GROUP**level
        # Neighbours share their ends; what lies between two that are no neighbours is passed over.
        pairs = np.stack([starts[pieces] // size, -(-ends[pieces] // size)], axis=1).reshape(-1)
        yield _Part(level, pieces, pairs[:-1], int(pairs[-1]))


def _grouped(values: Floats, start: int, extreme: np.ufunc) -> Floats:
    """The extremes of groups from one on; the last one may be smaller."""
    part = values[start * GROUP :]
    found: Floats = extreme.reduceat(part, np.arange(0, len(part), GROUP)) if len(part) else part
    return found
