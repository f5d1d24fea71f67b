"""Curves boiled down to rounds: few robust numbers for each stretch of steps, whoever asks and whenever."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.clinic.history import History
from engine.clinic.intake import Intake
from engine.clinic.vitals import Record

FIRST = 25  # steps from one round to the next, at the beginning
ROUNDS_OF_A_SCALE = (
    200  # then the stretches double, so that a run of a million steps has about 1,000
)
FINE = 5  # means that a round keeps of each curve, for what moves faster than rounds
LACKING = 0.2

COUNT, MEDIAN, HIGH, BROKEN, MEANS = range(5)  # columns of a track; means are the last FINE ones

Numbers = NDArray[np.float64]


def round_after(step: int) -> int:
    """Return the step of the first round after ``step`` steps."""
    stretch = stretch_at(step)
    return (step // stretch + 1) * stretch


def stretch_at(step: int) -> int:
    """Return how many steps lie between the rounds around ``step``."""
    scale = step // (FIRST * ROUNDS_OF_A_SCALE)
    return FIRST << scale.bit_length()


class Table(NamedTuple):
    """How often each mode or class was drawn, of one scoring.

    Attributes:
        noun: ``mode`` or ``class``.
        names: What they are called.
        share: Of the samples ``(kinds,)``.
        real: Of the data ``(kinds,)``.
    """

    noun: str
    names: tuple[str, ...]
    share: Numbers
    real: Numbers

    @property
    def missing(self) -> tuple[str, ...]:
        """Those that have less than a fifth of the share that they have in the data."""
        lacking = self.share < LACKING * self.real
        return tuple(name for name, lacks in zip(self.names, lacking, strict=True) if lacks)

    @property
    def there(self) -> float:
        """Which part of them has its share."""
        return 1 - len(self.missing) / len(self.names)


class Track:
    """One curve, a row for each round.

    In a row: how many finite values, their median, the value that a tenth of them exceeds, how many were not
    finite, and means of equal stretches; NaN where there was nothing.
    """

    def __init__(self) -> None:
        self._rows = np.full((64, MEANS + FINE), math.nan)
        self._waiting: deque[tuple[NDArray[np.int64], Numbers]] = deque()

    def feed(self, steps: NDArray[np.int64], values: Numbers) -> None:
        """Take more values, at least one."""
        self._waiting.append((steps, values))

    def close(self, row: int, after: int, before: int) -> None:
        """Sum up what was measured from step ``after`` on and before step ``before``."""
        while row >= len(self._rows):
            self._rows = np.concatenate([self._rows, np.full_like(self._rows, math.nan)])
        self._rows[row, COUNT] = self._rows[row, BROKEN] = 0
        taken: list[tuple[NDArray[np.int64], Numbers]] = []
        while self._waiting and self._waiting[0][0][0] < before:
            steps, values = self._waiting.popleft()
            end = int(np.searchsorted(steps, before))
            taken.append((steps[:end], values[:end]))
            if end < len(steps):
                self._waiting.appendleft((steps[end:], values[end:]))
                break
        if taken:
            steps, values = taken[0]
            if len(taken) > 1:
                steps = np.concatenate([steps for steps, _values in taken])
                values = np.concatenate([values for _steps, values in taken])
            self._sum_up(self._rows[row], steps, values.astype(np.float64), after, before)

    @staticmethod
    def _sum_up(
        row: Numbers, steps: NDArray[np.int64], values: Numbers, after: int, before: int
    ) -> None:
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

    def rows(self, start: int, stop: int) -> Numbers:
        """Return the rows of rounds ``start`` to ``stop``, those before the first as NaN."""
        while stop > len(self._rows):
            self._rows = np.concatenate([self._rows, np.full_like(self._rows, math.nan)])
        if start >= 0:
            return self._rows[start:stop]
        return np.concatenate([np.full((-start, MEANS + FINE), math.nan), self._rows[:stop]])


class Chart:
    """The curves of a run, round by round.

    A round at step ``s`` knows what was measured from the round before on and before step ``s``: an evaluation of
    a step comes after the losses of that step, and must not count in one round live and in another one later.

    Attributes:
        rounds: Steps of the rounds so far.
        layers: Looks at the layers.
        intake: What was known before the first step; None of runs that don't tell.
    """

    def __init__(self) -> None:
        self.rounds: list[int] = []
        self.intake: Intake | None = None
        self.layers = History()
        self._tracks: dict[str, Track] = {}
        self._tables: list[tuple[int, Table]] = []

    # ------------------------------------------------------------------------------- filling

    def feed(self, curve: str, steps: NDArray[np.int64], values: Numbers) -> None:
        """Take more values ``(n,)`` of a curve at steps ``(n,)``, rising."""
        if len(steps):
            self._tracks.setdefault(curve, Track()).feed(steps, values)

    def feed_record(self, record: Record) -> None:
        """Take a look at the layers, later than those before it."""
        self.layers.feed(record)

    def feed_table(self, step: int, table: Table) -> None:
        """Take what was drawn at a scoring; of those that the rounds have passed only the last one is kept."""
        last = self.rounds[-1] if self.rounds else 0
        passed = sum(known < last for known, _table in self._tables)
        self._tables = [*self._tables[max(0, passed - 1) :], (step, table)]

    def advance(self, step: int) -> Iterator[int]:
        """Close the rounds up to ``step``, which a training has reached, and yield the step of each."""
        last = self.rounds[-1] if self.rounds else 0
        while (now := round_after(last)) <= step:
            for track in self._tracks.values():
                track.close(len(self.rounds), last, now)
            self.layers.close(now)
            self.rounds.append(now)
            last = now
            yield now

    # ------------------------------------------------------------------------------- reading

    def __contains__(self, curve: str) -> bool:
        """Whether a curve has had any value."""
        return curve in self._tracks

    def curves(self, start: str = "") -> list[str]:
        """Names of the curves that begin with ``start``."""
        return sorted(name for name in self._tracks if name.startswith(start))

    def medians(self, curve: str, rounds: int) -> Numbers:
        """Return the medians ``(rounds,)`` of the last rounds.

        NaN stands for rounds without a value and for those before the first.
        """
        return self._last(curve, rounds)[:, MEDIAN]

    def highs(self, curve: str, rounds: int) -> Numbers:
        """As :meth:`medians`: what the upper tenth of the values exceeds."""
        return self._last(curve, rounds)[:, HIGH]

    def broken(self, curve: str, rounds: int) -> int:
        """How many values of the last rounds were not finite."""
        return int(np.nansum(self._last(curve, rounds)[:, BROKEN]))

    def fine(self, curve: str, rounds: int) -> Numbers:
        """Return means ``(rounds × FINE,)`` over equal numbers of steps; only the latest scale counts.

        Shorter where the stretches between rounds have doubled since.
        """
        count = min(rounds, self.rounds_of_scale())
        return self._last(curve, count)[:, MEANS:].ravel()

    def rounds_of_scale(self) -> int:
        """How many of the last rounds are as far apart as the latest one."""
        edges = np.diff([0, *self.rounds[-2 * ROUNDS_OF_A_SCALE :]])
        other = np.flatnonzero(edges[::-1] != edges[-1]) if len(edges) else edges
        return int(other[0]) if len(other) else len(edges)

    def found(self, curve: str, most: int) -> Numbers:
        """Return the medians of the last rounds that had a value, at most ``most``: for evaluations."""
        medians = self.medians(curve, len(self.rounds)) if curve in self else np.empty(0)
        return medians[np.isfinite(medians)][-most:]

    def table(self) -> Table | None:
        """Return what was drawn at the last scoring that the latest round knows of.

        Pictures may be missing, so this is for words; a verdict is made of curves.
        """
        known = [table for step, table in self._tables if step < self.rounds[-1]]
        return known[-1] if known else None

    def step_ago(self, rounds: int) -> int:
        """The step at which a window of the last ``rounds`` rounds begins."""
        return self.rounds[-rounds - 1] if rounds < len(self.rounds) else 0

    def _last(self, curve: str, rounds: int) -> Numbers:
        track = self._tracks.get(curve)
        end = len(self.rounds)
        if track is None:
            return np.full((rounds, MEANS + FINE), math.nan)
        return track.rows(end - rounds, end)
