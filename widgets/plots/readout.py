"""What curves say at the pointer: a line for each, in its colour."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from gettext import gettext as _

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPen

from widgets import theme
from widgets.plots.frame import color_readout

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
    """

    label: str
    color: QColor
    value: float
    place: str = ""
    spread: float | None = None

    def words(self) -> str:
        """Return the reading in plain text."""
        band = f" ± {number(self.spread)}" if self.spread is not None else ""
        return f"{self.label}  {number(self.value)}{band}" + (
            f"  · {self.place}" if self.place else ""
        )


class Readout:
    """A line at the pointer and a card of values beside it.

    Args:
        plot: Over which plot.
    """

    def __init__(self, plot: pg.PlotWidget) -> None:
        self._box = plot.getViewBox()
        self._cross = pg.InfiniteLine(angle=90, movable=False)
        self._card = pg.TextItem(anchor=(0, 0))
        for item in (self._cross, self._card):
            item.setZValue(50)
            item.hide()
            plot.addItem(item, ignoreBounds=True)

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        self._cross.setPen(QPen(theme.current().color("border_strong"), 0))
        color_readout(self._card)

    def hide(self) -> None:
        """Say nothing."""
        self._cross.hide()
        self._card.hide()

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
        text = theme.current().color("text").name()
        self._card.setHtml(f'<div style="color:{text}">{"<br>".join(lines)}</div>')
        self._cross.setPos(at.x())
        self._card.setPos(at.x(), self._box.viewRange()[1][1])  # below the top
        left = at.x() > sum(self._box.viewRange()[0]) / 2
        self._card.setAnchor((1.05, 0) if left else (-0.05, 0))
        self._cross.show()
        self._card.show()


def number(value: float) -> str:
    """Return a value with about four digits, as a legend shows it."""
    if not np.isfinite(value):
        return str(value)
    size = abs(value)
    if size != 0 and (size < 1e-3 or size >= 1e5):
        return f"{value:.2e}"
    return f"{value:.4f}" if size < 10 else f"{value:.2f}"


def _escaped(words: str) -> str:
    return html.escape(words).replace("  ", "&nbsp; ")


def _distance(value: float, level: float) -> float:
    return abs(value - level) if np.isfinite(value) else np.inf
