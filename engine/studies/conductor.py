"""Trains many runs, some at the same time, each in an engine process; a run that fails is one run that failed.

Torch-free and without threads of its own: whoever owns a :class:`Conductor` calls :meth:`Conductor.poll`
now and then, the window from its timer, the terminal in a loop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from engine.client import Died, Engine
from engine.framing import FrameError
from engine.protocol import (
    Continue,
    Event,
    Failed,
    Finished,
    Marker,
    Pause,
    Progress,
    Start,
    Started,
    Watch,
)
from engine.runs.false_start import is_false_start
from engine.runs.folder import RunFolder
from projects.schema import Project
from projects.translation import gettext as _

MOST_EVENTS = 512


@dataclass(frozen=True)
class Order:
    """One training to do.

    Attributes:
        name: What it is called here.
        project: What to train.
        folder: Where its relative data paths start.
        run: The run folder; gone on with if a run was begun there.
    """

    name: str
    project: Project
    folder: Path
    run: Path


@dataclass
class Live:
    """A training that goes on now.

    Attributes:
        order: What is trained.
        engine: The process that does it.
        number: Its number among the requests of that process.
        step: Steps made.
        total: Steps it will make, if that is known.
        rate: Steps a second.
        held: Why it waits by itself; empty if it does not.
    """

    order: Order
    engine: Engine
    number: int
    step: int = 0
    total: int | None = None
    rate: float = 0.0
    held: str = ""

    @property
    def share(self) -> float:
        """Which part of the training is done, 0 to 1."""
        return min(1.0, self.step / self.total) if self.total else 0.0


class Listener(Protocol):
    """Who hears what becomes of the trainings."""

    def begun(self, order: Order) -> None:
        """A training begins or goes on."""

    def said(self, order: Order, event: Event) -> None:
        """A training said something."""

    def ended(self, order: Order, state: str, message: str) -> None:
        """A training is over: ``finished``, ``stopped``, ``failed`` or ``interrupted``, and why."""


class Conductor:
    """Works through a list of trainings.

    Args:
        orders: What to train, in order.
        lease: Gives an engine.
        release: Takes it back.
        listener: Hears what becomes of them.
        at_once: How many trainings go on at the same time.
    """

    def __init__(
        self,
        orders: Iterable[Order],
        lease: Callable[[], Engine],
        release: Callable[[Engine], None],
        listener: Listener,
        at_once: int = 1,
    ) -> None:
        self._waiting = list(orders)
        self._lease = lease
        self._release = release
        self.listener = listener
        self._free: list[Engine] = []
        self._number = 0
        self.at_once = at_once
        self._streams: dict[str, float] = {}
        self.live: list[Live] = []
        self.paused = False
        self.stopping = False

    @property
    def done(self) -> bool:
        """Whether nothing goes on and nothing will."""
        return not self.live and (self.stopping or not self._waiting)

    @property
    def waiting(self) -> int:
        """How many trainings have not begun."""
        return len(self._waiting)

    def pause(self) -> None:
        """Hold every training after its step in progress, and begin no other."""
        self.paused = True
        for live in self.live:
            live.engine.send(Pause())

    def go_on(self) -> None:
        """Go on after a pause, or try again what a full disk held up."""
        self.paused = False
        for live in self.live:
            live.held = ""
            live.engine.send(Continue())

    def stop(self) -> None:
        """End every training with a checkpoint, and begin no other."""
        self.stopping = True
        self.paused = False
        for live in self.live:
            live.engine.stop()

    def watch(self, streams: dict[str, float]) -> None:
        """Say which streams can be seen, and how often each may come."""
        if streams != self._streams:
            self._streams = streams
            for live in self.live:
                live.engine.send(Watch(streams=streams))

    def kill(self) -> None:
        """End every process at once."""
        self.stopping = True
        for live in self.live:
            live.engine.kill()

    def poll(self) -> None:
        """Take in what the engines said, and begin what there is room for."""
        for live in list(self.live):
            for event in live.engine.mailbox.drain(MOST_EVENTS):
                if not self._hear(live, event):
                    break
        while self._room():
            self._begin(self._waiting.pop(0))
        if self.done:
            self._let_go()

    def _room(self) -> bool:
        there = bool(self._waiting) and len(self.live) < self.at_once
        return there and not (self.paused or self.stopping)

    def _begin(self, order: Order) -> None:
        engine = self._free.pop() if self._free else self._lease()
        self._number += 1
        live = Live(order, engine, self._number)
        self.live.append(live)
        self.listener.begun(order)
        engine.send(Watch(streams=self._streams))
        start = Start(
            id=live.number,
            project=order.project,
            folder=str(order.folder),
            run=str(order.run),
            resume=RunFolder(order.run).exists and not is_false_start(order.run),
        )
        try:
            if not engine.send(start):
                self._end(live, "interrupted", _("The engine could not be started."), keep=False)
        except FrameError as error:
            self._end(live, "failed", str(error))

    def _hear(self, live: Live, event: Event) -> bool:
        """Take one event of a training; return whether it goes on."""
        if isinstance(event, Died):
            self._end(live, "interrupted", event.text, keep=False)
            return False
        if event.id not in (0, live.number):
            return True
        if isinstance(event, Started):
            live.step, live.total = event.step, event.total_steps
        elif isinstance(event, Progress):
            live.step, live.rate = event.step, event.steps_per_second
        elif isinstance(event, Marker) and event.kind == "disk_full":
            live.held = event.text
        if not (isinstance(event, Failed) and event.id == 0):
            self.listener.said(live.order, event)
        if isinstance(event, Finished):
            self._end(live, event.state, "")
            return False
        if isinstance(event, Failed) and event.id == live.number:
            self._end(live, "failed", str(event.problems[0]), keep=event.kind != "memory")
            return False
        return True

    def _end(self, live: Live, state: str, message: str, keep: bool = True) -> None:
        self.live.remove(live)
        if keep and live.engine.alive:
            self._free.append(live.engine)
        else:
            self._release(live.engine)
        self.listener.ended(live.order, state, message)

    def _let_go(self) -> None:
        for engine in self._free:
            self._release(engine)
        self._free.clear()
