"""What the engine has to say, written by a thread of its own at the rate that people can see.

``emit`` never waits for the pipe: a slow or frozen window costs pictures and points of curves, never a
training step. States, answers and errors are always sent, in order.
"""

from __future__ import annotations

import math
import sys
import threading
import time
from collections.abc import Mapping

from engine.backlog import PROGRESS, SCALARS, Backlog, lane_of, stream_lane
from engine.clinic.vitals import VITALS
from engine.framing import FrameError, FrameWriter
from engine.probes.answers import AnswersProbe
from engine.protocol import AnyEvent, Event, Failed, Measured
from projects.errors import Problem
from projects.translation import gettext as _

SCALARS_A_SECOND = 30.0
PROGRESS_A_SECOND = 10.0
PICTURES_A_SECOND = 60.0
LOOK_EVERY = 1 / 60
# Looks at the layers, of which verdicts are made, and the examples that answers are about, which come but once.
UNASKED = frozenset({VITALS, AnswersProbe.subject})


class Outbox:
    """Events on their way to the client.

    Args:
        writer: Where they go.
    """

    def __init__(self, writer: FrameWriter[AnyEvent]) -> None:
        self._writer = writer
        self._changed = threading.Condition()
        self._backlog = Backlog(depth=1)
        self._periods = {SCALARS: 1 / SCALARS_A_SECOND, PROGRESS: 1 / PROGRESS_A_SECOND}
        self._watched: dict[str, float] = {}
        self._sent_at: dict[str, float] = {}
        self._closing = False
        self._gone = False
        self._thread = threading.Thread(target=self._run, name="outbox", daemon=True)
        self._thread.start()

    def emit(self, event: Event) -> None:
        """Let an event be sent; returns at once, from any thread."""
        with self._changed:
            if self._gone or not self._is_wanted(event):
                return
            idle = not self._backlog
            self._backlog.add(event)
            if idle or lane_of(event) is None:
                self._changed.notify()

    def _is_wanted(self, event: Event) -> bool:
        """Pictures go out where somebody looks, and those that are :data:`UNASKED` always."""
        return (
            not isinstance(event, Measured)
            or event.stream in UNASKED
            or event.stream in self._watched
        )

    def watch(self, streams: Mapping[str, float]) -> None:
        """Send these streams from now on, each at most so many times a second, and no others."""
        rates = {
            name: min(rate, PICTURES_A_SECOND)
            for name, rate in streams.items()
            if math.isfinite(rate) and rate > 0 and name != VITALS  # these are never held back
        }
        with self._changed:
            for name in self._watched.keys() - rates.keys():
                self._backlog.drop(stream_lane(name))
            self._watched = rates

    def close(self, timeout: float = 5.0) -> None:
        """Send what waits, for at most ``timeout`` seconds."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join(timeout)

    def _run(self) -> None:
        while events := self._next():
            for event in events:
                self._send(event)

    def _next(self) -> list[Event]:
        """Wait for something that may be sent now; nothing means the end."""
        with self._changed:
            while not self._gone:
                if events := self._backlog.take(self._due):
                    return events
                if self._closing:
                    break
                self._changed.wait(LOOK_EVERY if self._backlog else None)
            return []

    def _due(self, lane: str) -> bool:
        now = time.monotonic()
        if not self._closing and now - self._sent_at.get(lane, -math.inf) < self._period(lane):
            return False
        self._sent_at[lane] = now
        return True

    def _period(self, lane: str) -> float:
        for name, rate in self._watched.items():
            if stream_lane(name) == lane:
                return 1 / rate
        return self._periods.get(lane, 0.0)

    def _send(self, event: Event) -> None:
        try:
            self._writer.write(event)  # type: ignore[arg-type]
        except FrameError as error:
            print(error, file=sys.stderr, flush=True)
            if event.id and not isinstance(event, Failed):
                self._refuse(event, error)
        except (OSError, ValueError):
            with self._changed:
                self._gone = True

    def _refuse(self, event: Event, error: FrameError) -> None:
        problem = Problem(
            where=error.problem.where,
            message=str(error.problem.message),
            hint=_("Ask for fewer examples."),
        )
        self._send(Failed(id=event.id, problems=(problem,), kind="protocol"))
