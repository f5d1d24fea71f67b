"""Figures of the doctor's evidence with no more digits than a person compares."""

from __future__ import annotations

import math

SMALL, LARGE = 1e-3, 1e5  # beyond them powers of ten are shorter
NEARLY_ALL = (
    0.985  # from here to 1 a share has three digits, or it could not be told from its limit
)


class Evident(float):
    """A number in a sentence: plain where the sentence has powers of ten or hundredths of a percent for the worst case."""

    def __format__(self, spec: str) -> str:
        """Return the number in a format; plainer where it is of an ordinary size."""
        size = abs(float(self))
        if spec.endswith("e") and (size == 0 or SMALL <= size < LARGE):
            return short(self)
        if spec == ".2%" and size >= 0.01:
            spec = ".0%"
        return super().__format__(spec)


def short(value: float) -> str:
    """Return a number in two digits: ``0.62``, ``3.5``, ``36``, ``300``."""
    size = abs(float(value))
    if not math.isfinite(size):
        return "–"
    if size == 0:
        return "0"
    if not SMALL <= size < LARGE:
        return float.__format__(float(value), ".0e")
    if NEARLY_ALL <= size < 1:
        return float.__format__(float(value), ".3f")
    decimals = max(0, 1 - math.floor(math.log10(size)))
    return float.__format__(float(value), f",.{decimals}f")
