"""The conversation between a client and an engine process, message by message.

Commands go to the engine, events come back; both are tagged structs in one union each. Framing is in
:mod:`engine.framing`; ``docs/protocol.md`` tells the whole story. ``id`` names a request: the reply
(or :class:`Failed`) carries the same number.
"""

from __future__ import annotations

import math
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from engine.compression.sensitivity import Kind, Scan
from engine.compression.variant import Size, Variant
from engine.data.base import DataInfo
from engine.layers.base import Shape
from projects.errors import Problem
from projects.schema import Data, Plug, Project

VERSION = 1


class Array(msgspec.Struct, frozen=True, array_like=True):
    """An array on the wire: dtype, shape and bytes (C order, little-endian)."""

    dtype: str
    shape: tuple[int, ...]
    data: bytes

    _ALLOWED = frozenset(("uint8", "int32", "int64", "float32", "float64", "bool"))

    def __post_init__(self) -> None:
        """Check that bytes, shape and dtype agree, wherever the array comes from."""
        if self.dtype not in self._ALLOWED or any(size < 0 for size in self.shape):
            raise ValueError(f"bad array header {self.dtype[:20]} {self.shape[:8]}")
        if len(self.shape) > 8 or math.prod(max(size, 1) for size in self.shape) > 2**40:
            raise ValueError(f"array of {len(self.shape)} dimensions is too large")
        expected = math.prod(self.shape) * np.dtype(self.dtype).itemsize
        if expected != len(self.data):
            raise ValueError(f"array of {expected} bytes announced, {len(self.data)} came")

    @classmethod
    def of(cls, value: Any) -> Array:
        """Pack anything that numpy can read as one of the allowed dtypes."""
        array = np.ascontiguousarray(value)
        if array.dtype.name not in cls._ALLOWED:
            raise TypeError(f"no wire form for arrays of {array.dtype}")
        array = array.astype(array.dtype.newbyteorder("<"), copy=False)
        return cls(array.dtype.name, tuple(array.shape), array.tobytes())

    def numpy(self) -> NDArray[Any]:
        """Unpack: a read-only view of the bytes."""
        return np.frombuffer(self.data, dtype=self.dtype).reshape(self.shape)


# --------------------------------------------------------------------------- commands


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """Base of everything a client says."""

    id: int = 0


class Check(Command, frozen=True, tag="check"):
    """Infer shapes, count, find problems. Reply: :class:`Checked`."""

    project: Project
    folder: str = ""


class Preview(Command, frozen=True, tag="preview"):
    """Show some examples of the data. Reply: :class:`Previewed`."""

    data: Data
    folder: str = ""
    count: int = 64
    split: str = "train"


class Preflight(Command, frozen=True, tag="preflight"):
    """Measure what a training would cost. Replies: :class:`Stage` …, then :class:`Preflighted`.

    Attributes:
        seconds: How long it may take, about.
    """

    project: Project
    folder: str
    seconds: float = 10.0


class TryRates(Command, frozen=True, tag="try_rates"):
    """Make a learning-rate range test. Replies: :class:`Stage` …, then :class:`RatesTried`.

    Attributes:
        steps: How many rates are tried, a step with each.
    """

    project: Project
    folder: str
    steps: int = 100


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


class Carry(Command, frozen=True, tag="carry"):
    """Say which weights of a run fit the project as it is. Reply: :class:`Carried`.

    Attributes:
        run: The run folder.
    """

    project: Project
    folder: str
    run: str


class Import(Command, frozen=True, tag="import"):
    """Draw a project from a file, or give a project the weights of one. Reply: :class:`Imported`.

    Attributes:
        path: An ONNX file, or a safetensors file of weights.
        project: For weights: the project whose layers they fit; None for a design.
        folder: Folder of the project file, for relative data paths.
        file: The project file, beside which the run goes; empty when there is none.
    """

    path: str
    project: Project | None = None
    folder: str = ""
    file: str = ""


class Draw(Command, frozen=True, tag="draw"):
    """Draw examples from latents by the networks of a run. Reply: :class:`Drawn`.

    Attributes:
        run: The run folder.
        latents: float32 ``(n, size)``; None for latents that follow from ``seed``.
        count: How many of those.
        seed: The same seed gives the same latents.
        label: Which class all are of; -1 for one class after the other. Counts for networks that are told one.
        raw: Whether by the weights as they learn, where their average is shown else.
    """

    run: str
    latents: Array | None = None
    count: int = 64
    seed: int = 0
    label: int = -1
    raw: bool = False


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """Which example is looked at.

    Attributes:
        split: Part of the data: ``train``, ``validation`` or ``test``.
        index: Which one of the part, from 0, of those with the label; counted round and round.
        label: Only examples of this class; -1 for all.
        file: A file whose first example is looked at in place of all that; empty for none.
    """

    split: str = "validation"
    index: int = 0
    label: int = -1
    file: str = ""


class Inspect(Command, frozen=True, tag="inspect"):
    """Look into the networks of a run. Replies: :class:`Stage` …, then :class:`Inspected`.

    Attributes:
        run: The run folder.
        view: What is to be seen, see :mod:`engine.inside`; None to be told what there is to look at.
        moment: With which weights: ``best``, ``last``, ``start`` or the name of a checkpoint.
        layer: ``network/node``; empty for the one that the view chooses.
        example: The example that is looked at.
    """

    run: str
    view: Plug | None = None
    moment: str = "best"
    layer: str = ""
    example: Example = Example()


class Compress(Command, frozen=True, tag="compress"):
    """Make a smaller variant of a run, beside it. Replies: :class:`Stage` …, then :class:`Compressed`.

    Attributes:
        run: The run folder.
        steps: What to do, in order, see :mod:`engine.compression`.
    """

    run: str
    steps: tuple[Plug, ...]


class Weigh(Command, frozen=True, tag="weigh"):
    """Say what a variant would cost and be worth. Replies: :class:`Stage` …, then :class:`Weighed`.

    Attributes:
        run: The run folder.
        steps: What would be done, in order, see :mod:`engine.compression`; none for the run as it is.
    """

    run: str
    steps: tuple[Plug, ...] = ()


class Sensitivity(Command, frozen=True, tag="sensitivity"):
    """Find out what each layer of a run can lose. Replies: :class:`Stage` …, then :class:`Sensed`.

    Attributes:
        run: The run folder.
        kind: Whether a layer is pruned or quantised.
    """

    run: str
    kind: Kind = "pruned"


class Export(Command, frozen=True, tag="export"):
    """Hand the networks of a run over to other programs. Replies: :class:`Stage` …, then :class:`Exported`.

    Attributes:
        run: The run folder.
        format: In which format, see :mod:`engine.exports`; None to be told which ones can hold the run.
        path: The file to write.
        network: Which network; empty for all, or for a format that holds one the first.
        replace: Whether files that are there already may be replaced.
    """

    run: str
    format: Plug | None = None
    path: str = ""
    network: str = ""
    replace: bool = False


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


class Speak(Command, frozen=True, tag="speak"):
    """Say everything in another language from now on.

    Attributes:
        language: One of :func:`projects.translation.languages`.
    """

    language: str


class Quit(Command, frozen=True, tag="quit"):
    """Checkpoint if training, then end the process."""


AnyCommand = (
    Check
    | Preview
    | Carry
    | Import
    | Draw
    | Inspect
    | Compress
    | Weigh
    | Sensitivity
    | Export
    | Preflight
    | TryRates
    | Start
    | Pause
    | Continue
    | StepOnce
    | Stop
    | SetLearningRate
    | SetValue
    | Watch
    | Speak
    | Quit
)


# --------------------------------------------------------------------------- events


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Base of everything an engine says.

    Attributes:
        id: The request that this answers; 0 for what comes unasked.
    """

    id: int = 0


class Ready(Event, frozen=True, tag="ready"):
    """First words of an engine: it can take work."""

    protocol: int
    pid: int
    torch: str
    devices: tuple[str, ...]


class Beat(Event, frozen=True, tag="beat"):
    """A sign of life, about twice a second, whatever the engine is doing."""

    step: int = 0


class NodeReport(msgspec.Struct, frozen=True, kw_only=True):
    """What the check found out about one node."""

    out_shape: Shape | None = None
    in_shapes: tuple[Shape, ...] = ()
    parameters: int = 0
    flops: int = 0
    activation_bytes: int = 0


class NetworkReport(msgspec.Struct, frozen=True, kw_only=True):
    """What the check found out about one network."""

    parameters: int = 0
    flops: int = 0
    activation_bytes: int = 0
    nodes: dict[str, NodeReport] = {}


class Checked(Event, frozen=True, tag="checked"):
    """Answer to :class:`Check`."""

    ok: bool
    problems: tuple[Problem, ...] = ()
    networks: dict[str, NetworkReport] = {}
    data: DataInfo | None = None


class Previewed(Event, frozen=True, tag="previewed"):
    """Answer to :class:`Preview`.

    Attributes:
        info: What is known of the set.
        arrays: ``inputs`` ``(count, …)`` unscaled for show, ``targets``.
        findings: What looks odd about the data, as warnings.
    """

    info: DataInfo
    arrays: dict[str, Array]
    findings: tuple[Problem, ...] = ()


class Carried(Event, frozen=True, tag="carried"):
    """Answer to :class:`Carry`: ``kept``, ``fitted`` or ``new`` by network and node."""

    run: str
    states: dict[str, dict[str, str]] = {}


class Imported(Event, frozen=True, tag="imported"):
    """Answer to :class:`Import`.

    Attributes:
        project: What was drawn, or the project that got the weights.
        run: The run that holds the weights; empty when the file has none.
        notes: What a person should know of it, as sentences.
        unknown: Nodes that stand for operators without an equivalent.
    """

    project: Project
    run: str
    notes: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


class Drawn(Event, frozen=True, tag="drawn"):
    """Answer to :class:`Draw`.

    Attributes:
        run: The run folder.
        step: Steps of the checkpoint that drew.
        arrays: ``latents`` float32 ``(n, size)``, and ``images`` uint8 ``(n, h, w, c)`` or ``points`` float32
            ``(n, features)`` in the data's own units.
        distribution: What latents are drawn from, as a noise layer calls it.
        classes: Names of the classes, where the networks are told one.
        averaged: Whether there is an average beside the weights that learn.
    """

    run: str
    step: int
    arrays: dict[str, Array]
    distribution: str = "normal"
    classes: tuple[str, ...] = ()
    averaged: bool = False


class LayerInside(msgspec.Struct, frozen=True, kw_only=True):
    """A layer that can be looked at.

    Attributes:
        place: ``network/node``.
        kind: Its type, as project files have it.
        shape: What leaves it.
        parameters: How many weights it has.
    """

    place: str
    kind: str
    shape: Shape
    parameters: int = 0


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """Weights that a run keeps.

    Attributes:
        name: As :class:`Inspect` takes it.
        step: Steps that were made until then.
    """

    name: str
    step: int


class Insides(msgspec.Struct, frozen=True, kw_only=True):
    """What there is to look at in a run.

    Attributes:
        layers: In working order, network after network.
        moments: The weights that there are.
        data: What the data looks like.
    """

    layers: tuple[LayerInside, ...]
    moments: tuple[Moment, ...]
    data: DataInfo


class Inspected(Event, frozen=True, tag="inspected"):
    """Answer to :class:`Inspect`.

    Attributes:
        run: The run folder.
        moment: The weights that were looked at.
        layer: The layer that was looked at; empty where a view is about none.
        arrays: What was seen; see ``docs/protocol.md``.
        info: What else belongs to it; ``kind`` says how it is shown.
        insides: What there is to look at, where no view was asked for.
    """

    run: str
    moment: Moment
    layer: str = ""
    arrays: dict[str, Array] = {}
    info: dict[str, Any] = {}
    insides: Insides | None = None


class Compressed(Event, frozen=True, tag="compressed"):
    """Answer to :class:`Compress`.

    Attributes:
        run: The run folder that was asked about.
        variant: The run folder of what was made of it.
        made: What was done, and what that gave.
    """

    run: str
    variant: str
    made: Variant


class Weighed(Event, frozen=True, tag="weighed"):
    """Answer to :class:`Weigh`.

    Attributes:
        run: The run folder.
        size: What its networks would cost and be worth.
        parent: What they cost and are worth as they are.
        notes: What a person should know of it, as sentences.
    """

    run: str
    size: Size
    parent: Size
    notes: tuple[str, ...] = ()


class Sensed(Event, frozen=True, tag="sensed"):
    """Answer to :class:`Sensitivity`.

    Attributes:
        run: The run folder.
        scan: What each layer can lose.
    """

    run: str
    scan: Scan


class Exported(Event, frozen=True, tag="exported"):
    """Answer to :class:`Export`.

    Attributes:
        run: The run folder.
        path: The file that was written; empty where no format was asked for.
        files: All files that were written.
        difference: The largest difference between outputs of the run and of what was written; None where
            nothing computes, or nothing could run it here.
        inputs: How many inputs it was measured with.
        notes: What was left out and what else is to be known, a sentence each.
        networks: The run's networks, where no format was asked for.
        formats: By format why it cannot hold the run, where none was asked for; nothing where it can.
        lacking: By format what is left out of what is written, where none was asked for.
        in_the_way: Files that are there already and were not to be replaced; nothing was written then.
    """

    run: str
    path: str = ""
    files: tuple[str, ...] = ()
    difference: float | None = None
    inputs: int = 0
    notes: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    formats: dict[str, tuple[Problem, ...]] = {}
    lacking: dict[str, tuple[Problem, ...]] = {}
    in_the_way: tuple[str, ...] = ()


class Stage(Event, frozen=True, tag="stage"):
    """What a long request is doing, and which share of it is done, 0 to 1."""

    text: str
    share: float


class LayerTime(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds that one layer works on a batch."""

    forward: float
    backward: float


class OneBatch(msgspec.Struct, frozen=True, kw_only=True):
    """How a network learned one batch by heart.

    Attributes:
        losses: The loss of every step.
        learned: Whether it did.
        accuracy: Share of the batch that a classifier named right, or None.
        complete: Whether the test came to its end; without, it had no time to find out.
    """

    losses: tuple[float, ...]
    learned: bool
    accuracy: float | None = None
    complete: bool = True


class NetworkFlight(msgspec.Struct, frozen=True, kw_only=True):
    """What a pre-flight found out about one network."""

    parameters: int
    flops: int
    layers: dict[str, LayerTime]
    one_batch: OneBatch


class Preflighted(Event, frozen=True, tag="preflighted"):
    """Answer to :class:`Preflight`.

    Attributes:
        device: Where it was measured.
        batch_size: Examples in the batch.
        step_seconds: Median time of a step.
        steps_per_epoch: Steps of a pass over the training part.
        total_steps: Steps of the whole training, or None when it has no end.
        memory: Bytes of ``weights``, ``gradients``, ``optimizer``, ``activations`` and at the ``peak``.
        measured: Whether the peak was read from the device; otherwise it is the sum of the others.
        largest_batch: About how many examples fit into a batch; None where that is unknown.
        all_fit: Whether that is the whole training part: memory would allow more.
        networks: What was found out about every network.
    """

    device: str
    batch_size: int
    step_seconds: float
    steps_per_epoch: int
    total_steps: int | None = None
    memory: dict[str, int] = {}
    measured: bool = False
    largest_batch: int | None = None
    all_fit: bool = False
    networks: dict[str, NetworkFlight] = {}


class RatesTried(Event, frozen=True, tag="rates_tried"):
    """Answer to :class:`TryRates`.

    Attributes:
        rates: The learning rates that were tried, rising.
        losses: The loss at each.
        smoothed: The loss with its chance taken out.
        suggestion: The rate at which it falls most steeply; None where it does not fall.
        exploded: Whether the loss grew so large that no larger rates were tried.
    """

    rates: tuple[float, ...]
    losses: tuple[float, ...]
    smoothed: tuple[float, ...]
    suggestion: float | None = None
    exploded: bool = False


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


class Failed(Event, frozen=True, tag="failed"):
    """A request could not be met.

    Attributes:
        problems: In people's words.
        trace: For a bug: the traceback, for the report. Empty for a person's error.
        kind: ``user``, ``bug``, ``memory``, ``nan``, ``interrupted``, ``given_up`` (a branch was
            stopped before it began, a look inside or a compression before its end) or ``protocol``.
    """

    problems: tuple[Problem, ...]
    trace: str = ""
    kind: str = "user"


AnyEvent = (
    Ready
    | Beat
    | Checked
    | Previewed
    | Carried
    | Imported
    | Drawn
    | Inspected
    | Compressed
    | Weighed
    | Sensed
    | Exported
    | Stage
    | Preflighted
    | RatesTried
    | Started
    | Replaying
    | State
    | Scalars
    | Measured
    | Progress
    | Marker
    | Saved
    | Finished
    | Failed
)
