"""Which of two lines of a table comes first: numbers as numbers, and lines without a value last, whichever way is sorted."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt


def is_less(mine: object, theirs: object, order: Qt.SortOrder) -> bool:
    """Answer what Qt asks of two lines when it sorts.

    Downwards Qt turns the answer round, so that a line without a value has to be the least of all there.

    Args:
        mine: What the one line is sorted by: a number, a text; None or NaN: it has no value.
        theirs: The same of the other line.
        order: Which way is sorted.
    """
    nothing, nothing_there = _is_missing(mine), _is_missing(theirs)
    if nothing or nothing_there:
        down = order == Qt.SortOrder.DescendingOrder
        return nothing != nothing_there and nothing == down
    return bool(_key(mine) < _key(theirs))


def _is_missing(value: object) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def _key(value: object) -> tuple[bool, object]:
    """Texts come after numbers."""
    return isinstance(value, str), value
