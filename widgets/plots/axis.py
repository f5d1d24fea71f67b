"""Axes whose numbers never run into each other."""

from __future__ import annotations

import math

import pyqtgraph as pg

DIGIT, BESIDE = 8, 14  # pixels for a digit and for the gap beside a number
LINE = 22  # pixels for a line of text and the gap below it


class StepAxis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """The bottom axis of curves and maps over training."""

    def __init__(self) -> None:
        super().__init__("bottom")

    def tickSpacing(self, low: float, high: float, size: float) -> list[tuple[float, float]]:
        """Return one round spacing that leaves every number its room.

        Args:
            low: First step shown.
            high: Last step shown.
            size: Length of the axis in pixels.

        Returns:
            Pairs of spacing and offset, as pyqtgraph wants them.
        """
        least = abs(high - low) / max(1.0, size / label_room(high))
        return [(round_step(least), 0.0)]


class ValueAxis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
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
