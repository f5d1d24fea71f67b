"""What curves say at the pointer: a line for each, in its colour."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QLabel

from projects.figures import measured, number, with_deviation
from projects.translation import gettext as _
from widgets import theme

__all__ = ["Reading", "Readout", "number"]

MOST_LINES = 18
BESIDE = 14  # pixels between pointer and card


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
        self._card = QLabel(plot)
        self._card.setObjectName("readout")
        self._card.setTextFormat(Qt.TextFormat.RichText)
        self._card.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._card.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._card.hide()

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        tokens = theme.current()
        self._cross.setPen(QPen(tokens.color("border_strong"), 0))
        self._card.setStyleSheet(
            f"QLabel#readout {{ background: {tokens.raised}; color: {tokens.text}; padding: 4px 6px; "
            f"border: 1px solid {tokens.border}; border-radius: 4px; font-size: {theme.FONT_SMALL}pt; }}"
        )

    def hide(self) -> None:
        """Say nothing."""
        self._cross.hide()
        self._card.hide()
        self._card.setParent(self._plot)  # goes with it

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
        self._card.setText(f'<div style="white-space: pre">{"<br>".join(lines)}</div>')
        self._cross.setPos(at.x())
        self._cross.show()
        self._place(at)

    def _place(self, at: QPointF) -> None:
        """Put the card beside the pointer, where there is more room in the window."""
        window = self._plot.window()
        if self._card.parent() is not window:
            self._card.setParent(window)
        self._card.adjustSize()
        place = self._plot.mapFromScene(self._plot.getViewBox().mapViewToScene(at))
        spot = self._plot.mapTo(window, place)
        left = spot.x() + BESIDE
        if left + self._card.width() > window.width():
            left = spot.x() - BESIDE - self._card.width()
        top = min(spot.y(), window.height() - self._card.height())
        self._card.move(max(0, left), max(0, top))
        self._card.show()
        self._card.raise_()


def _escaped(words: str) -> str:
    return html.escape(words).replace("  ", "&nbsp; ")


def _distance(value: float, level: float) -> float:
    return abs(value - level) if np.isfinite(value) else np.inf
