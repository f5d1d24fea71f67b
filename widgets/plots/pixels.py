"""How curves are cut where pixels begin, whose points may be told by groups of points.

See :class:`~widgets.plots.course.Course`, which has the least and greatest values of those groups.
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
COARSE = 2 * LEAST_GROUPS * GROUP  # points of pieces whose ends are those of groups


class Part(NamedTuple):
    """Pieces that are told by groups of one level.

    Attributes:
        level: Which one; 0 for the points themselves.
        pieces: Which pieces ``(k,)``.
        starts: The first group of each.
        ends: The group behind the last one of each.
        bounds: Where reductions begin: at starts, and where neighbours share no end, at ends too.
    """

    level: int
    pieces: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    bounds: NDArray[np.int64]

    def reduced(self, extreme: np.ufunc, values: Floats) -> Floats:
        """Return the extremes of values of groups ``(groups,)``, of each piece ``(k,)``."""
        found = extreme.reduceat(values[: self.ends[-1]], self.bounds)
        return found if len(found) == len(self.starts) else found[::2]


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
    parts: tuple[Part, ...] = ()


class Grid(NamedTuple):
    """In which pixels a curve has points.

    Attributes:
        points: How many points lie in the pixels.
        columns: Those pixels ``(k,)``.
        parts: Their points, by the groups that tell them.
        outside: The points before the first pixel and behind the last one, where there are some ``(0 to 2,)``.
        beyond: Where those lie, counted in pixels.
    """

    points: int
    columns: NDArray[np.int64]
    parts: tuple[Part, ...]
    outside: NDArray[np.int64]
    beyond: Floats


class Pixels:
    """The pixels of a plot, as curves are cut into them.

    Args:
        edges: Where pixels begin, and where the last one ends ``(pixels + 1,)``, rising.

    Attributes:
        edges: As given.
    """

    def __init__(self, edges: Floats) -> None:
        self.edges = edges
        self._edges = np.append(edges, np.nextafter(edges[-1], np.inf))
        # In the type of most abscissas, because all of those would be converted otherwise.
        self._whole = np.clip(np.ceil(self._edges), -(2.0**62), 2.0**62).astype(np.int64)
        self._cuts: dict[tuple[int, int], Cut] = {}
        self._grids: dict[tuple[int, int], Grid] = {}

    def cut(self, x: Places, marks: Floats) -> Cut:
        """Return how a curve is cut; those with a point a step and as many points are cut alike.

        Args:
            x: Rising abscissas ``(n,)``.
            marks: Those of every 32nd point, for points that do not lie one apart.
        """
        if not one_apart(x):
            return self._cut(x, self._bounds(x, marks), marks)
        key = int(x[0]), len(x)
        if key not in self._cuts:
            self._cuts[key] = self._cut(x, self._bounds(x, marks), marks)
        return self._cuts[key]

    def grid(self, x: Places, marks: Floats) -> Grid:
        """Return in which pixels a curve has points; see :meth:`cut`."""
        if not one_apart(x):
            return self._grid(x, self._bounds(x, marks))
        key = int(x[0]), len(x)
        if key not in self._grids:
            self._grids[key] = self._grid(x, self._bounds(x, marks))
        return self._grids[key]

    def _bounds(self, x: Places, marks: Floats) -> NDArray[np.int64]:
        """The first point at or behind every edge."""
        if one_apart(x):
            bounds: NDArray[np.int64] = np.clip(self._whole - int(x[0]), 0, len(x))
            return bounds
        return _bounds(x, marks, self._whole if x.dtype.kind == "i" else self._edges)

    def _grid(self, x: Places, bounds: NDArray[np.int64]) -> Grid:
        bounds = bounds[:-1]
        columns = np.flatnonzero(np.diff(bounds))
        parts = tuple(_parts(bounds[columns], bounds[columns + 1], len(x)))
        outside = np.array([bounds[0] - 1, bounds[-1]])
        outside = outside[(outside >= 0) & (outside < len(x))]
        first, second = self.edges[:2]
        beyond = (x[outside] - first) / (second - first)
        return Grid(int(bounds[-1] - bounds[0]), columns, parts, outside, beyond)

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
    near: NDArray[np.int64] = np.minimum(
        GROUP * np.searchsorted(marks, edges.astype(np.float64)), len(x)
    )
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


def _parts(starts: NDArray[np.int64], ends: NDArray[np.int64], count: int) -> Iterator[Part]:
    """Sort pieces by the level whose groups are small enough for them."""
    highest, size = 0, count
    while size > GROUP:
        highest, size = highest + 1, -(-size // GROUP)
    wanted = np.log(np.maximum((ends - starts) / LEAST_GROUPS, 1)) // np.log(GROUP)
    levels = np.minimum(wanted.astype(np.int64), highest)
    for level in np.unique(levels).tolist():
        pieces = np.flatnonzero(levels == level)
        size = GROUP**level
        first, last = starts[pieces] // size, -(-ends[pieces] // size)
        bounds = first
        if not np.array_equal(first[1:], last[:-1]):  # what lies between two pieces is passed over
            bounds = np.stack([first, last], axis=1).reshape(-1)[:-1]
        yield Part(level, pieces, first, last, bounds)
