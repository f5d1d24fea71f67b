"""How many digits a measured value has wherever a person reads it; a leaf that every room may use.

Below ten a value has four digits behind the point, from there on two, so that values of one kind have equally many
and stand below each other: 0.9000 beside 0.8923. Counts are whole. A minus is as wide as a plus; where numbers are
typed or go into files it is a hyphen, and none of this is used.
"""

from __future__ import annotations

import math

FEW, MANY = 1e-3, 1e5  # beyond them powers of ten are shorter
COUNTS = ("modes",)  # metrics that count something


def number(value: float) -> str:
    """Return a value as people read it: ``0.9000``, ``−12.35``, ``1.23e+05``."""
    if not math.isfinite(value):
        return with_minus(str(float(value)))
    size = abs(value)
    if size != 0 and not FEW <= size < MANY:
        return f"{Read(value):.2e}"
    return f"{Read(value):.{decimals(value)}f}"


class Read(float):
    """A number that is written for people: with a true minus, as wide as a plus, in every format."""

    def __format__(self, spec: str) -> str:
        """Return the number in a format."""
        return with_minus(super().__format__(spec))


def with_minus(text: str) -> str:
    """Return the text of a number with a true minus for a hyphen: ``−0.5``."""
    return f"−{text[1:]}" if text.startswith("-") else text


def decimals(value: float) -> int:
    """Return how many digits stand behind the point of a value that is written without powers of ten."""
    return 4 if abs(value) < 10 else 2


def measured(metric: str, value: float) -> str:
    """Return the value of a metric; of one that counts a whole number.

    Args:
        metric: Its name in files: ``test_accuracy``, ``modes``.
        value: The value.
    """
    whole = _counts(metric) and float(value).is_integer()
    return f"{Read(value):.0f}" if whole else number(value)


def with_deviation(metric: str, mean: float, deviation: float) -> str:
    """Return the mean of a metric with its standard deviation, in as many digits as the mean: ``12.35 ± 0.40``.

    A deviation that is smaller than the last of these digits has more, or it would read as none.

    Args:
        metric: Its name in files.
        mean: The mean.
        deviation: The standard deviation.
    """
    if _counts(metric) and float(mean).is_integer() and float(deviation).is_integer():
        return f"{mean:.0f} ± {deviation:.0f}"
    if FEW <= abs(mean) < MANY:
        places = min(decimals(mean), decimals(deviation))
        if deviation == 0 or 10**-places <= deviation < MANY:
            return f"{number(mean)} ± {deviation:.{places}f}"
    return f"{number(mean)} ± {number(deviation)}"


def signed(metric: str, value: float) -> str:
    """Return the difference of two values of a metric with its sign, a minus that is as wide as a plus: ``−0.5000``.

    Args:
        metric: Its name in files.
        value: The difference.
    """
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{measured(metric, abs(value))}"


def _counts(metric: str) -> bool:
    return any(metric == name or metric.endswith(f"_{name}") for name in COUNTS)
