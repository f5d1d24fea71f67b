"""The training that goes on: orders to its engine, events from it, and what is said when it dies."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.client import Died, Engine, Engines
from engine.framing import FrameError
from engine.protocol import (
    Continue,
    Event,
    Failed,
    Finished,
    Marker,
    Pause,
    Replaying,
    Scalars,
    SetLearningRate,
    SetValue,
    Start,
    Started,
    State,
    StepOnce,
    Watch,
)
from engine.runs.branch import LAST, Branch
from projects.schema import Project
from workbench.rundata import RunData, run_title

QUIET = 8.0
ASIDE = 2**31 - 1  # of orders whose refusal is not the end of the training


class Training(QObject):
    """At most one training at a time, in an engine of its own.

    Args:
        engines: The window's engines.
        parent: Qt parent.

    Attributes:
        data: What the current or last training said, or None.

    Signals:
        changed(): Its state is another one.
        begins(): A training is about to be asked for: the moment to say what can be seen (:meth:`watch`).
        began(RunData): A training begins.
        ended(RunData): It is over, however it ended.
        failed(Failed): It could not go on.
        died(Died): Its engine is gone.
        quiet(seconds): The engine gives no sign of life.
        marked(Marker): Something happened that belongs on the curves.
        replaying(Replaying): Steps before a branch are made again.
    """

    changed = Signal()
    begins = Signal()
    began = Signal(object)
    ended = Signal(object)
    failed = Signal(object)
    died = Signal(object)
    quiet = Signal(float)
    marked = Signal(object)
    replaying = Signal(object)

    def __init__(self, engines: Engines, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engines = engines
        self._engine: Engine | None = None
        self._streams: dict[str, float] = {}
        self._number = 0
        self._was = ""  # the state of a run before it was gone on with, until it does go on
        self._warned = False
        self.held = False
        self.data: RunData | None = None

    # ----------------------------------------------------------------------------------- state

    @property
    def active(self) -> bool:
        """Whether a training goes on (running or paused)."""
        return self._engine is not None

    @property
    def state(self) -> str:
        """State of the current or last training; empty when there was none."""
        return self.data.state if self.data else ""

    @property
    def pid(self) -> int | None:
        """Process of the training engine."""
        return self._engine.pid if self._engine else None

    # ----------------------------------------------------------------------------------- orders

    def start(
        self,
        project: Project,
        folder: Path,
        run: Path,
        paused: bool = False,
        history: RunData | None = None,
        weights_from: Path | None = None,
        branch: Branch | None = None,
        teacher: Path | None = None,
    ) -> RunData:
        """Train.

        Args:
            project: What to train.
            folder: Folder of the project file.
            run: The run folder.
            paused: Wait for the first step.
            history: What the run has said so far: go on from its last checkpoint. None: begin.
            weights_from: Another run with whose weights a new one begins, as far as they fit.
            branch: A place in another run where a new one branches off.
            teacher: Another run from whose answers a new one learns, as its recipe says.

        Returns:
            What collects what the training says; ``history`` if that was given.

        Raises:
            ValueError: The project is too large to be sent.
        """
        self.begins.emit()
        data = history or RunData(label=run_title(run), path=str(run))
        self._was = data.state if history is not None else ""
        data.project = project
        data.feed(State(state="starting", step=data.step))
        self.data = data
        self.held = paused
        self._engine = self._engines.lease()
        self._number += 1
        self._warned = False
        self._engine.send(Watch(streams=self._streams))
        command = Start(
            id=self._number,
            project=project,
            folder=str(folder),
            run=str(run),
            resume=history is not None,
            paused=paused,
            weights_from=str(weights_from) if weights_from is not None else "",
            branch_from=str(branch.run) if branch is not None else "",
            branch_step=branch.step if branch is not None else LAST,
            teacher=str(teacher) if teacher is not None else "",
        )
        try:
            self._engine.send(command)
        except FrameError as error:
            data.feed(State(state=self._was or "failed", step=data.step))
            self._over()
            raise ValueError(str(error)) from error
        self.began.emit(data)
        self.changed.emit()
        return data

    def pause(self) -> None:
        """Hold after the step in progress."""
        self.held = True
        self._send(Pause())
        self.changed.emit()

    def go_on(self) -> None:
        """Go on after a pause."""
        self.held = False
        self._send(Continue())
        self.changed.emit()

    def step(self) -> None:
        """Make one step while paused."""
        self.held = True
        self._send(StepOnce())

    def stop(self) -> None:
        """End the training with a checkpoint; firmly, if it does not listen."""
        if self._engine is not None and self.data is not None:
            self._engine.stop()
            self.data.feed(State(state="stopping", step=self.data.step))
            self.changed.emit()

    def kill(self) -> None:
        """End the engine at once; the run can be resumed from its last checkpoint."""
        if self._engine is not None:
            self._engine.kill()

    def set_learning_rate(self, value: float, network: str) -> None:
        """Change the learning rate of a network (empty: of all) from the next step on."""
        self._send(SetLearningRate(value=value, network=network))

    def set_value(self, path: str, value: float) -> None:
        """Change something else that may change live; what is refused ends nothing."""
        self._send(SetValue(id=ASIDE, path=path, value=value))

    def watch(self, streams: dict[str, float]) -> None:
        """Say which streams can be seen, and how often each may come."""
        if streams != self._streams:
            self._streams = streams
            self._send(Watch(streams=streams))

    def take_over(self, other: Training) -> None:
        """Go on with the training of another window, and let that one forget it."""
        self._engine, other._engine = other._engine, None
        self._number, self._streams, self._warned = other._number, other._streams, other._warned
        self._was = other._was
        self.held, self.data = other.held, other.data
        self.changed.emit()

    # ----------------------------------------------------------------------------------- events

    def poll(self) -> bool:
        """Fetch what the engine said; return whether curves have new points."""
        if self._engine is None or self.data is None:
            return False
        fresh = False
        before = self.data.state
        for event in self._engine.mailbox.drain():
            if isinstance(event, Died):
                self._lost(event)
                return True
            if event.id not in (0, self._number):
                continue
            self._feed(event)
            fresh = fresh or isinstance(event, Scalars)
            if isinstance(event, Marker):
                self.marked.emit(event)
            if isinstance(event, Replaying):
                self.replaying.emit(event)
            if isinstance(event, Failed):
                self.failed.emit(event)
            if isinstance(event, (Failed, Finished)):
                self._over()
                return True
        if self.data.state != before:
            self.held = self.held or self.data.state == "paused"  # it may hold by itself
            self.changed.emit()
        self._listen()
        return fresh

    def _feed(self, event: Event) -> None:
        """A run that could not be gone on with is what it was."""
        assert self.data is not None
        self.data.feed(event)
        if isinstance(event, Failed) and self._was:
            self.data.feed(State(state=self._was, step=self.data.step))
            self.data.failure = None
        if isinstance(event, Started):
            self._was = ""

    def _listen(self) -> None:
        assert self._engine is not None
        silence = self._engine.silence
        if silence > QUIET and not self._warned and self._engine.ready is not None:
            self._warned = True
            self.quiet.emit(silence)

    def _lost(self, death: Died) -> None:
        assert self.data is not None
        self.data.feed(State(state="interrupted", step=self.data.step))
        self._over()
        self.died.emit(death)

    def _over(self) -> None:
        engine, self._engine = self._engine, None
        if engine is not None:
            self._engines.release(engine)
        self.changed.emit()
        self.ended.emit(self.data)

    def _send(
        self, command: Pause | Continue | StepOnce | SetLearningRate | SetValue | Watch
    ) -> None:
        if self._engine is not None:
            self._engine.send(command)
