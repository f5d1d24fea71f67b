"""What leaves the layers of networks during one step: a few numbers of each, and what can't be told from a few."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from time import perf_counter
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from engine.compute import sampled
from engine.compute.inside.anatomy import channels_first, units_of
from engine.compute.modes import same_randomness

if TYPE_CHECKING:
    from engine.compute.network import GraphModule

OUTPUTS = 2 * sampled.MOST  # numbers of a layer's output that tell its scale
SEED = 0x0C11
READ = 16  # examples of which gates are looked at
RECTIFIERS = (nn.ReLU, nn.ReLU6)
EDGES: dict[type[nn.Module], tuple[float, float]] = {
    nn.Tanh: (-0.97, 0.97),
    nn.Softsign: (-0.97, 0.97),
    nn.Hardtanh: (-0.97, 0.97),
    nn.Sigmoid: (0.03, 0.97),
    nn.Hardsigmoid: (0.03, 0.97),
}


class Hearing:
    """Listens to the layers of networks by hooks, at the first call of each in a step.

    What a compiler has made of a network lets nobody listen. Such a network computes what it is called with once more as it
    is, before it is called, with the same random numbers; it is left as it was. Where it drops values out, it drops others.

    Args:
        networks: The networks by name.
        rows: The number of every layer, by network and node.
        device: Where they are.

    Attributes:
        outputs: By row, some numbers of what left the layer, or all of it over and over ``(OUTPUTS,)``.
        sizes: By row, how many numbers left it.
        peaks: By row of a rectifier, the largest value of each unit ``(units,)``.
        gates: By row of a recurrent layer, which share of its gates is shut or open.
        bounds: By row, beyond which values an activation is flat.
        seconds: What listening has cost in the step.
    """

    def __init__(
        self,
        networks: Mapping[str, GraphModule],
        rows: Mapping[tuple[str, str], int],
        device: torch.device,
    ) -> None:
        self._networks = networks
        self._rows = rows
        self._device = device
        self._picks: dict[int, Tensor] = {}
        self._first: dict[int, bool] = {}
        self._hooks: list[RemovableHandle] = []
        self._compiled: dict[str, Any] = {}
        self._forget()

    def _forget(self) -> None:
        self.outputs: dict[int, Tensor] = {}
        self.sizes: dict[int, int] = {}
        self.peaks: dict[int, Tensor] = {}
        self.gates: dict[int, Tensor] = {}
        self.bounds: dict[int, tuple[float, float]] = {}
        self.seconds = 0.0

    def begin(self) -> None:
        """Listen from now on; what was heard before is forgotten."""
        self._forget()
        for name, network in self._networks.items():
            if network._compiled_call_impl is None:
                self._hooks += self._attached(name, network)
            else:
                self._compiled[name] = network._compiled_call_impl
                network._compiled_call_impl = self._aside(name, network)

    def end(self) -> None:
        """Listen no more."""
        _remove(self._hooks)
        self._hooks.clear()
        for name, compiled in self._compiled.items():
            self._networks[name]._compiled_call_impl = compiled
        self._compiled.clear()

    def _attached(self, name: str, network: GraphModule) -> list[RemovableHandle]:
        """Attach to every layer of a network."""
        hooks = []
        for node, module in network.layer_modules().items():
            row = self._rows[(name, node)]
            hooks.append(module.register_forward_hook(self._listener(row)))
            if isinstance(module, RECTIFIERS) and row not in self._first:
                self._first[row] = channels_first(network, node)
            core = getattr(module, "core", None)
            if isinstance(core, nn.LSTM | nn.GRU) and core.num_layers == 1:
                hooks.append(core.register_forward_hook(self._gate_listener(row)))
        return hooks

    def _aside(self, name: str, network: GraphModule) -> Any:
        """Return what stands for a compiled network at its first call."""
        compiled = self._compiled[name]

        def call(*inputs: Tensor) -> Tensor:
            begun, heard = perf_counter(), self.seconds
            network._compiled_call_impl = compiled
            before = [(buffer, buffer.clone()) for buffer in network.buffers()]
            hooks = self._attached(name, network)
            with torch.no_grad(), same_randomness(self._device):
                network._call_impl(*inputs)  # type: ignore[no-untyped-call]
                for buffer, value in before:
                    buffer.copy_(value)
            _remove(hooks)  # or else the compiler might take them for a part of the network
            self.seconds = heard + perf_counter() - begun
            answer: Tensor = compiled(*inputs)
            return answer

        return call

    def _listener(self, row: int) -> Any:
        def listen(module: nn.Module, _inputs: Any, output: Any) -> None:
            if row in self.outputs:
                return
            begun = perf_counter()
            value: Tensor = (output[0] if isinstance(output, tuple) else output).detach()
            if value.is_floating_point() and value.numel():
                self.outputs[row], self.sizes[row] = self._sample(value), value.numel()
                if isinstance(module, RECTIFIERS):
                    self.peaks[row] = peaks_of(value, self._first[row])
                elif type(module) in EDGES:
                    self.bounds[row] = EDGES[type(module)]
            self.seconds += perf_counter() - begun

        return listen

    def _gate_listener(self, row: int) -> Any:
        def listen(core: nn.RNNBase, inputs: Any, output: Any) -> None:
            if row not in self.gates and inputs[0].is_floating_point():
                begun = perf_counter()
                with torch.no_grad():
                    self.gates[row] = _shut_gates(core, inputs[0][:READ], output[0][:READ])
                self.seconds += perf_counter() - begun

        return listen

    def _sample(self, value: Tensor) -> Tensor:
        count = value.numel()
        if count not in self._picks:
            self._picks[count] = sampled.places(count, OUTPUTS, SEED + count).to(self._device)
        dense = value if value.is_contiguous() else _as_it_lies(value)
        return dense.view(-1).index_select(0, self._picks[count])


def _remove(hooks: Iterable[RemovableHandle]) -> None:
    for hook in hooks:
        hook.remove()


def _as_it_lies(value: Tensor) -> Tensor:
    """Return an output whose axes lie in another order as one that is dense, without a copy if it can be."""
    if value.ndim == 4 and value.is_contiguous(memory_format=torch.channels_last):
        return value.permute(0, 2, 3, 1)
    return value.contiguous()


def _shut_gates(core: nn.RNNBase, x: Tensor, h: Tensor) -> Tensor:
    """Which share of the sigmoid gates of a recurrent layer is below 0.03 or above 0.97.

    Every gate follows from what the layer was fed and from its own states a step before, which are there already, so no
    step has to wait for another.

    Args:
        core: An LSTM or GRU of one layer, the batch first.
        x: What it was fed ``(batch, steps, features)``.
        h: Its states ``(batch, steps, units)``, those of both directions side by side.
    """
    units = core.hidden_size
    before = torch.nn.functional.pad(h[:, :-1, :units], (0, 0, 1, 0))
    gates = x @ core.get_parameter("weight_ih_l0").T + before @ core.get_parameter("weight_hh_l0").T
    if core.bias:
        gates = gates + core.get_parameter("bias_ih_l0") + core.get_parameter("bias_hh_l0")
    drawn = gates.detach().float()
    if core.mode == "LSTM":  # i, f, g, o
        drawn = torch.cat([drawn[..., : 2 * units], drawn[..., 3 * units :]], dim=-1)
    else:  # r, z, n
        drawn = drawn[..., : 2 * units]
    opened = drawn.sigmoid()
    low, high = EDGES[nn.Sigmoid]
    return ((opened < low) | (opened > high)).float().mean()


def peaks_of(value: Tensor, first: bool) -> Tensor:
    """The largest value of each unit at any place of any example, as ``(units,)``.

    Args:
        value: ``(batch, units)``, ``(batch, channels, …)`` or ``(batch, steps, features)``.
        first: Whether channels come first where there are two sizes.
    """
    return units_of(value, first).amax((0, 2))
