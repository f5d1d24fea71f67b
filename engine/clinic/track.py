"""One curve, boiled down to a few robust numbers for each round of the doctor."""

from __future__ import annotations

import bisect
import math
from collections import deque
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.clinic.history import middle
from engine.clinic.pace import end_of_scale
from engine.clinic.vitals import Numbers

FEW = 32  # values of a round that are summed up one by one
AHEAD = 4  # rounds whose values are there, from which on they are summed up together
DENSE = 200  # values of a round, up to which that is worth it
FINE = 5  # means that a round keeps of each curve, for what moves faster than rounds

COUNT, MEDIAN, HIGH, BROKEN, MEANS = range(5)  # columns of a track; means are the last FINE ones


class Growing:
    """Numbers that more are added to, one at a time.

    Args:
        kind: What they are: ``float64`` or ``int64``.
    """

    def __init__(self, kind: type[np.generic]) -> None:
        self._room = np.empty(64, kind)
        self._count = 0

    def __len__(self) -> int:
        """How many there are."""
        return self._count

    def append(self, value: float) -> None:
        """Add one."""
        if self._count == len(self._room):
            self._room = np.concatenate([self._room, np.empty_like(self._room)])
        self._room[self._count] = value
        self._count += 1

    @property
    def all(self) -> NDArray[Any]:
        """Those so far, to be read only."""
        return self._room[: self._count]


class Track:
    """One curve, a row for each round.

    In a row: how many finite values, their median, the value that a tenth of them exceeds, how many were not
    finite, and means of equal stretches; NaN where there was nothing. What is asked of all rounds together is carried
    along, so that a round costs as much late in a training as early.

    Attributes:
        at: Index of every round that had a value.
        found: The median of each of these.
    """

    def __init__(self) -> None:
        self._rows = np.full((64, MEANS + FINE), math.nan)
        self._waiting: list[tuple[NDArray[np.int64], Numbers]] = []
        self._ahead: deque[Numbers] = deque()
        self.at, self.found = Growing(np.int64), Growing(np.float64)
        self._ordered: list[float] = []
        self._lowest: dict[int, tuple[int, int, float]] = {}

    def feed(self, steps: NDArray[np.int64], values: Numbers) -> None:
        """Take more values, at least one."""
        self._waiting.append((steps, values))

    def close(self, row: int, after: int, before: int) -> None:
        """Sum up what was measured from step ``after`` on and before step ``before``."""
        while row >= len(self._rows):
            self._rows = np.concatenate([self._rows, np.full_like(self._rows, math.nan)])
        if len(self._waiting) > 1:
            joined = [np.concatenate(parts) for parts in zip(*self._waiting, strict=True)]
            self._waiting = [(joined[0], joined[1])]
        self._rows[row, COUNT] = self._rows[row, BROKEN] = 0
        if not self._waiting or self._waiting[0][0][0] >= before:
            return
        steps, values = self._waiting[0]
        end = int(steps.searchsorted(before))
        self._waiting = [(steps[end:], values[end:])] if end < len(steps) else []
        if not self._ahead:
            self._look_ahead(steps, values, end, after, before)
        if self._ahead:
            self._rows[row] = self._ahead.popleft()
        else:
            sum_up = self._sum_up_few if end <= FEW else self._sum_up
            sum_up(self._rows[row], steps[:end], values[:end], after, before)
        if self._rows[row, COUNT]:
            self.at.append(row)
            self.found.append(self._rows[row, MEDIAN])

    def _look_ahead(
        self, steps: NDArray[np.int64], values: Numbers, count: int, after: int, before: int
    ) -> None:
        """Sum up this round and those after it that are like it: equally long, equally many values, all finite.

        Sums are made in the order of :meth:`_sum_up`, so that it doesn't matter how many rounds are gone at once.
        """
        many = min(len(steps) // max(count, 1), (end_of_scale(after) - after) // (before - after))
        stride = (before - after) // max(count, 1)
        if many < AHEAD or count > DENSE or count % FINE or stride * count != before - after:
            return
        expected = after + stride * np.arange(many * count)
        blocks = values[: many * count].astype(np.float64).reshape(many, count)
        if not (np.isfinite(blocks).all() and np.array_equal(steps[: many * count], expected)):
            return
        rows = np.zeros((many, MEANS + FINE))
        ordered = np.sort(blocks, axis=1)
        rows[:, COUNT] = count
        rows[:, MEDIAN] = (ordered[:, (count - 1) // 2] + ordered[:, count // 2]) / 2
        rows[:, HIGH] = ordered[:, math.ceil(0.9 * (count - 1))]
        for part in np.moveaxis(blocks.reshape(many, FINE, -1), 2, 0):
            rows[:, MEANS:] += part
        rows[:, MEANS:] /= count // FINE
        self._ahead.extend(rows)

    @staticmethod
    def _sum_up_few(
        row: Numbers, steps: NDArray[np.int64], values: Numbers, after: int, before: int
    ) -> None:
        """As :meth:`_sum_up`, of so few values that Python is done before NumPy has begun."""
        sound = [
            (step, value)
            for step, value in zip(steps.tolist(), values.tolist(), strict=True)
            if math.isfinite(value)
        ]
        row[BROKEN] = len(values) - len(sound)
        if not sound:
            return
        finite, count = sorted(value for _step, value in sound), len(sound)
        sums, counts = [0.0] * FINE, [0] * FINE
        for step, value in sound:
            place = max((step - after) * FINE // (before - after), 0)
            sums[place] += value
            counts[place] += 1
        median = (finite[(count - 1) // 2] + finite[count // 2]) / 2
        row[COUNT], row[MEDIAN], row[HIGH] = count, median, finite[math.ceil(0.9 * (count - 1))]
        row[MEANS:] = [a / b if b else math.nan for a, b in zip(sums, counts, strict=True)]

    @staticmethod
    def _sum_up(
        row: Numbers, steps: NDArray[np.int64], values: Numbers, after: int, before: int
    ) -> None:
        values = values.astype(np.float64)
        sound = np.isfinite(values)
        count = int(np.count_nonzero(sound))
        row[BROKEN] = len(values) - count
        if row[BROKEN]:
            steps, values = steps[sound], values[sound]
        finite = np.sort(values)
        if not count:
            return
        row[COUNT] = count
        row[MEDIAN] = (finite[(count - 1) // 2] + finite[count // 2]) / 2
        row[HIGH] = finite[math.ceil(0.9 * (count - 1))]
        place = np.maximum((steps - after) * FINE // (before - after), 0)
        counts = np.bincount(place, minlength=FINE)
        sums = np.bincount(place, values, minlength=FINE)
        row[MEANS:] = np.divide(sums, counts, out=np.full(FINE, math.nan), where=counts > 0)

    def ordered(self) -> Sequence[float]:
        """The medians of all rounds that had a value, the least first."""
        for median in self.found.all[len(self._ordered) :].tolist():
            bisect.insort(self._ordered, median)
        return self._ordered

    def lowest(self, window: int) -> tuple[int, float]:
        """Where, among :attr:`found`, the first of so many neighbours with the least median is, and that median.

        It is infinite where there are fewer.
        """
        done, first, least = self._lowest.get(window, (window - 1, 0, math.inf))
        for end in range(done, len(self.found)):
            median = middle(self.found.all[end + 1 - window : end + 1])
            if median < least:
                first, least = end + 1 - window, median
        self._lowest[window] = (max(done, len(self.found)), first, least)
        return first, least

    def rows(self, start: int, stop: int) -> Numbers:
        """Return the rows of rounds ``start`` to ``stop``, those before the first as NaN."""
        while stop > len(self._rows):
            self._rows = np.concatenate([self._rows, np.full_like(self._rows, math.nan)])
        if start >= 0:
            return self._rows[start:stop]
        return np.concatenate([np.full((-start, MEANS + FINE), math.nan), self._rows[:stop]])
