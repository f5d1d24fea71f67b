"""Moving averages of curves that grow."""

from __future__ import annotations

import numpy as np

from widgets.growing import Growing
from widgets.plots.pixels import Floats

AT_ONCE = 2**16  # values that are averaged in one go, so that a long curve takes little memory


class Average:
    """An exponential moving average that goes on where it was.

    ``m ← w·m + (1−w)·x``, divided by ``1 − wᵗ`` (the correction of Kingma & Ba 2015, as TensorBoard's
    slider has it). Values that are not finite are skipped.

    Args:
        weight: 0 (no smoothing) to less than 1.
    """

    def __init__(self, weight: float) -> None:
        self._weight = weight
        # Powers inside a block stay far from underflow.
        self._block = max(1, int(200 / -np.log10(weight))) if weight > 0 else 1
        self._told = Growing(np.float64)
        self._carry = 0.0
        self._count = 0

    def follow(self, values: Floats) -> Floats:
        """Return the average of values ``(n,)``: those of the last call with more at their end."""
        if self._weight <= 0:
            return values
        size = self._block * max(1, AT_ONCE // self._block)
        for start in range(len(self._told), len(values), size):
            new = values[start : start + size]
            out, finite = np.full(len(new), np.nan), np.isfinite(new)
            out[finite] = self._go_on(new[finite])
            self._told.append(out)
        return self._told.values

    def _go_on(self, values: Floats) -> Floats:
        """In blocks, so that a million values take milliseconds."""
        weight = self._weight
        out = np.empty(len(values))
        block = min(len(values), self._block)
        powers = weight ** np.arange(1, block + 1)
        for start in range(0, len(values), self._block):
            part = values[start : start + block]
            scale = powers[: len(part)]
            sums = self._carry + (1 - weight) * np.cumsum(part / scale)
            out[start : start + len(part)] = scale * sums
            self._carry = float(out[start + len(part) - 1])
        begun = max(0, int(-40 / np.log(weight)) + 1 - self._count)  # later the correction is none
        ages = self._count + np.arange(1, min(begun, len(values)) + 1)
        out[: len(ages)] /= 1 - weight**ages
        self._count += len(values)
        return out


def smooth(values: Floats, weight: float) -> Floats:
    """Return the :class:`Average` of values ``(n,)``."""
    return Average(weight).follow(values)
