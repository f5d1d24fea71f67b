"""What curves say at the pointer: a line for each, in its colour."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPen

from projects.figures import measured, number, with_deviation
from projects.translation import gettext as _
from widgets import theme
from widgets.plots.card import Card

__all__ = ["Reading", "Readout", "number"]

MOST_LINES = 18


@dataclass(frozen=True)
class Reading:
    """What one curve says.

    Attributes:
        label: Its name.
        color: Its colour.
        value: Its value at the point that lies nearest.
        place: What is to be said of where that point lies; empty where it lies at the pointer.
        spread: How far the band reaches; None for no band.
        metric: Name of the metric in files, by which counts are whole; empty for no metric.
    """

    label: str
    color: QColor
    value: float
    place: str = ""
    spread: float | None = None
    metric: str = ""

    def words(self) -> str:
        """Return the reading in plain text."""
        if self.spread is None:
            said = measured(self.metric, self.value)
        else:
            said = with_deviation(self.metric, self.value, self.spread)
        return f"{self.label}  {said}" + (f"  · {self.place}" if self.place else "")


class Readout:
    """A line at the pointer and a card of values beside it, which may reach over the edge of the plot.

    Args:
        plot: Over which plot.
    """

    def __init__(self, plot: pg.PlotWidget) -> None:
        self._plot = plot
        self._cross = pg.InfiniteLine(angle=90, movable=False)
        self._cross.setZValue(50)
        self._cross.hide()
        plot.addItem(self._cross, ignoreBounds=True)
        self._card = Card(plot)

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        self._cross.setPen(QPen(theme.current().color("border_strong"), 0))
        self._card.retheme()

    def hide(self) -> None:
        """Say nothing."""
        self._cross.hide()
        self._card.let_go()

    def show(
        self, at: QPointF, level: float, heads: Sequence[str], readings: Sequence[Reading]
    ) -> None:
        """Say what there is to say at a place.

        Of very many curves those are told whose values lie nearest to the pointer.

        Args:
            at: The place, in the coordinates of the plot.
            level: The value at the pointer.
            heads: Lines above: the abscissa, and what happened there.
            readings: What every curve says.
        """
        told = list(readings)
        if len(told) > MOST_LINES:
            by_distance = np.argsort([_distance(reading.value, level) for reading in told])
            kept = set(by_distance[:MOST_LINES].tolist())
            told = [reading for place, reading in enumerate(told) if place in kept]
        lines = [html.escape(head) for head in heads]
        lines += [
            f'<span style="color:{reading.color.name()}">■</span> {_escaped(reading.words())}'
            for reading in told
        ]
        if len(told) < len(readings):
            more = _("… and {count} more, farther from the pointer")
            lines.append(html.escape(more.format(count=len(readings) - len(told))))
        self._card.tell("<br>".join(lines), at)
        self._cross.setPos(at.x())
        self._cross.show()


def _escaped(words: str) -> str:
    return html.escape(words).replace("  ", "&nbsp; ")


def _distance(value: float, level: float) -> float:
    return abs(value - level) if np.isfinite(value) else np.inf
