"""What a training would cost and which learning rates it could take, before it begins."""

from __future__ import annotations

import msgspec

from engine.protocol.base import Command, Event
from projects.schema import Project


class Preflight(Command, frozen=True, tag="preflight"):
    """Measure what a training would cost. Replies: :class:`Stage` …, then :class:`Preflighted`.

    Attributes:
        seconds: How long it may take, about.
    """

    project: Project
    folder: str
    seconds: float = 10.0


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


class TryRates(Command, frozen=True, tag="try_rates"):
    """Make a learning-rate range test. Replies: :class:`Stage` …, then :class:`RatesTried`.

    Attributes:
        steps: How many rates are tried, a step with each.
    """

    project: Project
    folder: str
    steps: int = 100


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
