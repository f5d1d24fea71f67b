"""Where the events of one engine wait until the window fetches them: small, however many come."""

from __future__ import annotations

import threading
from collections.abc import Callable

from engine.backlog import Backlog
from engine.protocol import Event

PICTURES_KEPT = 8


class Died(Event, frozen=True, tag="died"):
    """The engine process is gone without being asked to; made by the client, never on the wire.

    Attributes:
        returncode: How it ended; negative: the signal that killed it (POSIX).
        text: Why, in people's words.
        trace: The last lines that the process wrote to its standard error.
        restarts_in: Seconds until another takes its place; None when none will.
    """

    returncode: int | None
    text: str
    trace: str = ""
    restarts_in: float | None = None


class Mailbox:
    """A bounded, joining queue between the reader thread and the window.

    Args:
        on_wake: Called from the reader thread when the first event comes into an empty mailbox.
    """

    def __init__(self, on_wake: Callable[[], None] | None = None) -> None:
        self._lock = threading.Lock()
        self._backlog = Backlog(depth=PICTURES_KEPT)
        self._on_wake = on_wake

    def wake_with(self, on_wake: Callable[[], None] | None) -> None:
        """Have another function called from now on; at once when something waits already."""
        with self._lock:
            self._on_wake = on_wake
            waiting = bool(self._backlog)
        if waiting and on_wake is not None:
            on_wake()

    def put(self, event: Event) -> None:
        """Add an event; called by the reader thread."""
        with self._lock:
            first = not self._backlog
            self._backlog.add(event)
        wake = self._on_wake
        if first and wake is not None:
            wake()

    def forget(self, *kinds: type[Event]) -> None:
        """Drop every waiting event of these kinds."""
        with self._lock:
            for event in self._backlog.take():
                if not isinstance(event, kinds):
                    self._backlog.add(event)

    def drain(self, limit: int = 256) -> list[Event]:
        """Remove and return what waits, oldest first.

        Args:
            limit: Events at most; the rest waits for the next call.
        """
        with self._lock:
            return self._backlog.take(limit=limit)
