"""What recurrent layers let through and what they keep, step by step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from engine.blocks import kinds_of
from engine.forgetting import KEEPS, left_at_end, memory_length
from engine.probes.base import Gauge, Probe, Rate

if TYPE_CHECKING:
    from torch import nn

    from engine.compute.gates import Traced
    from engine.compute.reading import Reading
    from engine.compute.task import Pictures, Task
    from projects.schema import Project

MOST_UNITS, MOST_STEPS, EXAMPLES = 64, 512, 4
MOST_NUMBERS = 2**16  # of single units, in one picture
MOST_LENGTHS = 4096  # units whose memory is measured
RECURRENT = frozenset({"lstm", "gru", "rnn"})


class Gates(Probe, frozen=True, kw_only=True, tag="gates"):
    """Gates and states of a recurrent layer while it reads examples of the validation part.

    Of an LSTM the gates i, f, g, o, the cell c and the state h, of a GRU r, z, n and h, of a simple RNN h. A forget
    gate near 1 keeps what the cell holds, one near 0 clears it. Four examples, at most 64 units and 512 steps; means and how long
    the memory lasts are of all units. Measured of every training with such a layer.
    """

    title: ClassVar[str] = "Gates"
    order: ClassVar[int] = 40
    stream: ClassVar[str] = "gates"

    formula: ClassVar[tuple[str, ...]] = (
        r"c_t = f_t \odot c_{t-1} + i_t \odot g_t \qquad h_t = o_t \odot \tanh(c_t)",
        r"h_t = z_t \odot h_{t-1} + (1 - z_t) \odot n_t \quad \text{(GRU)}",
        r"\text{left of step } t \text{ at the end:} \; \prod_{s>t} f_s \qquad \tau = \frac{-1}{\overline{\ln f}}",
    )
    use: ClassVar[str] = (
        "To see whether a layer remembers for as long as the task asks: the memory has to last as many steps as lie "
        "between what is read and what is answered."
    )
    trouble: ClassVar[str] = (
        "Gates that stay near ½ forget everything within a few steps: begin with a larger bias of the forget gate, "
        "learn for longer, or use shorter sequences. Gates stuck at 0 or 1 let no gradient through."
    )
    source: ClassVar[str] = (
        "Hochreiter & Schmidhuber 1997, Long short-term memory; Gers, Schmidhuber & Cummins 2000, Learning to forget; "
        "Cho et al. 2014, Learning phrase representations using RNN encoder–decoder; Tallec & Ollivier 2018, Can "
        "recurrent neural networks warp time?"
    )

    rate: Rate = 1.0
    node: Annotated[
        str,
        Meta(
            max_length=200,
            title="Layer",
            description="As network/layer. Nothing: the first recurrent layer there is.",
        ),
    ] = ""
    example: Annotated[
        int,
        Meta(
            ge=0,
            le=1_000_000,
            title="Example",
            description="The first one that is read; 0 is the first of all.",
        ),
    ] = 0
    layer: Annotated[
        int,
        Meta(
            ge=1, le=64, title="Stacked layer", description="Which one of those that are stacked."
        ),
    ] = 1
    backwards: Annotated[
        bool,
        Meta(title="Backwards", description="The direction that reads from the end, if there is."),
    ] = False

    @classmethod
    def always(cls, project: Project) -> bool:
        """Of networks with a recurrent layer."""
        return bool(kinds_of(project) & RECURRENT)

    def gauge(self, task: Task) -> Gauge:
        """Return what looks at a training."""
        return GatesGauge(task, self)


class GatesGauge(Gauge):
    """Reads the same examples after a step.

    Args:
        task: What is being trained.
        probe: What was declared.
    """

    def __init__(self, task: Task, probe: Gates) -> None:
        super().__init__(task)
        self._probe = probe
        places = list(_recurrent(task))
        wanted = [
            place for place in places if not probe.node or f"{place[0]}/{place[1]}" == probe.node
        ]
        self._place = wanted[0] if wanted else None
        self._reading = self._read() if self._place else None

    def _read(self) -> Reading | None:
        from engine.compute.reading import reading

        assert self._place is not None
        return reading(self.task, self._place[0], self._probe.example, EXAMPLES)

    def after_step(self) -> Pictures | None:
        """Return gates and states, or None where there is no such layer or no example for it."""
        if self._place is None or self._reading is None:
            return None
        from engine.compute.gates import trace
        from engine.compute.modes import evaluating

        name, node, core, source = self._place
        network = self.task.networks[name]
        with evaluating(network):
            x = network.forward_to(source, self._reading.inputs, self._reading.labels)
            # Of one that reads forwards alone, what comes later changes nothing before.
            traced = trace(core, x if core.bidirectional else x[:, :MOST_STEPS])
        layers = [one for one in traced if one.backwards == self._backwards(core)]
        chosen = layers[min(self._probe.layer, core.num_layers) - 1]
        steps = int(x.shape[1])
        read = self._reading.steps
        named = read.count == steps
        info: dict[str, Any] = {
            "layer": f"{name}/{node}",
            "kind": core.mode.partition("_")[0].lower(),
            "depth": chosen.layer + 1,
            "backwards": chosen.backwards,
            "units": core.hidden_size,
            "steps": steps,
            "gates": list(chosen.values),
            "words": [row[:MOST_STEPS] for row in read.words] if named else [],
            "truths": self._reading.truths,
        }
        arrays = {**_units(chosen), **_whole(chosen)}
        if read.values is not None and named:
            arrays["inputs"] = np.ascontiguousarray(read.values[:, :MOST_STEPS])
        return arrays, info

    def _backwards(self, core: nn.RNNBase) -> bool:
        return self._probe.backwards and core.bidirectional


def _units(traced: Traced) -> dict[str, NDArray[Any]]:
    """Single units: of the first example by the names of the gates, of the others all in one."""
    some = next(iter(traced.values.values()))
    numbers = some.shape[0] * min(some.shape[1], MOST_STEPS) * len(traced.values)
    units = max(1, min(MOST_UNITS, MOST_NUMBERS // numbers))
    few = {
        gate: value[:, :MOST_STEPS, :units].float().cpu().numpy()
        for gate, value in traced.values.items()
    }
    arrays = {gate: np.ascontiguousarray(value[0]) for gate, value in few.items()}
    return {**arrays, "others": np.stack([value[1:] for value in few.values()], axis=1)}


def _whole(traced: Traced) -> dict[str, NDArray[Any]]:
    """Means over all units, of states those of their sizes, and how long the memory lasts."""
    import torch

    means = torch.stack([value.float().abs().mean(2) for value in traced.values.values()], 1)
    arrays: dict[str, NDArray[Any]] = {"means": means[:, :, :MOST_STEPS].cpu().numpy()}
    for gate in KEEPS & traced.values.keys():
        keeps = traced.values[gate].float().cpu().numpy()
        arrays["left"] = left_at_end(keeps, traced.backwards).mean(axis=2)[:, :MOST_STEPS]
        arrays["memory"] = memory_length(keeps)[:MOST_LENGTHS]
    return {name: np.ascontiguousarray(array, np.float32) for name, array in arrays.items()}


def _recurrent(task: Task) -> Iterator[tuple[str, str, nn.RNNBase, str]]:
    """Yield network, node, core and the node that feeds it, of every recurrent layer."""
    from engine.compute.ops.sequences import Recurrent

    for name, network in task.networks.items():
        for node, module, sources in network.calls():
            if isinstance(module, Recurrent):
                yield name, node, module.core, sources[0]
