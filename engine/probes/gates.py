"""What recurrent layers let through and what they keep, step by step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from engine.probes.base import Gauge, Probe, Rate

if TYPE_CHECKING:
    from torch import Tensor, nn

    from engine.compute.network import GraphModule
    from engine.compute.task import Pictures, Task

MOST_UNITS, MOST_STEPS = 64, 512
LATENT_SEED = 0x6A7E5


class Gates(Probe, frozen=True, kw_only=True, tag="gates"):
    """Gates and states of a recurrent layer while it reads one example of the validation part.

    Of an LSTM the gates i, f, g, o, the cell c and the state h (Hochreiter & Schmidhuber 1997; Gers
    2000), of a GRU r, z, n and h (Cho et al. 2014), of a simple RNN h (Elman 1990). A forget gate near 1
    keeps what the cell holds, one near 0 clears it. At most 64 units and 512 steps.
    """

    title: ClassVar[str] = "Gates"
    order: ClassVar[int] = 40
    stream: ClassVar[str] = "gates"

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
        Meta(ge=0, le=1_000_000, title="Example", description="Which one is read; 0 is the first."),
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

    def gauge(self, task: Task) -> Gauge:
        """Return what looks at a training."""
        return GatesGauge(task, self)


class GatesGauge(Gauge):
    """Reads the same example after a step.

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
        self._input = self._fixed(task.networks[self._place[0]]) if self._place else None

    def after_step(self) -> Pictures | None:
        """Return gates and states, or None where there is no such layer or no example for it."""
        if self._place is None or self._input is None:
            return None
        from engine.compute.gates import trace
        from engine.compute.modes import evaluating

        name, node, core, source = self._place
        network = self.task.networks[name]
        with evaluating(network):
            x = network.forward_to(source, self._input, self._label(network))
            # Of one that reads forwards alone, what comes later changes nothing before.
            traced = trace(core, x if core.bidirectional else x[:, :MOST_STEPS])
        layers = [one for one in traced if one.backwards == self._backwards(core)]
        chosen = layers[min(self._probe.layer, core.num_layers) - 1]
        arrays: dict[str, NDArray[Any]] = {
            gate: np.ascontiguousarray(value[0, :MOST_STEPS, :MOST_UNITS].float().cpu().numpy())
            for gate, value in chosen.values.items()
        }
        info: dict[str, Any] = {
            "layer": f"{name}/{node}",
            "kind": core.mode.partition("_")[0].lower(),
            "depth": chosen.layer + 1,
            "backwards": chosen.backwards,
            "units": core.hidden_size,
            "steps": int(x.shape[1]),
        }
        return arrays, info

    def _backwards(self, core: nn.RNNBase) -> bool:
        return self._probe.backwards and core.bidirectional

    def _label(self, network: GraphModule) -> Tensor | None:
        """One class, the same every time, for a network that is told one."""
        import torch

        label = network.any_labels(1, torch.Generator().manual_seed(LATENT_SEED))
        return None if label is None else label.to(self.task.context.device)

    def _fixed(self, network: GraphModule) -> Tensor | None:
        """One example for the network, the same every time; random vectors follow from a seed."""
        import torch

        from engine.compute.network import random_input

        device = self.task.context.device
        if network.entry_kind == "noise":
            generator = torch.Generator().manual_seed(LATENT_SEED)
            return random_input(network, 1, generator).to(device)
        data = self.task.context.data
        part = data.validation if len(data.validation.inputs) else data.train
        if not len(part.inputs):
            return None
        one = self._probe.example % len(part.inputs)
        example = torch.from_numpy(part.inputs[one : one + 1]).to(device)
        return example if tuple(example.shape[1:]) == network.in_shape.dims else None


def _recurrent(task: Task) -> Iterator[tuple[str, str, nn.RNNBase, str]]:
    """Yield network, node, core and the node that feeds it, of every recurrent layer."""
    from engine.compute.ops.sequences import Recurrent

    for name, network in task.networks.items():
        for node, module, sources in network.calls():
            if isinstance(module, Recurrent):
                yield name, node, module.core, sources[0]
