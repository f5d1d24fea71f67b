"""Which of very many strokes is seen where, found out by numbers and not by painting one over the other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int16]

STRETCHES = 4  # of covered rows that are known of a column, one after the other


def topmost(start: Rows, end: Rows, height: int) -> Rows:
    """Return which stroke is seen at every pixel: its number from 1 on, 0 where there is none.

    From the uppermost stroke downwards it is kept which rows of a column are covered for sure, one stretch of rows
    at a time: of what comes below only the parts that look out are painted at all. Strokes that do not touch
    that stretch wait for another one.

    Args:
        start: Upper rows of strokes ``(strokes, columns)``, the last stroke on top.
        end: The rows below their last ones, at most ``height``; where both are the same there is nothing.
        height: How many rows there are.

    Returns:
        ``(height, columns)``.
    """
    waiting = start < end
    picture = np.zeros((height, start.shape[1]), np.int16)
    for turn in range(STRETCHES):
        if not waiting.any():
            return picture
        found = _stretch(start, end, waiting, height)
        picture = np.maximum(picture, found, out=picture) if turn else found
    stroke, column = np.nonzero(waiting)
    sizes = (end - start)[waiting].astype(np.int64)
    # Every row of what still waits; of pixels that come twice the last one counts.
    rows = np.repeat(start[waiting] - np.cumsum(sizes) + sizes, sizes) + np.arange(sizes.sum())
    rest = np.zeros_like(picture)
    rest[rows, np.repeat(column, sizes)] = np.repeat(stroke + 1, sizes)
    return np.maximum(picture, rest)


def _stretch(start: Rows, end: Rows, waiting: NDArray[np.bool_], height: int) -> Rows:
    """Paint the strokes of a stretch in every column, and leave the others waiting."""
    count = start.shape[1]
    # To where the upper part is seen, and from where the lower one.
    upper = start.copy()
    lower = end.copy()
    top, bottom = np.full(count, height + 1, start.dtype), np.full(count, -1, start.dtype)
    for stroke in np.flatnonzero(waiting.any(axis=1))[::-1].tolist():
        begins, ends, here = start[stroke], end[stroke], waiting[stroke]
        covered = bottom >= 0
        apart = here & covered & ((ends < top) | (begins > bottom))
        here = here ^ apart
        np.minimum(ends, top, out=upper[stroke], where=here)
        np.maximum(begins, bottom, out=lower[stroke], where=here & covered)
        np.minimum(top, begins, out=top, where=here)
        np.maximum(bottom, ends, out=bottom, where=here)
        waiting[stroke] = apart
    # No two parts share a row: where one begins its number is added, and behind its end taken away.
    changes = np.zeros((height + 1, count), np.int16)
    for begins, ends in ((start, upper), (lower, end)):
        stroke, column = np.nonzero(begins < ends)
        changes[begins[stroke, column], column] += stroke + 1
        changes[ends[stroke, column], column] -= stroke + 1
    found: Rows = np.cumsum(changes, axis=0, out=changes)[:-1]
    return found
