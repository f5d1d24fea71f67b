"""Waiting for an engine in tests: until it says something, never longer than allowed."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from engine.client import Engine
from engine.protocol import Event

E = TypeVar("E", bound=Event)

SOON = (
    8.0  # seconds; a shared machine is slow, but what hangs or waits for its turn takes far longer
)


def until(condition: Callable[[], bool], timeout: float = 10.0) -> float:
    """Wait until something is so; return how long that took."""
    start = time.monotonic()
    while not condition():
        assert time.monotonic() - start < timeout, "it did not happen"
        time.sleep(0.005)
    return time.monotonic() - start


class Listener:
    """Everything an engine said, in order."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.heard: list[Event] = []
        self._next = 0

    def wait(
        self, kind: type[E], where: Callable[[E], bool] = lambda _event: True, timeout: float = 20.0
    ) -> E:
        """Return the next event of a kind, after the one that was waited for before."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            self.heard += self.engine.mailbox.drain()
            while self._next < len(self.heard):
                event = self.heard[self._next]
                self._next += 1
                if isinstance(event, kind) and where(event):
                    return event
            time.sleep(0.002)
        heard = [type(event).__name__ for event in self.heard[-20:]]
        raise AssertionError(f"no {kind.__name__}; heard {heard}; {self.engine.trace}")

    def all(self, kind: type[E]) -> list[E]:
        """Return every event of a kind that was heard so far."""
        self.heard += self.engine.mailbox.drain(limit=10_000)
        return [event for event in self.heard if isinstance(event, kind)]
