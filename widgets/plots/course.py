"""Long curves in a form from which any part is drawn at once, no peak lost.

A :class:`Course` keeps the least and the greatest value of every 32 points, of every 32 of those groups, and
so on. Whatever is seen of a curve is then told by a few thousand numbers, however many points there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Places = NDArray[np.int64] | Floats

GROUP = 32  # points or groups in a group of the next level
LEAST_GROUPS = 4  # that a pixel is made of: its ends are right to a quarter of it


class _Level:
    """Least and greatest values of groups, in arrays that grow by doubling."""

    def __init__(self) -> None:
        self._low, self._high = np.empty(64), np.empty(64)
        self._count = 0

    @property
    def low(self) -> Floats:
        return self._low[: self._count]

    @property
    def high(self) -> Floats:
        return self._high[: self._count]

    def put(self, start: int, low: Floats, high: Floats) -> None:
        """Replace everything from a group on."""
        count = start + len(low)
        if count > len(self._low):
            room = max(count, 2 * len(self._low))
            self._low, self._high = np.resize(self._low, room), np.resize(self._high, room)
        self._low[start:count], self._high[start:count] = low, high
        self._count = count


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

    def follow(self, x: Places, y: Floats) -> None:
        """Take the curve as it is now: that of the last call with more points at its end.

        Args:
            x: Rising abscissas ``(n,)``.
            y: Ordinates ``(n,)``, none of them infinite.
        """
        start = len(self.y)
        self.x, self.y = x, y
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
        cut = pixels.cut(self.x)
        if cut.starts is None:
            return cut.x, self.y[cut.first : cut.last]
        low, high = self._extremes_of(cut)
        rising = self.y[cut.starts] <= self.y[cut.ends - 1]
        y = np.empty(2 * len(low))
        y[::2], y[1::2] = np.where(rising, low, high), np.where(rising, high, low)
        return cut.x, y if cut.kept is None else y[cut.kept]

    def _extremes_of(self, cut: Cut) -> tuple[Floats, Floats]:
        """Least and greatest value of every piece."""
        if len(cut.parts) == 1:
            return self._extremes_at(cut.parts[0])
        low, high = np.empty(len(cut.ends)), np.empty(len(cut.ends))
        for part in cut.parts:
            low[part.pieces], high[part.pieces] = self._extremes_at(part)
        return low, high

    def _extremes_at(self, part: _Part) -> tuple[Floats, Floats]:
        here = self._levels[part.level - 1] if part.level else None
        low, high = (here.low, here.high) if here is not None else (self.y, self.y)
        return (
            np.fmin.reduceat(low[: part.end], part.bounds)[::2],
            np.fmax.reduceat(high[: part.end], part.bounds)[::2],
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
        starts: Where pieces begin ``(k,)``; empty where points are so few that each is drawn.
        ends: Where they end.
        kept: Which ends of pieces are drawn; None for all.
        parts: Pieces by the groups that tell them.
    """

    first: int
    last: int
    x: Floats
    starts: NDArray[np.int64] | None = None
    ends: NDArray[np.int64] = np.empty(0, np.int64)
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

    def cut(self, x: Places) -> Cut:
        """Return how a curve is cut; those with a point a step and as many points are cut alike.

        Args:
            x: Rising abscissas ``(n,)``.
        """
        if x.dtype.kind != "i" or not len(x):
            return self._cut(x, np.searchsorted(x, self._edges))
        if x[-1] - x[0] != len(x) - 1:
            return self._cut(x, np.searchsorted(x, self._whole))
        key = int(x[0]), len(x)
        if key not in self._known:
            self._known[key] = self._cut(x, np.clip(self._whole - key[0], 0, key[1]))
        return self._known[key]

    def _cut(self, x: Places, bounds: NDArray[np.int64]) -> Cut:
        first, last = max(int(bounds[0]) - 1, 0), min(int(bounds[-1]) + 1, len(x))
        if last - first <= 2 * (len(self._edges) - 2):
            return Cut(first, last, x[first:last].astype(np.float64))
        cuts = bounds[:-1].copy()
        cuts[0], cuts[-1] = first, last
        there = np.flatnonzero(np.diff(cuts))
        starts, ends = cuts[there], cuts[there + 1]
        places = np.stack([x[starts], x[ends - 1]], axis=1).reshape(-1).astype(np.float64)
        kept = np.ones(len(places), bool)
        kept[1::2] = ends - starts > 1  # of a single point one is enough
        parts = tuple(_parts(starts, ends, len(x)))
        if kept.all():
            return Cut(first, last, places, starts, ends, None, parts)
        return Cut(first, last, places[kept], starts, ends, kept, parts)


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


class Average:
    """An exponential moving average that goes on where it was.

    ``m ← w·m + (1−w)·x``, divided by ``1 − wᵗ`` (the correction of Kingma & Ba 2015, as TensorBoard's
    slider has it). Values that are not finite are skipped.

    Args:
        weight: 0 (no smoothing) to less than 1.
    """

    def __init__(self, weight: float) -> None:
        self._weight = weight
        self._room: Floats = np.empty(0)
        self._told = 0
        self._carry = 0.0
        self._count = 0

    def follow(self, values: Floats) -> Floats:
        """Return the average of values ``(n,)``: those of the last call with more at their end."""
        if self._weight <= 0:
            return values
        if len(values) > len(self._room):
            self._room = np.resize(self._room, max(len(values), 2 * len(self._room)))
        new = values[self._told :]
        out = self._room[self._told : len(values)]
        finite = np.isfinite(new)
        out[:] = np.nan
        out[finite] = self._go_on(new[finite])
        self._told = len(values)
        return self._room[: self._told]

    def _go_on(self, values: Floats) -> Floats:
        """In blocks, so that a million values take milliseconds."""
        weight = self._weight
        out = np.empty(len(values))
        # Powers inside a block stay far from underflow.
        block = max(1, min(len(values), int(200 / -np.log10(weight))))
        powers = weight ** np.arange(1, block + 1)
        for start in range(0, len(values), block):
            part = values[start : start + block]
            scale = powers[: len(part)]
            sums = self._carry + (1 - weight) * np.cumsum(part / scale)
            out[start : start + len(part)] = scale * sums
            self._carry = float(out[start + len(part) - 1])
        begun = max(0, int(-40 / np.log(weight)) + 1 - self._count)  # later the correction is none
        ages = self._count + np.arange(1, min(begun, len(values)) + 1)
        out[: len(ages)] /= 1 - weight**ages
        self._count += len(values)
        return out


def smooth(values: Floats, weight: float) -> Floats:
    """Return the :class:`Average` of values ``(n,)``."""
    return Average(weight).follow(values)
