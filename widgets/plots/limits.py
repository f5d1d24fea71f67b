"""How much of the ordinate curves need, when a few values lie so far out that the rest would be a line.

A value lies outside where it is farther from nearly all others of its curve than three times what these spread (Tukey's
outer fence). That counts only where it would take most of the height: else everything is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from PySide6.QtGui import QColor

from widgets.plots.line import Range
from widgets.plots.pixels import Floats

LEAST = 20  # points of a curve up to which all of them are shown
SHARE = 0.02  # of the points of a curve, that may lie outside at either end
FENCE = 3.0  # times the spread of the others
MATTERS = 10.0  # heights of the rest that what lies outside would take


class Trace(NamedTuple):
    """One curve as it is drawn.

    Attributes:
        key: Its id.
        color: Its colour.
        x: Where its points lie ``(n,)``, rising.
        low: Their least values ``(n,)``; those that are not finite are gaps.
        high: Their greatest values; the same array where each point is one value.
        counts: Whether it has a say in what is shown; averages follow what they are averages of.
    """

    key: object
    color: QColor
    x: Floats
    low: Floats
    high: Floats
    counts: bool = True


class Outside(NamedTuple):
    """The farthest value of a curve beyond one end of what is shown.

    Attributes:
        x: Where it lies.
        value: The value.
        color: The colour of its curve.
        above: Whether it lies above what is shown, not below.
    """

    x: float
    value: float
    color: QColor
    above: bool


def limits(traces: Sequence[Trace], whole: Range) -> Range:
    """Return from where to where ordinates are to be shown.

    Args:
        traces: The curves.
        whole: From where to where all of them reach.
    """
    usual = [_usual(trace) for trace in traces if trace.counts]
    ends = [end for span in usual if span is not None for end in span]
    if not ends or whole[0] is None or whole[1] is None:
        return whole
    low, high = min(ends), max(ends)
    room = MATTERS * (high - low)
    return (
        low if low - whole[0] > room else min(low, whole[0]),
        high if whole[1] - high > room else max(high, whole[1]),
    )


def outside(traces: Iterable[Trace], shown: Range) -> list[Outside]:
    """Return the farthest values beyond either end of what is shown, at most one of each curve and end."""
    found: dict[tuple[object, bool], Outside] = {}
    low, high = shown
    if low is None or high is None:
        return []
    for trace in traces:
        for above, values in ((True, trace.high), (False, trace.low)):
            there = np.where(np.isfinite(values), values, -np.inf if above else np.inf)
            place = int(there.argmax() if above else there.argmin()) if len(there) else 0
            value = float(there[place]) if len(there) else np.nan
            if np.isfinite(value) and (value > high if above else value < low):
                known = found.get((trace.key, above))
                if known is None or (value > known.value) == above:
                    one = Outside(float(trace.x[place]), value, trace.color, above)
                    found[trace.key, above] = one
    return list(found.values())


def _usual(trace: Trace) -> tuple[float, float] | None:
    """From where to where nearly all of a curve lies; all of one that is short or only ever rises or falls."""
    finite = np.isfinite(trace.low) & np.isfinite(trace.high)
    low, high = trace.low[finite], trace.high[finite]
    if not len(low):
        return None
    whole = float(low.min()), float(high.max())
    out = max(1, int(SHARE * len(low)))
    bottom = float(np.partition(low, out)[out]) if len(low) > LEAST else 0.0
    top = float(np.partition(high, -1 - out)[-1 - out]) if len(low) > LEAST else 0.0
    reach = FENCE * (top - bottom)
    if reach <= 0 or (whole[0] >= bottom - reach and whole[1] <= top + reach):
        return whole
    if _one_way(low) and _one_way(high):
        return whole
    low, high = low[low >= bottom - reach], high[high <= top + reach]
    return float(low.min()), float(high.max())


def _one_way(values: Floats) -> bool:
    steps = np.diff(values)
    return bool((steps >= 0).all() or (steps <= 0).all())
