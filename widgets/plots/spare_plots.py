"""Plots of curves that are made before they are needed: each takes longer than a frame."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from widgets.plots.curves import CurvePlot


class SparePlots:
    """Plots by their titles."""

    def __init__(self) -> None:
        self._made: dict[str, CurvePlot] = {}

    def make(self, titles: Iterable[str]) -> Iterator[None]:
        """Make plots that are not there yet, one between two yields."""
        for title in titles:
            if title not in self._made:
                self._made[title] = CurvePlot(title)
                yield

    def take(self, title: str) -> CurvePlot:
        """Return the plot of a title in the colours of the theme in force; made now where there is none."""
        plot = self._made.pop(title, None)
        if plot is None:
            return CurvePlot(title)
        plot.retheme()
        return plot
