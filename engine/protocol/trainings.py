"""A training: how it begins, what it is told while it goes on, and what it tells."""

from __future__ import annotations

from typing import Any

from engine.protocol.base import Array, Command, Event
from projects.schema import Project


class Start(Command, frozen=True, tag="start"):
    """Train. Replies: :class:`Started`, a stream, then :class:`Finished` or :class:`Failed`.

    Attributes:
        project: What to train; the run's own frozen project when resuming.
        folder: Folder of the project file, for relative data paths.
        run: Run folder; made when new.
        resume: Continue from the run's last checkpoint.
        paused: Start paused (for single-stepping from the first step).
        weights_from: Run folder whose weights are carried over, as far as they fit; empty for none.
        branch_from: Run folder that the new run branches off from; empty for none.
        branch_step: After how many steps of it; -1 for its last checkpoint.
        teacher: Run folder from whose answers the new run learns, where its recipe says so; empty for none.
    """

    project: Project
    folder: str
    run: str
    resume: bool = False
    paused: bool = False
    weights_from: str = ""
    branch_from: str = ""
    branch_step: int = -1
    teacher: str = ""


class Pause(Command, frozen=True, tag="pause"):
    """Hold after the step in progress."""


class Continue(Command, frozen=True, tag="continue"):
    """Go on after a pause."""


class StepOnce(Command, frozen=True, tag="step"):
    """While paused, make one step."""


class Stop(Command, frozen=True, tag="stop"):
    """End the training after the step in progress, with a checkpoint; never queues behind work."""


class SetLearningRate(Command, frozen=True, tag="learning_rate"):
    """Multiply the schedule so that the rate is now ``value``; logged as a marker.

    Attributes:
        value: The new learning rate.
        network: Which network's optimiser; empty for all.
    """

    value: float
    network: str = ""


class SetValue(Command, frozen=True, tag="set"):
    """Give another value to something that may change live; logged as a marker.

    Attributes:
        path: Its dotted path in the project; see :mod:`engine.live`.
        value: The new value.
    """

    path: str
    value: float


class Watch(Command, frozen=True, tag="watch"):
    """Which streams are looked at, and how often each may come.

    Attributes:
        streams: Pictures a second at most, by stream; streams left out are not sent.
    """

    streams: dict[str, float]


class Started(Event, frozen=True, tag="started"):
    """A training begins (or goes on) at ``step``."""

    run: str
    step: int
    steps_per_epoch: int
    total_steps: int | None
    device: str
    exact: bool = True


class Replaying(Event, frozen=True, tag="replaying"):
    """Steps of another run are made again, up to where the new run branches off.

    Attributes:
        run: The folder of the other run.
        step: Steps that are made.
        until: Steps to make.
    """

    run: str
    step: int
    until: int


class State(Event, frozen=True, tag="state"):
    """``running``, ``paused``, ``stopping``, ``finished``, ``stopped`` or ``failed``."""

    state: str
    step: int


class Scalars(Event, frozen=True, tag="scalars"):
    """A batch of one metric's values: ``steps`` int64 ``(n,)`` and ``values`` float64 ``(n,)``."""

    series: dict[str, tuple[Array, Array]]

    def __post_init__(self) -> None:
        """Check that every curve has as many steps as values."""
        for name, (steps, values) in self.series.items():
            if (steps.dtype, values.dtype) != ("int64", "float64"):
                raise ValueError(f"curve {name[:40]} is {steps.dtype}, {values.dtype}")
            if len(steps.shape) != 1 or steps.shape != values.shape:
                raise ValueError(
                    f"curve {name[:40]} has {steps.shape} steps, {values.shape} values"
                )


class Measured(Event, frozen=True, tag="measured"):
    """One picture of a stream (``health``, ``samples``, ``confusion``); see ``docs/protocol.md``."""

    stream: str
    step: int
    arrays: dict[str, Array]
    info: dict[str, Any] = {}


class Progress(Event, frozen=True, tag="progress"):
    """Where a training is; several times a second at most."""

    step: int
    epoch: float
    steps_per_second: float
    seconds: float
    eta: float | None = None
    learning_rates: dict[str, float] = {}


class Marker(Event, frozen=True, tag="marker"):
    """Something that happened at a step and belongs on the curves (``learning_rate``, ``best`` …)."""

    step: int
    kind: str
    text: str
    values: dict[str, Any] = {}


class Saved(Event, frozen=True, tag="saved"):
    """A checkpoint is on the disk."""

    step: int
    path: str


class Glimpse(Event, frozen=True, tag="glimpse"):
    """The weights after ``step`` can be looked at; told where somebody does."""

    step: int


class Finished(Event, frozen=True, tag="finished"):
    """The training is over; the same fields as ``summary.json``."""

    run: str
    state: str
    steps: int
    epochs: float
    seconds: float
    steps_per_second: float
    metrics: dict[str, float]
    best: dict[str, Any] = {}
