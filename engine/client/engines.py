"""The engines of one window: a desk for questions, one engine for each training, and a warm spare.

The desk answers what is asked while designing and is restarted when it dies, with growing pauses and
not for ever. A training leases the spare, which is warm already, and another is warmed for the
next one as soon as the first seconds of the training are over.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

import msgspec

from engine.client.engine import CLOSE_GRACE, Engine
from engine.client.mailbox import Died
from engine.client.process import COMMAND
from engine.protocol import Beat, Failed, Preview, Previewed, Speak
from projects.schema import Data

DESK_COMMAND = (*COMMAND, "--desk")
PAUSES = (0.25, 1.0, 4.0)
FORGIVEN_AFTER = 120.0  # seconds, after which a restart no longer counts
SPARE_DELAY = 4.0


class Restarts:
    """How soon a dead engine is started again: later each time, and at last not at all.

    Args:
        pauses: Seconds before the first, second … restart.
    """

    def __init__(self, pauses: Sequence[float] = PAUSES) -> None:
        self._pauses = pauses
        self._recent: list[float] = []

    def next_pause(self) -> float | None:
        """Count a death; return the pause before the restart, None when there have been too many."""
        now = time.monotonic()
        self._recent = [then for then in self._recent if now - then < FORGIVEN_AFTER]
        if len(self._recent) >= len(self._pauses):
            return None
        self._recent.append(now)
        return self._pauses[len(self._recent) - 1]

    def forgive(self) -> None:
        """Forget past deaths."""
        self._recent.clear()


class Engines:
    """Starts, lends, restarts and ends engine processes; no method but :meth:`close` waits.

    Args:
        on_wake: Called from a background thread when the desk's empty mailbox gets its first event.
        command: What to run instead of the engine, for tests.
        pauses: Seconds before the restarts of a dying engine.
        spare_delay: Seconds between a lease and the start of the next spare.
    """

    def __init__(
        self,
        on_wake: Callable[[], None] | None = None,
        command: Sequence[str] = COMMAND,
        pauses: Sequence[float] = PAUSES,
        spare_delay: float = SPARE_DELAY,
    ) -> None:
        self._command = command
        self._spare_delay = spare_delay
        self._lock = threading.RLock()
        self._timers: list[threading.Timer] = []
        self._leased: list[Engine] = []
        self._spare: Engine | None = None
        self._expected: Preview | None = None
        self._told: tuple[Engine | None, Preview | None] = (None, None)
        self._closed = False
        self._desk_restarts = Restarts(pauses)
        self._spare_restarts = Restarts(pauses)
        self.desk = Engine(on_wake, DESK_COMMAND if command is COMMAND else command)
        self.desk.on_death = self._desk_died
        self.desk.on_ready = self._prepare_spare

    @property
    def spare_ready(self) -> bool:
        """Whether a warm engine waits for a training."""
        with self._lock:
            return self._spare is not None and self._spare.ready is not None

    def start(self) -> None:
        """Start the desk; the spare follows when the desk is ready, to leave start-up its cores."""
        self.desk.start()

    def restart_desk(self) -> None:
        """Start the desk again after it was given up."""
        self._desk_restarts.forgive()
        self.desk.start()

    def expect(self, data: Data, folder: str) -> None:
        """Let the spare read the data of the next training ahead, so that Train needs not wait for it.

        Args:
            data: The data of the open project.
            folder: Folder of the project file.
        """
        with self._lock:
            expected = Preview(data=data, folder=folder, count=0)
            if expected != self._expected:
                self._expected = expected
                self._read_ahead()

    def speak(self, language: str) -> None:
        """Have all engines speak another language from now on; those that start later begin with ours.

        Args:
            language: One of :func:`projects.translation.languages`.
        """
        with self._lock:
            for engine in filter(None, (self.desk, self._spare, *self._leased)):
                engine.send(Speak(language=language))

    def lease(self, on_wake: Callable[[], None] | None = None) -> Engine:
        """Return an engine for one training: the spare if there is one, else a fresh one.

        Args:
            on_wake: As in :class:`Engine`.
        """
        with self._lock:
            engine, self._spare = self._spare, None
            if engine is None or not engine.alive:
                engine = self._fresh()
            engine.on_death = engine.on_ready = None
            engine.mailbox.forget(Previewed, Failed, Beat)
            engine.mailbox.wake_with(on_wake)
            self._leased = [other for other in self._leased if other.alive] + [engine]
            self._later(self._spare_delay, self._prepare_spare)
            return engine

    def release(self, engine: Engine) -> None:
        """Take a leased engine back: it ends in the background."""
        with self._lock:
            self._leased = [other for other in self._leased if other is not engine]
        engine.end()

    def close(self, grace: float = CLOSE_GRACE) -> None:
        """End every engine and wait for them together; bounded, see :meth:`Engine.close`."""
        with self._lock:
            self._closed = True
            engines = [self.desk, *self._leased, *([self._spare] if self._spare else [])]
            self._leased, self._spare = [], None
            for timer in self._timers:
                timer.cancel()
        closing = [threading.Thread(target=engine.close, args=(grace,)) for engine in engines]
        for thread in closing:
            thread.start()
        for thread in closing:
            thread.join()

    def _fresh(self) -> Engine:
        engine = Engine(command=self._command)
        engine.start()
        return engine

    def _later(self, seconds: float, work: Callable[[], None]) -> None:
        with self._lock:
            if self._closed:
                return
            timer = threading.Timer(seconds, work)
            timer.daemon = True
            self._timers = [other for other in self._timers if other.is_alive()] + [timer]
            timer.start()

    def _prepare_spare(self) -> None:
        with self._lock:
            if self._closed or (self._spare is not None and self._spare.alive):
                return
            self._spare = Engine(command=self._command)
            self._spare.on_death = self._spare_died
            self._spare.on_ready = self._read_ahead
            self._spare.start()

    def _read_ahead(self) -> None:
        with self._lock:
            told = (self._spare, self._expected)
            if self._expected is None or not self.spare_ready or told == self._told:
                return
            assert self._spare is not None
            self._told = told
            self._spare.send(self._expected)

    def _desk_died(self, died: Died) -> Died:
        pause = self._desk_restarts.next_pause()
        if pause is not None:
            self._later(pause, self._start_desk)
        return msgspec.structs.replace(died, restarts_in=pause)

    def _start_desk(self) -> None:
        with self._lock:
            if not self._closed:
                self.desk.start()

    def _spare_died(self, died: Died) -> Died:
        pause = self._spare_restarts.next_pause()
        if pause is not None:
            self._later(pause, self._prepare_spare)
        return died
