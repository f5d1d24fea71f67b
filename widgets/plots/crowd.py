"""Where very many long curves are gathered, to be painted together."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from PySide6.QtGui import QColor

from widgets.plots.pixels import Floats, Pixels
from widgets.plots.scale import Scale


class Columns(NamedTuple):
    """Columns of pixels that are equally wide on an axis; they lie where they lay before when a plot is moved.

    Attributes:
        start: How many such columns lie between 0 and the first one.
        size: How wide one is.
        cells: How many there are.
    """

    start: int
    size: float
    cells: int

    @property
    def edges(self) -> Floats:
        """Where columns begin, and where the last one ends ``(cells + 1,)``."""
        return np.float64(self.size) * (self.start + np.arange(self.cells + 1.0))

    def counted(self, log: bool) -> Floats:
        """Return the edges as numbers of what the axis counts, whose logarithm it may show."""
        return np.power(10.0, np.clip(self.edges, -300, 300)) if log else self.edges


def columns_of(seen: tuple[float, float], count: int) -> Columns:
    """Cut what is seen of an axis into about so many columns."""
    low, high = seen
    size = max((high - low) / count, 1e-12)
    return Columns(int(np.floor(low / size)), size, count + 1)


class Sheaf:
    """Curves in columns, the last of them on top.

    Args:
        columns: The columns.
        most: How many curves there may be.
    """

    def __init__(self, columns: Columns, most: int) -> None:
        self.columns = columns
        self.colors: list[QColor] = []
        self.dashed: list[bool] = []
        self._most = most
        self._low = self._high = np.empty((0, columns.cells))

    @property
    def low(self) -> Floats:
        """Least values ``(curves, columns)``; not a number where there is nothing."""
        return self._low[: len(self.colors)]

    @property
    def high(self) -> Floats:
        """Greatest values ``(curves, columns)``."""
        return self._high[: len(self.colors)]

    def room(self, color: QColor, dashed: bool = False) -> tuple[Floats, Floats]:
        """Return room for the least and greatest values ``(columns,)`` of one more curve."""
        if not self.colors:
            self._low, self._high = np.empty((2, self._most, self.columns.cells))
        self.colors.append(color)
        self.dashed.append(dashed)
        return self.low[-1], self.high[-1]


NOBODY = Sheaf(Columns(0, 1.0, 1), 0)


class Crowd:
    """Where curves are put of which there are very many.

    Args:
        columns: Columns of pixels.
        edges: Where those begin on the axis, as numbers of what it counts, and where the last ends.
        least: Points from which on a curve is put there; one of fewer is better drawn alone.
        most: How many curves there may be.

    Attributes:
        least: As given.
        plain: The curves so far.
        faint: Raw values behind smoothed ones.
    """

    def __init__(self, columns: Columns, edges: Floats, least: int, most: int) -> None:
        self.least = least
        self.plain, self.faint = Sheaf(columns, most), Sheaf(columns, most)
        self._edges = edges
        self._pixels: dict[tuple[bytes, ...], Pixels] = {}

    def pixels(self, scale: Scale | None) -> Pixels:
        """Return the columns as steps; those of runs whose steps lie alike are cut alike."""
        key = () if scale is None else (scale.steps.tobytes(), scale.places.tobytes())
        if key not in self._pixels:
            edges = self._edges if scale is None else scale.steps_of(self._edges)
            self._pixels[key] = Pixels(edges)
        return self._pixels[key]
