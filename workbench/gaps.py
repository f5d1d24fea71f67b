"""Values of curves that are no finite numbers: how many there are, and where."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from projects.translation import gettext as _


@dataclass(frozen=True)
class Gap:
    """Values of one metric that are no finite numbers.

    Attributes:
        count: How many.
        first: The step of the first.
        last: The step of the last.
    """

    count: int
    first: int
    last: int

    def words(self) -> str:
        """Say it in a sentence without an end."""
        if self.count == 1:
            return _("1 value is no finite number (step {step:,})").format(step=self.first)
        return _("{count:,} values are no finite numbers (steps {first:,} to {last:,})").format(
            count=self.count, first=self.first, last=self.last
        )


def gap_of(steps: NDArray[np.int64], values: NDArray[np.float64]) -> Gap | None:
    """Return what of some values ``(n,)`` at rising steps ``(n,)`` is no finite number; None where all are."""
    with np.errstate(all="ignore"):
        total = values.sum()
    if np.isfinite(total):
        return None  # a single other one would show in the sum
    places = np.flatnonzero(~np.isfinite(values))
    if not len(places):
        return None
    return Gap(len(places), int(steps[places[0]]), int(steps[places[-1]]))


def joined(before: Gap | None, after: Gap | None) -> Gap | None:
    """Return what is missing in two parts of a curve, one after the other."""
    if before is None or after is None:
        return before or after
    return Gap(before.count + after.count, before.first, after.last)
