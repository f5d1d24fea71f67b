"""The training loop: step after step, and between two steps whatever is due."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from engine.clinic.vitals import VITALS
from engine.compute.batches import Batch
from engine.compute.changing import change
from engine.compute.files import RunFiles
from engine.compute.glimpses import Glimpses
from engine.compute.modes import same_randomness
from engine.compute.pruning import alone_words
from engine.compute.pulse import Pulse
from engine.compute.recorder import Recorder
from engine.compute.rescue import Rescue, RolledBackError, first_bad
from engine.compute.stopwatch import Stopwatch
from engine.compute.training import Training
from engine.compute.vitals import Vitals
from engine.compute.watcher import Watcher
from engine.inside.base import WEIGHTS
from engine.protocol import Marker, Progress
from engine.runs.control import Control, Limits
from engine.runs.script import Scripted
from projects.translation import N_, ngettext

FLUSH_EVERY, FLUSH_AT_LEAST = 1 / 30, 1 / 5
FLUSH_SHARE = 0.02  # of the time; on a slow or busy machine curves come less often
PROGRESS_EVERY = 0.25
STORE_EVERY = 0.5
WAIT = 3600.0


class Loop:
    """Drives a training until its end, a limit, an order or a failure.

    Args:
        training: What is driven.
        recorder: Where events go.
        rescue: What to do when a loss is not a number.
        watcher: The probes.
        files: What is written.
        glimpses: Weights for those who look inside.
        control: Orders.
        limits: Ends that are not the recipe's.
        stopwatch: Time spent.
        script: Changes to make at their steps, as if they were ordered then.
    """

    def __init__(
        self,
        training: Training,
        recorder: Recorder,
        rescue: Rescue,
        watcher: Watcher,
        files: RunFiles,
        glimpses: Glimpses,
        control: Control,
        limits: Limits,
        stopwatch: Stopwatch,
        script: Sequence[Scripted] = (),
    ) -> None:
        self._training = training
        self._recorder = recorder
        self._rescue = rescue
        self._watcher = watcher
        self._files = files
        self._glimpses = glimpses
        self._control = control
        self._limits = limits
        self._stopwatch = stopwatch
        self._script = deque(script)
        self._pulse = Pulse(training.task)
        self._vitals = Vitals(training)
        self._outcome = ""
        self._evaluated_at = training.step
        self._due = self._flush_due = self._progress_due = self._store_due = 0.0
        self._told_rates: dict[str, float] = {}
        ends = (training.total_steps, limits.max_steps)
        self._last_step = min((end for end in ends if end is not None), default=math.inf)

    def run(self) -> str:
        """Train; return ``finished`` or ``stopped``."""
        self._meet_end()
        self._follow_script()
        self._obey()
        self._score_if_due()
        self._make_steps()
        self._show_rest()
        if self._outcome == "finished" and self._evaluated_at != self._training.step:
            self._evaluate()
        if self._outcome == "finished" and self._training.has_unscored_end:
            self._score()
        self._tell_rates(always=True)
        self._stopwatch.hold()
        return self._outcome

    # ------------------------------------------------------------------------------- steps

    def _make_steps(self) -> None:
        """Make steps until there is an end, and what the last of them have left behind is sound."""
        while True:
            try:
                while not self._outcome:
                    self._pass()
                self._flush()
                return
            except RolledBackError:  # the end that was come to doesn't count, an order to stop does
                self._outcome = "stopped" if self._control.stopping else ""

    def _pass(self) -> None:
        """Make the steps of one pass over the training part, or what is left of it."""
        for batch in self._training.rest_of_epoch():
            self._step(batch)
            if self._outcome:
                return
        self._end_epoch()

    def _step(self, batch: Batch) -> None:
        training = self._training
        if training.step + 1 >= self._last_step:  # the last pictures show what has come of it all
            self._watcher.hurry(everyone=True)
        steady = [one for one in (self._pulse, self._vitals) if one.is_due(training.step)]
        seen = perf_counter() >= self._watcher.due
        training.make_step(batch, (self._watcher, *steady) if seen else steady)
        for gauge in steady:  # first: what panels have networks compute is no part of the step
            gauge.keep(training.step)
        if seen:
            self._show(self._watcher.finish)
        if self._script:
            self._follow_script()
        if (
            perf_counter() >= self._due
            or self._control.attention
            or len(training.task.kept) >= training.task.most_kept
        ):
            self._between_steps()
        self._score_if_due()
        if training.step >= self._last_step:
            self._meet_end()

    def _meet_end(self) -> None:
        """End where the recipe or a limit says so."""
        training = self._training
        complete = training.total_steps is not None and training.step >= training.total_steps
        if complete or training.scoreboard.exhausted:
            self._outcome = "finished"
        elif training.step >= self._last_step:
            self._outcome = "stopped"

    def _end_epoch(self) -> None:
        training = self._training
        every = training.session.project.recipe.evaluate_every
        if (training.epoch + 1) % every == 0:
            self._flush()
            self._evaluate()
        training.end_epoch()
        self._stop_early()

    def _stop_early(self) -> None:
        """End where the patience is used up."""
        scoreboard = self._training.scoreboard
        if scoreboard.exhausted:
            words = ngettext(
                "No better for {count} evaluation.",
                "No better for {count} evaluations.",
                scoreboard.stale,
            )
            text = words.format(count=scoreboard.stale)
            self._recorder.emit(Marker(step=self._training.step, kind="early_stopping", text=text))
            self._outcome = "finished"

    def _evaluate(self) -> None:
        training = self._training
        self._evaluated_at = training.step
        if not training.task.is_watched():
            return
        found = training.evaluate()
        self._recorder.values(training.step, found.metrics, found.signs)
        self._watcher.look(found, training.step)

    def _score_if_due(self) -> None:
        """Score samples after every so many steps; who wants to stop does not wait for that."""
        if self._training.must_score and not self._outcome:
            self._flush()
            self._score()
            self._stop_early()

    def _score(self) -> None:
        training = self._training
        found = training.score()
        self._recorder.values(training.step, found.metrics)
        self._watcher.look(found, training.step)

    def _show(self, look: Callable[[int], None]) -> None:
        with same_randomness(self._training.session.device):
            self._training.stage = N_("a look at the networks")
            look(self._training.step)

    def _show_rest(self) -> None:
        """Nothing moves for now: all rounds are gone, and who watches sees the networks as they are, whatever that costs."""
        self._recorder.go_rounds()
        if self._training.step > 0:
            self._show(self._watcher.look_at_rest)

    # ------------------------------------------------------------------------------- between steps

    def _between_steps(self) -> None:
        """Do whatever is due."""
        now = perf_counter()
        if now >= self._flush_due or len(self._training.task.kept) >= self._training.task.most_kept:
            self._flush()
        if now >= self._files.checkpoint_due:
            self._flush()
            self._files.save()
        if now >= self._glimpses.due:
            self._glimpses.give()
        most = self._limits.max_seconds
        if most is not None and self._stopwatch.session >= most:
            self._outcome = self._outcome or "stopped"
        if self._control.attention or self._control.paused:
            self._obey()
        self._due = min(self._flush_due, self._files.checkpoint_due, self._glimpses.due)
        if self._control.paused:
            self._due = 0.0

    def _flush(self) -> None:
        """Read what the steps have left behind, tell it, and make sure that it is made of numbers."""
        now = perf_counter()
        training = self._training
        kept = training.task.kept
        if kept:
            values = training.task.read(kept)
            steps = np.arange(training.step - len(kept) + 1, training.step + 1)
            kept.clear()
            bad = first_bad(values)
            if bad is not None:
                self._tell_sound(steps[:bad], {n: column[:bad] for n, column in values.items()})
                self._watcher.abandon()
                self._pulse.forget()
                self._vitals.forget()
                self._rescue.from_nan(int(steps[bad]))
            for step, arrays, info in self._vitals.read():  # first: rounds are gone by curves
                self._recorder.picture(VITALS, step, arrays, info, told=True)
            self._make_room()
            self._recorder.scalars(steps, values, self._pulse.read())
            self._recorder.go_rounds(at_once=False)
            self._rescue.remember(now)
        self._tell_left_alone()
        self._tell_rates()
        if now >= self._progress_due:
            self._progress_due = now + PROGRESS_EVERY
            self._tell_progress()
        if now >= self._store_due:
            self._store_due = now + STORE_EVERY
            self._files.flush()
        done = perf_counter()
        rest = max(FLUSH_EVERY, (done - now) / FLUSH_SHARE)
        self._flush_due = done + min(rest, FLUSH_AT_LEAST)

    def _make_room(self) -> None:
        """Let the probes have what others that watch have left of the time."""
        others = (self._pulse.seconds, self._vitals.seconds, self._recorder.judged)
        self._watcher.make_room(sum(others) + self._glimpses.seconds, self._stopwatch.session)

    def _tell_sound(
        self, steps: NDArray[np.int64], values: Mapping[str, NDArray[np.float64]]
    ) -> None:
        """Tell of the steps before the one whose loss is not a number: by them people see how it came to that."""
        for step, arrays, info in self._vitals.read():
            if len(steps) and step <= steps[-1]:
                self._recorder.picture(VITALS, step, arrays, info, told=True)
        if len(steps):
            self._recorder.scalars(steps, values)

    def _tell_rates(self, always: bool = False) -> None:
        training = self._training
        rates = training.rates()
        if rates != self._told_rates or always:
            several = len(rates) > 1
            names = {n: f"learning_rate/{n}" if several else "learning_rate" for n in rates}
            values = {names[name]: rate for name, rate in rates.items()}
            self._recorder.values(training.step, values)
            self._told_rates = rates

    def _tell_left_alone(self) -> None:
        """Say of which layers pruning has left one weight alone."""
        for name, learner in self._training.learners.items():
            for parameter in learner.pruner.left_alone() if learner.pruner is not None else ():
                text = alone_words(name, parameter)
                self._recorder.emit(Marker(step=self._training.step, kind="one_weight", text=text))

    def _tell_progress(self) -> None:
        training = self._training
        speed = self._stopwatch.speed(training.step)
        left = self._last_step - training.step
        self._recorder.emit(
            Progress(
                step=training.step,
                epoch=training.epochs,
                steps_per_second=speed,
                seconds=self._stopwatch.total,
                eta=left / speed if speed > 0 and math.isfinite(left) else None,
                learning_rates=training.rates(),
            )
        )

    # ------------------------------------------------------------------------------- orders

    def _obey(self) -> None:
        """Follow the orders that have come in; hold here while paused."""
        while True:
            self._control.seen()
            self._change()
            self._watcher.watch(self._control.watched)
            self._glimpses.watch(self._control.watched.get(WEIGHTS))
            if self._control.stopping:
                self._outcome = self._outcome or "stopped"
            if self._outcome or not self._control.paused:
                break
            if self._control.take_single_step():
                self._watcher.hurry()
                self._due = 0.0
                return
            self._hold()
        if self._files.state == "paused":
            self._files.change_state("running", tell=not self._outcome)

    def _hold(self) -> None:
        """Sleep until the next order."""
        self._flush()
        self._show_rest()
        self._glimpses.give()
        self._tell_progress()
        self._files.change_state("paused")
        self._files.flush()
        self._stopwatch.hold()
        self._control.wait(WAIT)
        self._stopwatch.go_on()

    def _follow_script(self) -> None:
        """Make the changes that belong to this step; orders came at the same moment of it."""
        while self._script and self._script[0].step <= self._training.step:
            self._recorder.emit(change(self._training, self._script.popleft().change))

    def _change(self) -> None:
        for ordered in self._control.take_changes():
            self._recorder.emit(change(self._training, ordered))
