"""What waits to be sent or shown, kept small by joining what belongs together.

Both ends of the wire use this: the engine's outbox before the pipe, the window's mailbox after it.
However many events come in, little waits: points of curves are joined (and thinned when nobody fetches
them), of beats, progress and pictures only the latest stay. What changes a state or answers a
request is never dropped and never overtaken by what was said after it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from engine.clinic.vitals import VITALS
from engine.protocol import (
    Array,
    Beat,
    Event,
    Glimpse,
    Marker,
    Measured,
    Progress,
    Saved,
    Scalars,
)

SCALARS = "scalars"
NOTES = "notes"
PROGRESS = "progress"
BEAT = "beat"
GLIMPSE = "glimpse"
FIRST = (
    f"stream {VITALS}"  # whoever has a curve up to a step has the looks at the layers up to there
)
MOST_POINTS = 2**16
MOST_LOOKS = 4096
MOST_NOTES = 1000

MOST_KEPT = {NOTES: MOST_NOTES, FIRST: MOST_LOOKS, PROGRESS: 1, BEAT: 1, GLIMPSE: 1}

Allow = Callable[[str], bool]


def lane_of(event: Event) -> str | None:
    """Return which lane an event waits in; None for those that are kept one by one, in order."""
    match event:
        case Scalars():
            return SCALARS
        case Marker() | Saved():
            return NOTES
        case Progress():
            return PROGRESS
        case Beat():
            return BEAT
        case Glimpse():
            return GLIMPSE
        case Measured():
            return stream_lane(event.stream)
    return None


def stream_lane(stream: str) -> str:
    """Return the lane of a stream of pictures."""
    return f"stream {stream}"


class Points:
    """The points of several curves that wait together."""

    def __init__(self) -> None:
        self._series: dict[str, tuple[list[NDArray[np.int64]], list[NDArray[np.float64]]]] = {}
        self._counts: dict[str, int] = {}
        self._id = 0

    def add(self, event: Scalars) -> None:
        """Join a batch; a curve with too many points waiting loses every second one."""
        self._id = event.id
        for name, (steps, values) in event.series.items():
            columns = self._series.setdefault(name, ([], []))
            columns[0].append(steps.numpy())
            columns[1].append(values.numpy())
            self._counts[name] = self._counts.get(name, 0) + len(columns[0][-1])
            if self._counts[name] > MOST_POINTS:
                self._thin(name)

    def _thin(self, name: str) -> None:
        steps, values = self._series[name]
        kept = np.concatenate(steps)[1::2]
        self._series[name] = ([kept], [np.concatenate(values)[1::2]])
        self._counts[name] = len(kept)

    def joined(self) -> Scalars:
        """Return everything as one event."""
        series = {
            name: (Array.of(np.concatenate(steps)), Array.of(np.concatenate(values)))
            for name, (steps, values) in self._series.items()
        }
        return Scalars(id=self._id, series=series)


class Backlog:
    """Events that wait, oldest first. Not thread-safe: its owner holds a lock.

    Args:
        depth: Pictures of one stream that are kept; more push out the oldest.
    """

    def __init__(self, depth: int = 1) -> None:
        self._depth = depth
        self._kept: deque[Event] = deque()
        self._points: Points | None = None
        self._lanes: dict[str, deque[Event]] = {}

    def __bool__(self) -> bool:
        """Whether anything waits."""
        return bool(self._kept or self._points or self._lanes)

    def add(self, event: Event) -> None:
        """Let an event wait."""
        lane = lane_of(event)
        if lane is None:
            self.seal()
            self._kept.append(event)
        elif isinstance(event, Scalars):
            self._points = self._points or Points()
            self._points.add(event)
        else:
            most = MOST_KEPT.get(lane, self._depth)
            self._lanes.setdefault(lane, deque(maxlen=most)).append(event)

    def seal(self) -> None:
        """Put everything that waits in front of what will come."""
        self._kept.extend(self._open_events(lambda _lane: True))

    def drop(self, lane: str) -> None:
        """Forget what waits in one lane."""
        self._lanes.pop(lane, None)

    def take(self, allow: Allow = lambda _lane: True, limit: int | None = None) -> list[Event]:
        """Remove and return what may go now.

        Args:
            allow: Whether a lane may be emptied now; asked once for each lane with something in it.
            limit: Events at most; None for all.
        """
        if limit is not None:
            if len(self._kept) < limit:
                self.seal()
            return [self._kept.popleft() for _turn in range(min(limit, len(self._kept)))]
        taken = list(self._kept)
        self._kept.clear()
        return taken + self._open_events(allow)

    def _open_events(self, allow: Allow) -> list[Event]:
        taken: list[Event] = []
        if FIRST in self._lanes and allow(FIRST):
            taken.extend(self._lanes.pop(FIRST))
        if self._points is not None and allow(SCALARS):
            taken.append(self._points.joined())
            self._points = None
        for lane in [lane for lane in self._lanes if allow(lane)]:
            taken.extend(self._lanes.pop(lane))
        return taken
