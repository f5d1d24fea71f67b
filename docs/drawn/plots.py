"""Axes, curves and histograms on a sheet."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from drawn.paper import SMALL, Paper


class Plot:
    """Axes on a sheet, and what is drawn in them.

    Args:
        paper: The sheet.
        x: Left of the area for curves; numbers stand left of it.
        y: Its top.
        width: Its width.
        height: Its height; numbers and a name stand below.
        across: Least and greatest number across.
        up: Least and greatest number upwards.
        ticks: Numbers that are written below.
        rungs: Numbers that are written on the left.
        name: What lies across.
        title: What is shown, above.
        axes: Whether there are lines through 0.
    """

    def __init__(
        self,
        paper: Paper,
        x: float,
        y: float,
        width: float,
        height: float,
        across: tuple[float, float],
        up: tuple[float, float],
        ticks: Sequence[float] = (),
        rungs: Sequence[float] = (),
        name: str = "",
        title: str = "",
        axes: bool = True,
    ) -> None:
        self.paper = paper
        self.x, self.y, self.width, self.height = x, y, width, height
        self._across, self._up = across, up
        for tick in ticks:
            place = self.right(tick)
            paper.line([(place, y), (place, y + height)], "border", 0.8)
            paper.text(place, y + height + 15, number(tick), anchor="middle")
        for rung in rungs:
            place = self.above(rung)
            paper.line([(x, place), (x + width, place)], "border", 0.8)
            paper.text(x - 6, place + 4, number(rung), anchor="end")
        if axes and across[0] < 0 < across[1]:
            paper.line([(self.right(0), y), (self.right(0), y + height)], "border_strong")
        if axes:
            ground = self.above(0 if up[0] <= 0 <= up[1] else up[0])
            paper.line([(x, ground), (x + width, ground)], "border_strong")
        if name:
            paper.text(x + width, y + height + (30 if ticks else 15), name, "text", anchor="end")
        if title:
            paper.text(x, y - 8, title, "text", SMALL + 0.5)

    def right(self, value: float) -> float:
        """Where a number lies across."""
        low, high = self._across
        return self.x + (value - low) / (high - low) * self.width

    def above(self, value: float) -> float:
        """Where a number lies upwards."""
        low, high = self._up
        return self.y + self.height - (value - low) / (high - low) * self.height

    def curve(
        self,
        x: ArrayLike,
        y: ArrayLike,
        color: str = "series0",
        width: float = 2.0,
        dashes: str = "",
    ) -> None:
        """Draw a curve; where it leaves the axes it is cut."""
        low, high = self._up
        run: list[tuple[float, float]] = []
        xs, ys = np.asarray(x, float).tolist(), np.asarray(y, float).tolist()
        for across, up in [*zip(xs, ys, strict=True), (0.0, float("nan"))]:
            if low - 1e-9 <= up <= high + 1e-9:
                run.append((self.right(across), self.above(up)))
                continue
            if len(run) > 1:
                self.paper.line(run, color, width, dashes=dashes)
            run = []

    def histogram(self, values: ArrayLike, color: str = "series0", bins: int = 41) -> None:
        """Draw how often numbers of the shown range come up; the most frequent ones reach 1."""
        counts, edges = np.histogram(np.asarray(values, float), bins, self._across)
        ground = self.above(0)
        top = max(1, counts.max())
        points = [(self.x, ground)]
        for count, left, right in zip(counts, edges[:-1], edges[1:], strict=True):
            tall = self.above(float(count) / top)
            points += [(self.right(left), tall), (self.right(right), tall)]
        points.append((self.x + self.width, ground))
        self.paper.area(points, color, 0.3)
        self.paper.line(points[1:-1], color, 1.3)

    def mark(self, x: float, y: float, color: str = "text", radius: float = 3.5) -> None:
        """Draw a dot at a place."""
        self.paper.dot(self.right(x), self.above(y), radius, color)


def legend(
    paper: Paper, x: float, y: float, entries: Sequence[tuple[str, str]], step: float = 19
) -> None:
    """Write what curves are, one below the other, each with a piece of its colour."""
    for index, (words, color) in enumerate(entries):
        line = y + index * step
        paper.line([(x, line - 4), (x + 16, line - 4)], color, 2.4)
        paper.text(x + 22, line, words, "text")


def number(value: float) -> str:
    """Return a number as people write it."""
    return f"{value + 0.0:g}".replace("-", "−").replace("e−0", "e−")
