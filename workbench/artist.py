"""Asks an engine of its own about the networks of a run, so that neither desk nor training waits."""

from __future__ import annotations

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from engine.client import Died, Engines
from engine.client.engine import Engine
from engine.framing import FrameError
from engine.protocol import (
    Compress,
    Compressed,
    Draw,
    Drawn,
    Event,
    Export,
    Exported,
    Failed,
    Inspect,
    Inspected,
    Sensed,
    Sensitivity,
    Stage,
    Stop,
    Weigh,
    Weighed,
)
from projects.errors import Problem
from workbench.aside import in_window

PATIENCE_MS = 1500  # until an engine that was asked to stop is ended
GIVEN_UP = "given_up"
Request = Draw | Inspect | Compress | Weigh | Sensitivity | Export
Answers = (Drawn, Inspected, Compressed, Weighed, Sensed, Exported)


class Artist(QObject):
    """Draws, looks inside, compresses or exports, one thing after the other; of what is asked for the same purpose the latest counts.

    Args:
        engines: The window's engines; one is leased from the first question to :meth:`close`.
        parent: Qt parent.

    Attributes:
        about: For which purpose was asked what is under way, or was last.

    Signals:
        answered(purpose, event): An answer, one of :data:`Answers`.
        stage(text, share): What is being done, and which share of it is done.
        failed(Problem): There is none.
        stopped(): What was under way was given up, as it was to be.
    """

    answered = Signal(str, object)
    stage = Signal(str, float)
    failed = Signal(object)
    stopped = Signal()

    def __init__(self, engines: Engines, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engines = engines
        self._engine: Engine | None = None
        self._number = 0
        self._given_up = 0
        self._purpose = ""
        self._waiting: dict[str, Request] = {}
        self.about = ""

    @property
    def busy(self) -> bool:
        """Whether an answer is under way."""
        return bool(self._purpose)

    def ask(self, purpose: str, request: Request) -> None:
        """Ask for something; what waits for the same purpose no longer counts."""
        self._waiting[purpose] = request
        if not self.busy:
            self._next()

    def stop(self) -> None:
        """Give up what is under way; an engine that goes on with it all the same is ended."""
        if self._engine is not None and self.busy:
            self._engine.send(Stop())
            number = self._given_up = self._number
            QTimer.singleShot(PATIENCE_MS, self, lambda: self._enforce(number))

    def _enforce(self, number: int) -> None:
        engine = self._engine
        if engine is None or not self.busy or self._number != number:
            return
        waiting, self._waiting = self._waiting, {}
        self.close()
        engine.kill()
        self._waiting = waiting
        self._next()
        self.stopped.emit()

    def close(self) -> None:
        """End the engine; nothing more is said."""
        self._waiting.clear()
        self._purpose = ""
        engine, self._engine = self._engine, None
        if engine is not None:
            engine.mailbox.wake_with(None)
            self._engines.release(engine)

    def _next(self) -> None:
        self._purpose = next(iter(self._waiting), "")
        if not self._purpose:
            return
        request = self._waiting.pop(self._purpose)
        if self._engine is None:
            self._engine = self._engines.lease(self._wake)
        self._number += 1
        self.about = self._purpose
        try:
            self._engine.send(msgspec.structs.replace(request, id=self._number))
        except FrameError as error:
            self._purpose = ""
            self.failed.emit(error.problem)

    def _wake(self) -> None:
        """Something lies in the mailbox; called from a background thread."""
        in_window(self, self._listen)

    def _listen(self) -> None:
        while self._engine is not None and (events := self._engine.mailbox.drain()):
            for event in events:
                self._hear(event)

    def _hear(self, event: Event) -> None:
        match event:
            case event if isinstance(event, Answers) and event.id == self._number:
                purpose, self._purpose = self._purpose, ""
                self.answered.emit(purpose, event)
                self._go_on()
            case Stage() if event.id == self._number != self._given_up:
                self.stage.emit(event.text, event.share)
            case Failed() if event.id == self._number:
                self._purpose = ""
                if event.kind != GIVEN_UP:
                    self.failed.emit(event.problems[0])
                self._go_on()
                if event.kind == GIVEN_UP:
                    self.stopped.emit()
            case Died():
                self.close()
                self.failed.emit(Problem("", event.text))
            case _:
                pass

    def _go_on(self) -> None:
        if self._engine is not None and not self.busy:
            self._next()
