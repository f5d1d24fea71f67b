"""Axes whose numbers never run into each other."""

from __future__ import annotations

import math
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter

from projects.figures import with_minus
from widgets import theme

DIGIT, BESIDE = 8, 14  # pixels for a digit and for the gap beside a number
LINE = 22  # pixels for a line of text and the gap below it
FRACTION = 3 * DIGIT  # a point and two digits behind it


class PlainAxis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """An axis whose numbers have a true minus."""

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Return the numbers of ticks as people read them; see pyqtgraph for the arguments."""
        return [with_minus(str(text)) for text in super().tickStrings(values, scale, spacing)]


class QuickAxis(PlainAxis):
    """An axis that is painted as it is found out, not by a recording, which looks up fonts at every play."""

    picture: tuple[Any, ...] | None  # what is painted; pyqtgraph empties it where that changes

    def paint(self, painter: QPainter, *_how: object) -> None:
        """Paint line, ticks and numbers."""
        if self.picture is None:  # what they are is forgotten
            self.picture = self.generateDrawSpecs(painter) or ()
        if self.picture:
            axis, ticks, words = self.picture
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            for pen, begin, end in ticks:
                painter.fillRect(_thin(begin, end), _solid(pen.color()))
            self.drawPicture(painter, axis, (), words)
            painter.restore()


class StepAxis(QuickAxis):
    """The bottom axis of curves and maps over training.

    Attributes:
        whole: Whether it counts whole things, as steps; else there are numbers between them, as in time.
    """

    def __init__(self) -> None:
        super().__init__("bottom")
        self.whole = True
        self.enableAutoSIPrefix(False)  # half a second is not 500 (×0.001)

    def tickSpacing(self, low: float, high: float, size: float) -> list[tuple[float, float]]:
        """Return one round spacing that leaves every number its room.

        Args:
            low: First step shown.
            high: Last step shown.
            size: Length of the axis in pixels.

        Returns:
            Pairs of spacing and offset, as pyqtgraph wants them.
        """
        if self.logMode:
            return list(super().tickSpacing(low, high, size))
        room = label_room(high) if self.whole else label_room(high) + FRACTION
        least = abs(high - low) / max(1.0, size / room)
        return [(round_step(least) if self.whole else round_value(least), 0.0)]


class ValueAxis(QuickAxis):
    """The left axis of curves, however low they are."""

    def __init__(self) -> None:
        super().__init__("left")

    def tickSpacing(self, low: float, high: float, size: float) -> list[tuple[float, float]]:
        """Return one round spacing that leaves every number its line; powers of ten as they come.

        Args:
            low: Lowest value shown.
            high: Highest value shown.
            size: Length of the axis in pixels.

        Returns:
            Pairs of spacing and offset, as pyqtgraph wants them.
        """
        if self.logMode:
            return list(super().tickSpacing(low, high, size))
        return [(round_value(abs(high - low) / max(1.0, size / LINE)), 0.0)]


class CountAxis(ValueAxis):
    """The left axis of bars that count something: where there is room for one number only, it is a large one."""

    def tickSpacing(self, low: float, high: float, size: float) -> list[tuple[float, float]]:
        """Return a round spacing that is not beyond what is shown; see :meth:`ValueAxis.tickSpacing`."""
        spacings = super().tickSpacing(low, high, size)
        span = abs(high - low)
        if self.logMode or not 0 < span < spacings[0][0]:
            return spacings
        power = 10.0 ** math.floor(math.log10(span))
        return [(power * math.floor(span / power), 0.0)]


def _solid(color: QColor) -> QColor:
    """A pale colour as it looks on the ground of plots: what lies below it need not be read then."""
    ground, share = theme.current().color("surface"), color.alphaF()
    over = (color.redF(), color.greenF(), color.blueF())
    under = (ground.redF(), ground.greenF(), ground.blueF())
    return QColor.fromRgbF(*(share * a + (1 - share) * b for a, b in zip(over, under, strict=True)))


def _thin(begin: QPointF, end: QPointF) -> QRectF:
    """The pixels of a line that goes across or down."""
    left, right = sorted((begin.x(), end.x()))
    top, bottom = sorted((begin.y(), end.y()))
    return QRectF(round(left), round(top), max(right - left, 1.0), max(bottom - top, 1.0))


def label_room(number: float) -> int:
    """Return the pixels that the label of a step takes, the gap beside it included."""
    return len(f"{abs(number):.0f}") * DIGIT + BESIDE


def round_step(least: float) -> float:
    """Return the smallest of 1, 2, 5, 10, 20, 50 … that is not below ``least``."""
    return round_value(least) if least > 1 else 1.0


def round_value(least: float) -> float:
    """Return the smallest of … 0.1, 0.2, 0.5, 1, 2, 5 … that is not below ``least``."""
    if not 0 < least < math.inf:
        return 1.0
    power = 10.0 ** math.floor(math.log10(least))
    return next((float(power * digit) for digit in (1, 2, 5) if power * digit >= least), 10 * power)
