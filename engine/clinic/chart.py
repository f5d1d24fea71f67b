"""Curves boiled down to rounds: few robust numbers for each stretch of steps, whoever asks and whenever."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.clinic.history import History
from engine.clinic.intake import Intake
from engine.clinic.pace import ROUNDS_OF_A_SCALE, round_after
from engine.clinic.track import BROKEN, FINE, HIGH, MEANS, MEDIAN, Track
from engine.clinic.vitals import Numbers, Record

LACKING = 0.2


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
        self._names: dict[str, list[str]] = {}
        self._tables: list[tuple[int, Table]] = []

    # ------------------------------------------------------------------------------- filling

    def feed(self, curve: str, steps: NDArray[np.int64], values: Numbers) -> None:
        """Take more values ``(n,)`` of a curve at steps ``(n,)``, rising."""
        if not len(steps):
            return
        if curve not in self._tracks:
            self._tracks[curve] = Track()
            self._names.clear()
        self._tracks[curve].feed(steps, values)

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
        if start not in self._names:
            self._names[start] = sorted(name for name in self._tracks if name.startswith(start))
        return self._names[start]

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
        counts = self._last(curve, rounds)[:, BROKEN].tolist()
        return int(sum(count for count in counts if count == count))

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
        return self.all_found(curve)[1][-most:]

    def all_found(self, curve: str) -> tuple[NDArray[np.int64], Numbers]:
        """Return the index of every round that had a value, and the median of each; to be read only."""
        track = self._tracks.get(curve)
        if track is None:
            return np.empty(0, np.int64), np.empty(0)
        return track.at.all, track.found.all

    def ordered(self, curve: str) -> Sequence[float]:
        """Return the medians of all rounds that had a value, the least first; to be read only."""
        track = self._tracks.get(curve)
        return track.ordered() if track is not None else ()

    def lowest(self, curve: str, window: int) -> tuple[int, float]:
        """Return the least median of so many neighbours among what was found, and where the first of these is.

        It is infinite where there are fewer.
        """
        track = self._tracks.get(curve)
        return track.lowest(window) if track is not None else (0, math.inf)

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
