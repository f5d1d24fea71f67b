"""How many digits a measured value has wherever a person reads it; a leaf that every room may use.

Below ten a value has four digits behind the point, from there on two, so that values of one kind have equally many
and stand below each other: 0.9000 beside 0.8923. Counts are whole.
"""

from __future__ import annotations

import math

FEW, MANY = 1e-3, 1e5  # beyond them powers of ten are shorter
COUNTS = ("modes",)  # metrics that count something


def number(value: float) -> str:
    """Return a value as people read it: ``0.9000``, ``12.35``, ``1.23e+05``."""
    if not math.isfinite(value):
        return str(float(value))
    size = abs(value)
    if size != 0 and not FEW <= size < MANY:
        return f"{value:.2e}"
    return f"{value:.{decimals(value)}f}"


def decimals(value: float) -> int:
    """Return how many digits stand behind the point of a value that is written without powers of ten."""
    return 4 if abs(value) < 10 else 2


def measured(metric: str, value: float) -> str:
    """Return the value of a metric; of one that counts a whole number.

    Args:
        metric: Its name in files: ``test_accuracy``, ``modes``.
        value: The value.
    """
    counts = any(metric == name or metric.endswith(f"_{name}") for name in COUNTS)
    return f"{value:.0f}" if counts and float(value).is_integer() else number(value)


def with_deviation(mean: float, deviation: float) -> str:
    """Return a mean with its standard deviation, in as many digits as the mean: ``12.35 ± 0.40``."""
    if math.isfinite(deviation) and FEW <= abs(mean) < MANY:
        return f"{number(mean)} ± {deviation:.{decimals(mean)}f}"
    return f"{number(mean)} ± {number(deviation)}"


def signed(value: float) -> str:
    """Return a difference of two values with its sign."""
    return f"+{number(value)}" if value > 0 else number(value)
