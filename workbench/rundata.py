"""What a run has said so far, for panels to show: curves, pictures, markers, where it is.

A :class:`RunData` is fed the events of a run, live from the engine or read back from its folder: both
are one path. It knows numpy and the protocol, not Qt.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.clinic.intake import INTAKE, Intake, intake_of_marker
from engine.clinic.vitals import Record, record_of
from engine.protocol import (
    Event,
    Failed,
    Finished,
    Glimpse,
    Marker,
    Measured,
    Progress,
    Replaying,
    Saved,
    Scalars,
    Started,
    State,
)
from engine.runs.card import read_card
from engine.runs.clock import is_due
from engine.runs.store import FRAMES_KEPT
from projects.errors import Problem
from projects.schema import Project
from widgets.growing import Growing, put_away
from workbench.gaps import Gap, gap_of, joined

MOST_FRAMES = 400
KEPT = 2  # newest checkpoints of a run
# What comes of showing pictures that are not what they should be, in a run that was damaged or made elsewhere.
ODD = (AttributeError, LookupError, TypeError, ValueError)


def run_title(path: Path) -> str:
    """Return a run as people call it: by its name, else ``iris · 14:41``, with the day if that is not today."""
    return read_card(path).name or plain_title(path)


def plain_title(path: Path) -> str:
    """Return a run by the word and the time in the name of its folder."""
    stamp, _dash, word = path.name.rpartition("-")
    try:
        moment = time.strptime(stamp, "%Y%m%d-%H%M%S")
    except ValueError:
        return path.name
    today = time.strftime("%Y%m%d") == stamp[:8]
    return f"{word} · {time.strftime('%H:%M' if today else '%Y-%m-%d %H:%M', moment)}"


class Series:
    """One metric over steps, in memory or, where it is long, in a file.

    Steps never go back: what lies after the first step of an addition is dropped, because a resumed
    training measures it again.

    Attributes:
        cuts: How often values were dropped.
        last: The last step; −1 where there is none.
        gap: Which values are no finite numbers; None where all are.
    """

    def __init__(self) -> None:
        self._steps, self._values = Growing(np.int64), Growing(np.float64)
        self.cuts, self.last = 0, -1
        self.gap: Gap | None = None

    def __len__(self) -> int:
        """How many values there are."""
        return len(self._steps)

    @property
    def steps(self) -> NDArray[np.int64]:
        """Steps ``(n,)``, rising; a view."""
        return self._steps.values

    @property
    def values(self) -> NDArray[np.float64]:
        """Values ``(n,)``; a view."""
        return self._values.values

    def extend(self, steps: NDArray[np.int64], values: NDArray[np.float64]) -> None:
        """Append values ``(n,)`` at steps ``(n,)``."""
        if not len(steps):
            return
        if len(self) and steps[0] <= self.last:
            self.cut(int(steps[0]) - 1)
        self._values.append(values)
        self._steps.append(steps)
        self.last = int(steps[-1])
        self.gap = joined(self.gap, gap_of(steps, values))

    def cut(self, step: int) -> None:
        """Forget what lies after ``step``."""
        kept = int(np.searchsorted(self.steps, step, side="right"))
        self.cuts += kept < len(self)
        self._steps.cut(kept)
        self._values.cut(kept)
        self.last = int(self.steps[-1]) if kept else -1
        if self.gap is not None and self.gap.last > step:
            self.gap = gap_of(self.steps, self.values)


@dataclass(frozen=True)
class Frame:
    """One picture of a stream.

    Attributes:
        step: When it was taken.
        arrays: Its arrays by name; see ``docs/protocol.md``.
        info: What else it says.
    """

    step: int
    arrays: dict[str, NDArray[Any]]
    info: dict[str, Any]

    @functools.cached_property
    def record(self) -> Record | None:
        """What a look at the layers says; None where it is none, or damaged. Read once, when it is asked for."""
        return record_of(self.step, self.arrays, self.info)


class Frames:
    """The pictures of a stream; when there are too many every other one goes, the newest stays."""

    def __init__(self, most: int = MOST_FRAMES) -> None:
        self._frames: list[Frame] = []
        self._most = most

    def __len__(self) -> int:
        """How many pictures there are."""
        return len(self._frames)

    def __getitem__(self, index: int) -> Frame:
        """The ``index``-th picture, oldest first."""
        return self._frames[index]

    def __iter__(self) -> Iterator[Frame]:
        """Yield the pictures, oldest first."""
        return iter(self._frames)

    @property
    def last(self) -> Frame | None:
        """The newest picture."""
        return self._frames[-1] if self._frames else None

    def add(self, frame: Frame) -> None:
        """Append a picture; later ones than it are dropped first (a resumed training)."""
        if self._frames and frame.step <= self._frames[-1].step:
            self.cut(frame.step - 1)
        self._frames.append(frame)
        if len(self._frames) > self._most:
            self._frames = [*self._frames[:-1:2], self._frames[-1]]

    def cut(self, step: int) -> None:
        """Forget what lies after ``step``."""
        while self._frames and self._frames[-1].step > step:
            self._frames.pop()


def _frames(stream: str) -> Frames:
    """A place for the pictures of a stream: for as many as a run's folder keeps, where it says how many."""
    return Frames(FRAMES_KEPT.get(stream, MOST_FRAMES))


@dataclass
class RunData:
    """Everything that panels show of one run.

    Attributes:
        label: Name that people read (the run folder's name).
        path: The run folder, or empty before the run has one.
        scalars: Metrics by name.
        frames: Pictures by stream.
        clock: Seconds of training by step, pauses left out.
        checkpoints: Steps of the checkpoints that there are, rising.
        markers: What happened at which step.
        intake: What was known of the data before the first step; None where that is not told.
        state: ``starting``, ``running``, ``paused``, ``stopping``, ``finished``, ``stopped``,
            ``failed``, ``interrupted`` or ``imported``.
        step: The last step that an event told of.
        started: How the run began, or None.
        progress: Where it is, or None.
        finished: How it ended, or None.
        project: What it trains, or None where that is not known.
        failure: Why it failed, or was given up before its first step; or None.
        damage: Why it cannot be read, or None.
        saved: Step of the last checkpoint, or None.
        glimpsed: Step of the last weights that were written to be looked at, or None.
        replaying: Which steps before a branch are made again just now, or None.
        versions: Counts changes of each stream (``scalars``, ``health`` …), so that a panel knows
            whether what it shows is old.
    """

    label: str = ""
    path: str = ""
    scalars: dict[str, Series] = field(default_factory=dict)
    frames: dict[str, Frames] = field(default_factory=dict)
    clock: Series = field(default_factory=Series)
    checkpoints: list[int] = field(default_factory=list)
    markers: list[Marker] = field(default_factory=list)
    intake: Intake | None = None
    state: str = "starting"
    step: int = 0
    started: Started | None = None
    progress: Progress | None = None
    finished: Finished | None = None
    project: Project | None = None
    failure: Failed | None = None
    damage: Problem | None = None
    saved: int | None = None
    glimpsed: int | None = None
    replaying: Replaying | None = None
    versions: dict[str, int] = field(default_factory=dict)

    def version(self, stream: str) -> int:
        """How often what a stream holds has changed."""
        return self.versions.get(stream, 0)

    @property
    def active(self) -> bool:
        """Whether the run is still going on (or paused)."""
        return self.state in ("starting", "running", "paused", "stopping")

    @property
    def begun(self) -> bool:
        """Whether there was a first step, or is one to come; else nothing can go on from it."""
        return (
            self.active or self.started is not None or bool(self.scalars) or self.damage is not None
        )

    def feed(self, event: Event) -> None:
        """Take one event of the run; those of other kinds are passed over."""
        match event:
            case Scalars():
                for name, (steps, values) in event.series.items():
                    series = self.scalars.setdefault(name, Series())
                    series.extend(steps.numpy(), values.numpy())
                    self.step = max(self.step, series.last)
                self._touch("scalars")
            case Measured():
                told = put_away([array.numpy() for array in event.arrays.values()])
                arrays = dict(zip(event.arrays, told, strict=True))
                frames = self.frames.setdefault(event.stream, _frames(event.stream))
                last = frames.last
                same = last is not None and last.info == event.info  # then one is kept of both
                frames.add(Frame(event.step, arrays, last.info if last and same else event.info))
                self._touch(event.stream)
            case Marker(kind=kind) if kind == INTAKE:
                self.intake = intake_of_marker(event.values)
                self._touch("scalars")
            case Marker():
                self.markers.append(event)
                self._touch("scalars")
            case Progress():
                self.progress = event
                self.step = max(self.step, event.step)
                self._tell_time(event.step, event.seconds)
            case State():
                self.state = event.state
                self.step = max(self.step, event.step)
            case Replaying():
                self.replaying = event
            case Started():
                self._start(event)
            case Saved():
                self.saved = event.step
                self.checkpoints = [*self.checkpoints[1 - KEPT :], event.step]
                self._touch("scalars")
            case Glimpse():
                self.glimpsed = event.step
            case Finished():
                self.finished = event
                self.state = event.state
                self._touch("scalars")
            case Failed():
                self.failure = event
                self.state = "stopped" if event.kind == "given_up" else "failed"
                self._touch("scalars")
            case _:
                pass

    def _tell_time(self, step: int, seconds: float) -> None:
        last = float(self.clock.values[-1]) if len(self.clock) else None
        if is_due(seconds, last):
            self.clock.extend(np.array([step]), np.array([seconds]))

    def _start(self, event: Started) -> None:
        """A run begins, or goes on at a step: what lay after that step is measured again."""
        self.started = event
        self.path = event.run
        self.state = "running"
        self.finished = None
        self.failure = self.replaying = None
        self.step = event.step
        for series in (*self.scalars.values(), self.clock):
            series.cut(event.step)
        for stream, frames in self.frames.items():
            frames.cut(event.step)
            self._touch(stream)
        self.markers = [marker for marker in self.markers if marker.step <= event.step]
        self._touch("scalars")

    def _touch(self, stream: str) -> None:
        self.versions[stream] = self.versions.get(stream, 0) + 1
