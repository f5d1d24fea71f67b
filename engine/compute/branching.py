"""The state that a run was in after so many steps: its newest checkpoint before, and the steps since.

A run is decided by its project, by what it began with and by what was changed while it trained. So the
state after any of its steps can be come to again, bit for bit, on the same machine.
"""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import torch
from torch import Tensor

from engine.compute import checkpoint
from engine.compute.changing import change
from engine.compute.checkpoint import Snapshot
from engine.compute.modes import threads
from engine.compute.restoring import begun_of, put_back, same_environment, start_of
from engine.compute.task import Task, load_weights_into, weights_of
from engine.compute.teaching import teacher_of
from engine.compute.training import Training
from engine.compute.vitals import Vitals
from engine.protocol import Replaying
from engine.runs.branch import LAST, Branch
from engine.runs.control import Control, Sink
from engine.runs.failures import GivenUpError
from engine.runs.folder import BEGUN_WITH, RunFolder
from engine.runs.origin import data_folder
from engine.runs.reader import Reader
from engine.runs.script import Scripted, script_of
from engine.runs.summary import COMPRESSED, Summary, was_never_trained
from projects.errors import RunError
from projects.translation import gettext as _

TELL_EVERY = 0.25
ENDED = ("finished", "stopped", "failed")


@dataclass
class Parent:
    """A run at the step where another one branches off.

    Attributes:
        run: Its folder.
        training: Its training, at that step.
        state: The state of that; random numbers are those of the process, so it is taken at once.
        exact: Whether this machine comes to the same bits as the one that made the run.
    """

    run: Path
    training: Training
    state: Snapshot
    exact: bool


def state_at(branch: Branch, sink: Sink, control: Control) -> Parent:
    """Return a run as it was after so many of its steps.

    Args:
        branch: Which run, and after how many steps.
        sink: Told how far the steps are that have to be made again.
        control: A stop is heeded.

    Raises:
        RunError: The run never came that far, is damaged, or cannot be done again exactly.
        DataError: Its data is missing or damaged.
        GivenUpError: It was told to stop.
    """
    reader = Reader(branch.run)
    project, summary = reader.project(), reader.summary()
    start = start_of(branch.run)
    until = _until(branch, summary, start)
    with threads(project.recipe.threads):
        folder, teacher = data_folder(branch.run, summary), teacher_of(branch.run)
        training = Training(project, folder, begun_of(start), teacher)
        total = training.total_steps
        if total is not None and until > total:
            raise _too_far(branch.run, total)
        exact = _go_back(training, branch.run, start, until, summary)
        _Replay(training, branch.run, until, sink, control).run()
        _end_pass(training)
    return Parent(branch.run, training, training.snapshot(), exact)


def retraced(
    run: Path, steps: Sequence[int], sink: Sink, control: Control
) -> Iterator[dict[str, Tensor]]:
    """Make the steps of a run again from its beginning; yield its weights after some of them.

    Args:
        run: The run folder.
        steps: Rising; none before the run began or after its newest checkpoint.
        sink: Told how far the steps are.
        control: A stop is heeded.

    Raises:
        RunError: The run is damaged, imported, or cannot be done again.
        DataError: Its data is missing or damaged.
        GivenUpError: It was told to stop.
    """
    reader = Reader(run)
    project, summary = reader.project(), reader.summary()
    start = start_of(run)
    for step in steps:
        _until(Branch(run, step), summary, start)
    with threads(project.recipe.threads):
        folder, teacher = data_folder(run, summary), teacher_of(run)
        training = Training(project, folder, begun_of(start), teacher)
        _go_back(training, run, start, start.step if start is not None else 0, summary)
        for step in steps:
            _Replay(training, run, step, sink, control).run()
            yield weights_of(training.task)


def _until(branch: Branch, summary: Summary, start: Snapshot | None) -> int:
    """After how many steps the branch begins."""
    run, step = branch
    if not summary.begun:
        raise RunError(
            _("this run failed before its first step: there is nothing to go on with."),
            where=str(run),
            hint=_("Train again."),
        )
    if was_never_trained(summary.state):
        message = _("this run holds imported weights; there are no steps to branch off from.")
        if summary.state == COMPRESSED:
            message = _("this run is a smaller variant; there are no steps to branch off from.")
        raise RunError(
            message,
            where=str(run),
            hint=_("Begin a training with its weights instead."),
        )
    if step == LAST:
        return checkpoint.load_newest(RunFolder(run).checkpoints)[0].step
    if summary.state in ENDED and step > summary.steps:
        raise _too_far(run, summary.steps)
    if start is not None and step < start.step:
        raise RunError(
            _("this run is itself a branch and begins at step {step}.").format(step=start.step),
            where=str(run),
            hint=_("Branch off from the run that it came from."),
        )
    return max(step, 0)


def _too_far(run: Path, steps: int) -> RunError:
    return RunError(
        _("this run has made no more than {steps} steps.").format(steps=steps),
        where=str(run),
        hint=_("Branch off at one of them."),
    )


def begin_with(task: Task, run: Path) -> dict[str, Tensor] | None:
    """Give a task the weights that a run began with, and return them; None where its seed drew them.

    Args:
        task: The task of that run.
        run: The run folder.

    Raises:
        RunError: They are damaged, or do not fit.
    """
    given = run / BEGUN_WITH
    if not given.is_file():
        return None
    begun = checkpoint.load_tensors(given)
    try:
        load_weights_into(task, begun)
    except (RuntimeError, LookupError) as error:
        raise checkpoint.damaged_beginning(given) from error
    return begun


def _go_back(
    training: Training, run: Path, start: Snapshot | None, until: int, summary: Summary
) -> bool:
    """Put the newest state back that is on the disk and not too new; return whether it is exact."""
    found = _newest(run, until) or start
    if found is not None:
        return put_back(training, found)
    begin_with(training.task, run)
    if (newer := _newest(run, None)) is not None:
        return same_environment(training, newer)
    now = (str(training.session.device), str(torch.__version__))
    return (summary.device, summary.torch) == now


def _newest(run: Path, until: int | None) -> Snapshot | None:
    """The newest whole checkpoint of at most so many steps."""
    for path in checkpoint.checkpoints(RunFolder(run).checkpoints):
        with contextlib.suppress(RunError):
            found = checkpoint.load(path)
            if until is None or found.step <= until:
                return found
    return None


def _end_pass(training: Training) -> None:
    """A training that ended with a pass has measured it already; one that goes on must not do so again."""
    every = training.session.project.recipe.evaluate_every
    if (
        training.step == training.total_steps
        and training.offset == training.steps_per_epoch
        and (training.epoch + 1) % every == 0
    ):
        training.end_epoch()


class _Replay:
    """Makes the steps of a run again, with what was changed meanwhile.

    Args:
        training: The run's training, at an earlier step.
        run: The run folder.
        until: Steps to come to.
        sink: Told how far it is.
        control: A stop is heeded.
    """

    def __init__(
        self, training: Training, run: Path, until: int, sink: Sink, control: Control
    ) -> None:
        self._training = training
        self._run = run
        self._until = until
        self._sink = sink
        self._control = control
        self._due = 0.0
        self._vitals = Vitals(training, looks=False)
        self._script = self._changes()

    def _changes(self) -> deque[Scripted]:
        """The changes that are still to be made; a checkpoint knows how many were."""
        try:
            script = script_of(self._run)
        except RunError:
            if self._training.step < self._until:
                raise
            return deque()
        return deque(script[self._training.changes :])

    def run(self) -> None:
        """Make the steps."""
        training = self._training
        self._follow()
        while training.step < self._until:
            for batch in training.rest_of_epoch():
                vitals = self._vitals
                training.make_step(batch, (vitals,) if vitals.is_due(training.step) else ())
                training.task.kept.clear()
                self._follow()
                if training.must_score:
                    training.score()
                self._tell()
                if training.step >= self._until:
                    self._measure_end()
                    return
            self._end_epoch()

    def _follow(self) -> None:
        while self._script and self._script[0].step <= self._training.step:
            change(self._training, self._script.popleft().change)

    def _end_epoch(self) -> None:
        training = self._training
        every = training.session.project.recipe.evaluate_every
        if (training.epoch + 1) % every == 0 and training.task.is_watched():
            training.evaluate()
        training.end_epoch()

    def _measure_end(self) -> None:
        """The last step of all is measured at once."""
        training = self._training
        if training.step != training.total_steps:
            return
        if training.task.is_watched():
            training.evaluate()
        if training.has_unscored_end:
            training.score()

    def _tell(self) -> None:
        now = perf_counter()
        if now >= self._due:
            self._due = now + TELL_EVERY
            run, step = str(self._run), self._training.step
            self._sink.emit(Replaying(run=run, step=step, until=self._until))
        if self._control.stopping:
            raise GivenUpError(
                _("the branch was given up before it began; nothing was kept of it."),
                where=str(self._run),
            )
