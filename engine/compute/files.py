"""A run's files while it trains: checkpoints, summary, measurements, sample sheets."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

import torch

from engine.compute import checkpoint
from engine.compute.recorder import Recorder
from engine.compute.stopwatch import Stopwatch
from engine.compute.training import Training
from engine.protocol import Marker, Saved, State
from engine.runs.control import Control
from engine.runs.folder import RunFolder
from engine.runs.origin import seal
from engine.runs.store import Store
from engine.runs.summary import Summary, write_summary
from projects.atomic import DiskFullError
from projects.errors import UserError
from projects.translation import gettext as _

LOOK_AGAIN = 0.5


class RunFiles:
    """Writes what a run leaves behind, and waits when the disk is full.

    Args:
        folder: The run's folder.
        source: Folder of the project file, where relative data paths start.
        training: What is being trained.
        recorder: Where events go.
        store: The run's database.
        control: Orders; a full disk pauses the training through it.
        stopwatch: Time spent.

    Attributes:
        state: The state that the summary names.
        checkpoint_due: When the next checkpoint is to be written.
        saved_step: The step of the newest checkpoint, -1 before the first.
        parent: The run that this one branched off from, as its summary names it; empty for none.
        weights_from: The run with whose weights it began, named alike; empty for none.
        make_anew: Makes a folder again that is gone, with what a run needs before its first step.
    """

    def __init__(
        self,
        folder: RunFolder,
        source: Path,
        training: Training,
        recorder: Recorder,
        store: Store,
        control: Control,
        stopwatch: Stopwatch,
    ) -> None:
        self.state = "running"
        self.parent = self.weights_from = ""
        self.make_anew: Callable[[], None] = folder.make
        self.started = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        self._folder = folder
        self._source = str(source.resolve())
        self._seal = seal(self._source)
        self._training = training
        self._recorder = recorder
        self._store = store
        self._control = control
        self._stopwatch = stopwatch
        self._every = training.session.project.recipe.checkpoint_every
        self.saved_step = training.step or -1
        self.checkpoint_due = perf_counter() + self._every

    def change_state(self, state: str, tell: bool = True) -> None:
        """Name a new state in the summary, and tell it."""
        self.state = state
        if tell:
            self._recorder.emit(State(state=state, step=self._training.step))
        self.write_summary()

    def flush(self) -> None:
        """Commit what was measured."""
        if not (self._folder.exists and self._store.is_in_place):
            self._put_back()
        self._persist(self._store.flush)

    def _put_back(self) -> None:
        """Somebody has deleted or moved the folder: write again what it held, and a checkpoint soon."""
        self._persist(self.make_anew)
        if not self._store.is_in_place:
            self._persist(self._store.put_back)
        text = _(
            "The folder of this run was deleted or moved while it trained; what was measured is written there again."
        )
        marker = Marker(step=self._training.step, kind="damaged_folder", text=text)
        self._recorder.emit(marker)
        self.saved_step, self.checkpoint_due = -1, perf_counter()
        self.write_summary()

    def flush_or_drop(self) -> None:
        """Commit what was measured; where that fails, the run goes without."""
        try:
            self._store.flush()
        except UserError:
            self._store.drop()

    def save(self, again: bool = False) -> None:
        """Write a checkpoint of the training as it is, unless there is one of this step."""
        self.checkpoint_due = perf_counter() + self._every
        if self.saved_step == self._training.step and not again:
            return
        self._recorder.go_rounds()  # whoever goes on from here takes them as gone and told
        self.flush()
        snapshot = self._training.snapshot()
        snapshot.facts["run"] = {
            "seconds": self._stopwatch.total,
            "started": self.started,
            "metrics": self._recorder.metrics,
            "environment": self._training.environment(),
        }
        path = self._persist(lambda: checkpoint.save(self._folder.checkpoints, snapshot))
        self.saved_step = snapshot.step
        self._recorder.emit(Saved(step=snapshot.step, path=str(path)))
        self._persist(self._recorder.save_sheet)
        self.write_summary()
        self.checkpoint_due = perf_counter() + self._every

    def summary(self, message: str = "") -> Summary:
        """Return the few facts that lists show."""
        training, seconds = self._training, self._stopwatch.total
        project = training.session.project
        return Summary(
            project=project.name,
            objective=project.objective.type,
            state=self.state,
            steps=training.step,
            epochs=training.epochs,
            seconds=seconds,
            steps_per_second=(training.step - training.begun.step) / seconds if seconds else 0.0,
            metrics=self._recorder.metrics,
            best=training.scoreboard.best,
            seed=project.recipe.seed,
            device=str(training.session.device),
            torch=str(torch.__version__),
            started=self.started,
            folder=self._source,
            seal=self._seal,
            message=message,
            parent=self.parent,
            parent_step=training.begun.step if self.parent else 0,
            weights_from=self.weights_from,
        )

    def write_summary(self, message: str = "") -> None:
        """Write ``summary.json``."""
        if not self._folder.path.is_dir():
            self._put_back()
        self._persist(lambda: write_summary(self._folder.path, self.summary(message)))

    def _persist(self, action: Callable[[], Any]) -> Any:
        """Do something that writes; on a full disk hold the training and try again when told to.

        Raises:
            DiskFullError: The disk was full, and the training was stopped or nobody can answer.
        """
        while True:
            try:
                return action()
            except DiskFullError as error:
                if self._control.stopping or not self._control.attended:
                    raise
                self._wait_for_room(error)

    def _wait_for_room(self, error: DiskFullError) -> None:
        step = self._training.step
        values = {"path": str(error.path), "bytes": error.size}
        text = f"{error.problem.message} {error.problem.hint}"
        self._control.pause()
        self._recorder.emit(Marker(step=step, kind="disk_full", text=text, values=values))
        self._recorder.emit(State(state="paused", step=step))
        was_running = self._stopwatch.running
        self._stopwatch.hold()
        while self._control.paused and not self._control.stopping:
            self._control.seen()
            self._control.wait(LOOK_AGAIN)
        if was_running:
            self._stopwatch.go_on()
        self._recorder.emit(State(state="running", step=step))
