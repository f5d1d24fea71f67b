"""Figures of the doctor's evidence with no more digits than a person compares."""

from __future__ import annotations

import math

from projects.figures import FEW, MANY, with_minus

FEWEST, MOST = 2, 6  # digits; what is still alike in the most counts as equal


class Evident(float):
    """A number in a sentence.

    The format that a sentence has for it suits the smallest there can be, with powers of ten or hundredths of a
    percent. A number of an ordinary size is written plainer, and a share that is not all never as 100%.
    """

    def __format__(self, spec: str) -> str:
        """Return the number in a format; plainer where it is of an ordinary size."""
        size = abs(float(self))
        if spec.endswith("e") and (size == 0 or FEW <= size < MANY):
            return short(self)
        if spec == ".2%" and size >= 0.01:
            spec = ".0%"
        if spec.startswith(".") and spec.endswith("%"):
            spec = f".{_places(size, int(spec[1:-1]) + 2) - 2}%"
        return with_minus(super().__format__(spec))


def short(value: float, digits: int = FEWEST) -> str:
    """Return a number in few digits: ``0.62``, ``3.5``, ``36``, ``300``, ``2.0e-07``.

    Args:
        value: The number.
        digits: How many; all those before the point, and more where a share would read as all.
    """
    size = abs(float(value))
    if not math.isfinite(size):
        return "–"
    if size == 0:
        return "0"
    if _wants_powers(size):
        return _in_powers(value, digits)
    places = max(0, digits - 1 - math.floor(math.log10(size)))
    return float.__format__(float(value), f",.{_places(size, places)}f")


def compared(figure: float, limit: float) -> tuple[str, str]:
    """Return a figure and its limit in one format, in as few digits as tell them apart.

    Args:
        figure: What was found.
        limit: What it stands beside.
    """
    both = (figure, limit)
    write = _in_powers if any(map(_wants_powers, both)) else short
    for digits in range(FEWEST, MOST + 1):
        one, other = (write(value, digits) for value in both)
        if one != other:
            return one, other
    return write(figure, FEWEST), write(limit, FEWEST)


def _wants_powers(value: float) -> bool:
    return math.isfinite(value) and value != 0 and not FEW <= abs(value) < MANY


def _in_powers(value: float, digits: int) -> str:
    if value == 0 or not math.isfinite(value):
        return short(value)
    return float.__format__(float(value), f".{digits - 1}e")


def _places(size: float, places: int) -> int:
    """So many digits behind the point, or as many more as show that a share is not all."""
    while size < 1 <= round(size, places):
        places += 1
    return places
