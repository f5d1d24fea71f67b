"""Time spent training, pauses left out, and how fast it goes."""

from __future__ import annotations

from collections import deque
from time import perf_counter

WINDOW = 2.0


class Stopwatch:
    """Measures with a monotonic clock.

    Args:
        seconds: What earlier sessions have taken.
    """

    def __init__(self, seconds: float = 0.0) -> None:
        self._earlier = seconds
        self._done = 0.0
        self._since: float | None = perf_counter()
        self._marks: deque[tuple[float, int]] = deque()

    @property
    def session(self) -> float:
        """Seconds of this session."""
        return self._done + (perf_counter() - self._since if self._since is not None else 0.0)

    @property
    def total(self) -> float:
        """Seconds of all sessions."""
        return self._earlier + self.session

    @property
    def running(self) -> bool:
        """Whether it is not held."""
        return self._since is not None

    def hold(self) -> None:
        """Stop the watch for a pause."""
        self._done, self._since = self.session, None
        self._marks.clear()

    def go_on(self) -> None:
        """Start it again, if it is held."""
        if self._since is not None:
            return
        self._since = perf_counter()

    def speed(self, step: int) -> float:
        """Return steps a second over the last two seconds, given the step reached now."""
        now = self.session
        self._marks.append((now, step))
        while len(self._marks) > 2 and self._marks[0][0] < now - WINDOW:
            self._marks.popleft()
        (then, before), elapsed = self._marks[0], now - self._marks[0][0]
        return (step - before) / elapsed if then < now and elapsed > 0 else 0.0
