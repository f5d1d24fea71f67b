"""Goes the rounds of a training and says what ails it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.clinic.base import AILMENTS, Ailment, Breakdown, Look, State, Verdict
from engine.clinic.chart import Chart, Table
from engine.clinic.intake import Intake
from engine.clinic.vitals import Record
from projects.schema import Project

ORDER: dict[State, int] = {"confirmed": 0, "suspected": 1, "cured": 2}


@dataclass
class Course:
    """How one ailment goes.

    Attributes:
        ailment: Which one.
        verdict: What is known of it, or None while it was never suspected.
        before: The verdict that a suspicion took the place of.
        seen: In how many more rounds it was seen than not, since the suspicion.
        missed: In how many rounds the training was well, since it was last sick.
        last: The latest look, sick or not.
    """

    ailment: Ailment
    verdict: Verdict | None = None
    before: Verdict | None = None
    seen: int = 0
    missed: int = 0
    last: Look | None = None


class Doctor:
    """Watches one training.

    Args:
        project: What is trained.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self._chart = Chart()
        made = (ailment() for ailment in AILMENTS)
        self._courses = [Course(a) for a in made if a.concerns(project)]

    @property
    def ailments(self) -> tuple[Ailment, ...]:
        """What is looked for."""
        return tuple(course.ailment for course in self._courses)

    @property
    def step(self) -> int:
        """The step of the last round."""
        return self._chart.rounds[-1] if self._chart.rounds else 0

    @property
    def rounds(self) -> int:
        """How many rounds were gone."""
        return len(self._chart.rounds)

    def feed(self, curve: str, steps: NDArray[np.int64], values: NDArray[np.float64]) -> None:
        """Take more values ``(n,)`` of a curve at steps ``(n,)``, rising."""
        self._chart.feed(curve, steps, values)

    def advance(self, step: int, most: int | None = None) -> Iterator[Verdict]:
        """Go the rounds up to ``step``; yield each verdict as its state changes, suspicions included.

        Args:
            step: A step of which everything that every step measures was fed, and everything before.
            most: How many rounds to go at most; None: all that are due.
        """
        for now in itertools.islice(self._chart.advance(step), most):
            for course in self._courses:
                if len(self._chart.rounds) > course.ailment.warm_up:
                    before = course.verdict
                    self._judge(course, now)
                    after = course.verdict
                    if after is not None and (before is None or before.state != after.state):
                        yield after

    def take_in(self, intake: Intake) -> None:
        """Take what was known of the data before the first step."""
        self._chart.intake = intake

    def feed_record(self, record: Record) -> None:
        """Take a look at the layers, later than those before it."""
        self._chart.feed_record(record)

    def feed_table(self, step: int, table: Table) -> None:
        """Take how often each mode or class was drawn at a scoring."""
        self._chart.feed_table(step, table)

    def break_down(self, breakdown: Breakdown) -> Iterator[Verdict]:
        """A loss was not a number at a step, and the training ended; yield what that is a sign of."""
        step = breakdown.step
        self._chart.layers.close(step)
        for course in self._courses:
            look = course.ailment.when_broken(breakdown, self._chart)
            known = course.verdict
            if look is not None and (
                known is None or known.state != "confirmed" or known.look != look
            ):
                course.last = look
                since = step if known is None or known.state == "cured" else known.since
                course.verdict = Verdict(
                    course.ailment.tag(), "confirmed", since, step, look, (self.step, step)
                )
                yield course.verdict

    def verdicts(self) -> tuple[Verdict, ...]:
        """What is known now, the worst first."""
        known = [course.verdict for course in self._courses if course.verdict is not None]
        return tuple(sorted(known, key=lambda v: (ORDER[v.state], _rank(v))))

    def looks(self) -> tuple[tuple[Ailment, Look], ...]:
        """What was seen last of every ailment that there was something to judge by."""
        return tuple((c.ailment, c.last) for c in self._courses if c.last is not None)

    # ------------------------------------------------------------------------------- inside

    def _is_hidden(self, course: Course) -> bool:
        """Whether another ailment is known by which this one can't be told."""
        return any(
            other.verdict is not None and other.verdict.state == "confirmed"
            for other in self._courses
            if other.ailment.tag() in course.ailment.hidden_by
        )

    def _judge(self, course: Course, now: int) -> None:
        if course.ailment.hidden_by and self._is_hidden(course):
            return
        look = course.ailment.look(self._chart, self._project)
        if look is None:
            return
        course.last = look
        if look.sick:
            self._sick(course, look, now)
        else:
            self._not_sick(course, look, now)

    def _sick(self, course: Course, look: Look, now: int) -> None:
        window = (self._chart.step_ago(look.rounds), now)
        known = course.verdict
        course.missed = 0
        if known is None or known.state == "cured":
            course.before, course.seen = known, 1
            known = Verdict(course.ailment.tag(), "suspected", now, now, look, window)
        else:
            course.seen += 1
            known = replace(known, look=look, window=window)
        if known.state == "suspected" and course.seen >= course.ailment.patience:
            known = replace(known, state="confirmed", step=now)
        course.verdict = known

    def _not_sick(self, course: Course, look: Look, now: int) -> None:
        known = course.verdict
        if known is None or known.state == "cured":
            return
        if known.state == "suspected":
            course.seen -= 2 if look.well else 1
            if course.seen <= 0:
                course.verdict = course.before
            return
        course.missed = course.missed + 1 if look.well else 0
        if course.missed >= course.ailment.patience:
            course.verdict = replace(known, state="cured", step=now)


def _rank(verdict: Verdict) -> int:
    return list(AILMENTS.entries).index(verdict.ailment)
