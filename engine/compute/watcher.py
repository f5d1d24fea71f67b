"""When to look: every probe on its own clock, none dearer than its share of the time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

from engine.compute.recorder import Recorder
from engine.compute.task import Evaluation, Pictures, Task
from engine.probes.base import PROBES, Gauge, Probe
from projects.schema import Plug

if TYPE_CHECKING:
    from engine.compute.learner import Learner

SHARE = 0.02  # of the time, of all probes together
EVERYTHING = 0.03  # of the time, looks at fixed steps included, which can't wait
TINY = 1e-9
LEAST = 0.005  # of the time, of all probes, whatever those have left
SOON, LATE = 3.0, 30.0  # seconds that who watches waits for the second picture, and for later ones
UNWATCHED_RATE = 1.0
NEVER = float("inf")


@dataclass
class Clock:
    """One probe at work.

    Attributes:
        probe: What was declared.
        gauge: What looks.
        share: Of the time, that it may cost.
        due: When it may look again.
        cost: Seconds that a look takes, a running mean; the first, which is often the dearest, is left out of it.
        looks: How many there were.
        spent: Seconds of the look in progress.
        introduced: Whether it was told what the pictures are about.
        step: That of its last picture.
    """

    probe: Probe
    gauge: Gauge
    share: float
    due: float = 0.0
    cost: float = 0.0
    looks: int = 0
    spent: float = 0.0
    introduced: bool = False
    step: int = -1

    def looked(self, now: float, rate: float, watched: int = 0) -> None:
        """Set the clock after a look: by the rate that is asked for, or later if looking is dear.

        Args:
            now: When the look was over.
            rate: Looks a second that are asked for.
            watched: How many probes somebody sees, 0 where this is none of them: the second picture of these comes soon
                whatever it costs, and later ones within :data:`LATE` unless all of them together would pass their share.
        """
        self.looks += 1
        self.cost = self.spent if self.looks <= 2 else 0.7 * self.cost + 0.3 * self.spent
        self.spent = 0.0
        wait = self.cost / self.share
        if watched:
            wait = min(wait, SOON if self.looks == 1 else max(LATE, watched * self.cost / SHARE))
        self.due = now + max(1.0 / rate, wait)


class Watcher(Gauge):
    """All probes of a training, as one gauge; times what they cost.

    Args:
        task: What is being trained.
        probes: Which probes, with their parameters.
        recorder: Where pictures go.

    Attributes:
        due: When the next probe may look at a step.
        seconds: What all looking has cost so far.
    """

    def __init__(self, task: Task, probes: Iterable[Plug], recorder: Recorder) -> None:
        super().__init__(task)
        self.due = 0.0
        self.seconds = 0.0
        self._recorder = recorder
        self._watched: Mapping[str, float] = {}
        self._active: list[Clock] = []
        made = [PROBES.make_plug(plug, f"probes.{i}") for i, plug in enumerate(probes)]
        self._clocks = [Clock(probe, probe.gauge(task), SHARE) for probe in made]
        self.make_room(0.0, 1.0)
        self._set_due()

    def make_room(self, steady: float, seconds: float) -> None:
        """Let the probes have what is left of :data:`EVERYTHING`.

        Args:
            steady: Seconds that those have taken who look at fixed steps.
            seconds: How long the training has worked.
        """
        left = min(SHARE, max(LEAST, EVERYTHING - steady / max(seconds, steady, TINY)))
        for clock in self._clocks:
            clock.share = left / len(self._clocks)

    def watch(self, watched: Mapping[str, float]) -> None:
        """Take note of which streams are looked at; new ones, and those looked at closer, get a picture at once."""
        for clock in self._clocks:
            stream = clock.probe.stream
            if watched.get(stream, 0.0) > self._watched.get(stream, 0.0):
                clock.due = 0.0
        self._watched = watched
        self._set_due()

    def hurry(self, everyone: bool = False) -> None:
        """Let every watched probe, or every probe, look at the next step."""
        for clock in self._clocks:
            if everyone or self._is_watched(clock):
                clock.due = 0.0
        self._set_due()

    # ------------------------------------------------------------------------------- moments

    def before_step(self) -> None:
        """Choose who looks at this step."""
        now = perf_counter()
        self._active = [c for c in self._clocks if not c.probe.of_evaluations and c.due <= now]
        for clock in self._active:
            start = perf_counter()
            clock.gauge.before_step()
            clock.spent += perf_counter() - start

    def after_backward(self, learner: Learner, step: int) -> None:
        """Pass the moment on."""
        for clock in self._active:
            start = perf_counter()
            clock.gauge.after_backward(learner, step)
            clock.spent += perf_counter() - start

    def after_update(self, learner: Learner) -> None:
        """Pass the moment on."""
        for clock in self._active:
            start = perf_counter()
            clock.gauge.after_update(learner)
            clock.spent += perf_counter() - start

    def finish(self, step: int) -> None:
        """Collect the pictures of a step."""
        for clock in self._active:
            start = perf_counter()
            self._take(clock, step, clock.gauge.after_step())
            now, clock.step = perf_counter(), step
            clock.spent += now - start + clock.gauge.listened
            clock.gauge.listened = 0.0
            self.seconds += clock.spent
            self._set(clock, now)
        self._active = []
        self._set_due()

    def look_at_rest(self, step: int) -> None:
        """Let those that are watched and need no step to look at show what has come of all steps so far.

        Args:
            step: How many were made.
        """
        self._active = [
            clock
            for clock in self._clocks
            if self._is_watched(clock)
            and not (clock.probe.of_evaluations or clock.gauge.of_steps or clock.step == step)
        ]
        self.finish(step)

    def abandon(self) -> None:
        """Let go of a step that was cut short."""
        for clock in self._active:
            clock.gauge.abandon()
            clock.spent = clock.gauge.listened = 0.0
        self._active = []
        for clock in self._clocks:  # what was kept may be gone: the training goes back
            clock.introduced = False

    def look(self, evaluation: Evaluation, step: int) -> None:
        """Collect the pictures of an evaluation."""
        now = perf_counter()
        for clock in self._clocks:
            if clock.probe.of_evaluations and clock.due <= now:
                start = perf_counter()
                picture = clock.gauge.evaluated(evaluation)
                clock.spent = perf_counter() - start
                self._introduce(clock, step, picture)
                start = perf_counter()
                self._take(clock, step, picture)
                clock.spent += perf_counter() - start
                self._set(clock, now)

    # ------------------------------------------------------------------------------- plumbing

    def _introduce(self, clock: Clock, step: int, picture: Pictures | None) -> None:
        """Tell what pictures are about before the first one, whoever looks; later there is no second chance."""
        if picture is None or clock.introduced or not clock.probe.subject:
            return
        clock.introduced = True
        subject = clock.gauge.subject()
        if subject is not None:
            self._recorder.introduce(clock.probe.subject, step, *subject)

    def _take(self, clock: Clock, step: int, picture: Pictures | None) -> None:
        if picture is not None:
            arrays, info = picture
            stream = clock.probe.stream
            self._recorder.picture(stream, step, arrays, info, told=stream in self._watched)

    def _set(self, clock: Clock, now: float) -> None:
        """Set a clock after a look."""
        watched = sum(map(self._is_watched, self._clocks)) if self._is_watched(clock) else 0
        clock.looked(now, self._rate(clock), watched)

    def _is_watched(self, clock: Clock) -> bool:
        return clock.probe.stream in self._watched

    def _rate(self, clock: Clock) -> float:
        wanted = self._watched.get(clock.probe.stream, UNWATCHED_RATE)
        return max(1e-3, min(wanted, clock.probe.rate))

    def _set_due(self) -> None:
        steps = [clock.due for clock in self._clocks if not clock.probe.of_evaluations]
        self.due = min(steps, default=NEVER)
