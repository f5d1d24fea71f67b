"""The doctor beside one run: fed with what the window knows of it, a few rounds at a time."""

from __future__ import annotations

import weakref

from engine.clinic.base import Ailment, Breakdown, Look, Verdict
from engine.clinic.doctor import Doctor
from engine.clinic.intake import Intake
from engine.clinic.practice import BROKEN, SCORES, breakdown_of, table_of
from engine.clinic.vitals import VITALS
from workbench.rundata import Frame, RunData, Series

MOST_ROUNDS = 6  # so that no click waits while an old run is looked through


class Bedside:
    """Keeps verdicts on a run up to date.

    Args:
        run: The run; it has to know its project.

    Attributes:
        run: The run.
        version: Changes whenever there may be something new to show.
        unread: How many looks at the layers are damaged, so that nobody knows what they would have told.
    """

    def __init__(self, run: RunData) -> None:
        self.run = run
        self.version = 0
        self._begin()

    def _begin(self) -> None:
        assert self.run.project is not None
        self._doctor = Doctor(self.run.project)
        if self.run.intake is not None:
            self._doctor.take_in(self.run.intake)
        self._fed: dict[str, tuple[int, int]] = {}
        self._frame: Frame | None = None
        self._looked = self.unread = 0
        self._broke: Breakdown | None = None
        self._starts = self._restarts()

    # ------------------------------------------------------------------------------- going

    def go(self) -> bool:
        """Go a few of the rounds that are due; return whether anything changed."""
        if self._went_back():
            self._begin()
            self.version += 1
        reached = self._feed()
        before = self._doctor.rounds
        for _verdict in self._doctor.advance(reached, MOST_ROUNDS):
            pass
        went = self._doctor.rounds > before
        if not went:
            went = self._break_down()
        self.version += went
        return went

    def _feed(self) -> int:
        """Pass on what is new; return the last step."""
        reached = 0
        for name, series in self.run.scalars.items():
            count = len(series)
            if not count:
                continue
            known, _last = self._fed.get(name, (0, 0))
            last = int(series.steps[-1])
            if count > known:
                self._doctor.feed(name, series.steps[known:], series.values[known:].copy())
                self._fed[name] = (count, last)
            reached = max(reached, last)
        frames = self.run.frames.get(SCORES)
        for frame in frames or ():
            if self._frame is None or frame.step > self._frame.step:
                self._frame = frame
                table = table_of(frame.arrays, frame.info)
                if table is not None:
                    self._doctor.feed_table(frame.step, table)
        for frame in self.run.frames.get(VITALS) or ():
            if frame.step > self._looked:
                self._looked = frame.step
                record = frame.record
                if record is not None:
                    self._doctor.feed_record(record)
                else:
                    self.unread += 1
        return reached

    def _break_down(self) -> bool:
        """A training that ended because a loss was no number is a sign too."""
        broke = next((breakdown_of(m) for m in self.run.markers if m.kind == BROKEN), None)
        if broke is None or broke == self._broke:
            return False
        self._broke = broke
        for _verdict in self._doctor.break_down(broke):
            pass
        return True

    def _went_back(self) -> bool:
        """Whether the training goes on from an earlier step: what it measured since no longer counts."""
        return self._starts != self._restarts() or any(
            _is_cut(self.run.scalars.get(name), *fed) for name, fed in self._fed.items()
        )

    def _restarts(self) -> tuple[int, int, Intake | None]:
        """What changes when it goes back, or when it is told only now what the data are like."""
        back = sum(marker.kind == "roll_back" for marker in self.run.markers)
        return (id(self.run.started), back, self.run.intake)

    # ------------------------------------------------------------------------------- asking

    @property
    def step(self) -> int:
        """The step of the last round."""
        return self._doctor.step

    @property
    def ailments(self) -> tuple[Ailment, ...]:
        """What is looked for."""
        return self._doctor.ailments

    def verdicts(self) -> tuple[Verdict, ...]:
        """What is known, the worst first."""
        return self._doctor.verdicts()

    def looks(self) -> tuple[tuple[Ailment, Look], ...]:
        """What was seen last of every ailment."""
        return self._doctor.looks()


_KNOWN: weakref.WeakValueDictionary[int, Bedside] = weakref.WeakValueDictionary()


def bedside_of(run: RunData | None) -> Bedside | None:
    """Return the one doctor beside a run; None where there is no run, or nobody knows what it trains."""
    if run is None or run.project is None:
        return None
    known = _KNOWN.get(id(run))
    if known is None or known.run is not run:
        known = _KNOWN[id(run)] = Bedside(run)
    return known


def _is_cut(series: Series | None, count: int, last: int) -> bool:
    return series is None or len(series) < count or int(series.steps[count - 1]) != last
