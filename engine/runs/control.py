"""What reaches a training from outside while it runs: orders in, events out, limits.

The thread that reads commands calls the methods of :class:`Control`; the training reads it between
steps. Nothing here waits for the training, so a stop never queues behind work.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Protocol

import msgspec

from engine.protocol import Event


class Sink(Protocol):
    """Where a training's events go: a connection, a progress bar, a list in a test."""

    def emit(self, event: Event) -> None:
        """Take one event; must not block for long and must not raise."""


class Silent:
    """A sink that keeps nothing."""

    def emit(self, event: Event) -> None:
        """Drop the event."""


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Ends of a training that are not part of its recipe; it can be resumed after them.

    Attributes:
        max_steps: The run's total number of steps.
        max_seconds: Seconds of training of this session, pauses left out.
    """

    max_steps: int | None = None
    max_seconds: float | None = None


class RateChange(msgspec.Struct, frozen=True):
    """An order to change the learning rate of one network, or of all when ``network`` is empty."""

    value: float
    network: str = ""


class ValueChange(msgspec.Struct, frozen=True):
    """An order to give another value to something that may change live; see :mod:`engine.live`."""

    path: str
    value: float


Change = RateChange | ValueChange
CHANGES = ("learning_rate", "value")  # kinds of the markers that tell of them


class Control:
    """Thread-safe orders for one training.

    Args:
        attended: Whether somebody can answer while it trains. What waits for a person (a full disk)
            ends an unattended training instead.

    Attributes:
        attention: Whether there is an order that the training has not seen yet; a plain read, so
            that asking costs nothing in the loop.
    """

    def __init__(self, attended: bool = True) -> None:
        self.attended = attended
        self.attention = False
        self._condition = threading.Condition()
        self._paused = False
        self._stopping = False
        self._leaving = False
        self._single_steps = 0
        self._changes: list[Change] = []
        self._watched: dict[str, float] = {}

    # ------------------------------------------------------------ called by whoever is in command

    def pause(self) -> None:
        """Hold after the step in progress."""
        with self._told():
            self._paused = True

    def go_on(self) -> None:
        """Continue after a pause, or try again what a full disk held up."""
        with self._told():
            self._paused = False
            self._single_steps = 0

    def step_once(self) -> None:
        """While paused, make one step more; while running, hold after the next step."""
        with self._told():
            self._single_steps += 1
            self._paused = True

    def stop(self) -> None:
        """End after the step in progress, with a checkpoint."""
        with self._told():
            self._stopping = True

    def leave(self) -> None:
        """Stop, because whoever ordered the training goes away: nobody waits for what is not needed."""
        with self._told():
            self._stopping = self._leaving = True

    def set_learning_rate(self, value: float, network: str = "") -> None:
        """Let the learning rate be ``value`` from the next step on.

        Args:
            value: The new rate.
            network: Whose rate; empty for all.
        """
        with self._told():
            self._changes.append(RateChange(float(value), network))

    def set_value(self, path: str, value: float) -> None:
        """Let something that may change live have another value from the next step on.

        Args:
            path: Its dotted path; see :mod:`engine.live`.
            value: The new value.
        """
        with self._told():
            self._changes.append(ValueChange(path, float(value)))

    def watch(self, streams: Mapping[str, float]) -> None:
        """Say which streams are looked at and how many pictures a second each may have."""
        with self._told():
            self._watched = dict(streams)

    # ------------------------------------------------------------ called by the training

    @property
    def paused(self) -> bool:
        """Whether the training is to hold."""
        return self._paused

    @property
    def stopping(self) -> bool:
        """Whether the training is to end."""
        return self._stopping

    @property
    def leaving(self) -> bool:
        """Whether whoever ordered the training goes away."""
        return self._leaving

    @property
    def watched(self) -> Mapping[str, float]:
        """Streams that are looked at, with pictures a second at most."""
        return self._watched

    def take_changes(self) -> list[Change]:
        """Return the changes ordered since the last call, in their order."""
        with self._condition:
            taken, self._changes = self._changes, []
            return taken

    def take_single_step(self) -> bool:
        """Use up one ordered single step, if there is one."""
        with self._condition:
            if self._single_steps == 0:
                return False
            self._single_steps -= 1
            return True

    def seen(self) -> None:
        """Note that everything ordered so far is about to be read."""
        self.attention = False

    def wait(self, seconds: float) -> None:
        """Sleep until the next order, at most so many seconds."""
        with self._condition:
            if not self.attention:
                self._condition.wait(seconds)

    def _told(self) -> _Told:
        return _Told(self)


class _Told:
    """Holds the lock around a change, then wakes the training."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def __enter__(self) -> None:
        self._control._condition.acquire()

    def __exit__(self, *error: object) -> None:
        self._control.attention = True
        self._control._condition.notify_all()
        self._control._condition.release()
