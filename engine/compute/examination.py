"""Measures every layer of the networks at one step, in a handful of kernels whatever the number of layers.

What leaves the layers is taken by hooks, a few numbers of each; gradients and weights lie in one tensor for every network
anyway. All formulas are then those of one stacked table, and nothing is read from the device here. No random number is
drawn from torch's state: which numbers make a sample follows from a seed of their own.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from engine.clinic.vitals import (
    BINS,
    DEAD,
    FLIPS,
    GRADIENT,
    MEAN,
    MEASURES,
    NOISE,
    RATIO,
    SATURATED,
    SD,
    WEIGHT,
)
from engine.compute.flat import ALIGNMENT
from engine.compute.inside.anatomy import channels_first, units_of
from engine.compute.task import parameters_by_layer
from engine.probes.base import Gauge

if TYPE_CHECKING:
    from engine.compute.learner import Learner
    from engine.compute.network import GraphModule
    from engine.compute.task import Task

SAMPLE = 255  # numbers of a histogram, so that a count fits into a byte
OUTPUTS = 2 * SAMPLE  # numbers of a layer's output that tell its scale
SEED = 0x0C11
FEW = 1e-12
READ = 16  # examples of which gates are looked at
RECTIFIERS = (nn.ReLU, nn.ReLU6)
EDGES: dict[type[nn.Module], tuple[float, float]] = {
    nn.Tanh: (-0.97, 0.97),
    nn.Softsign: (-0.97, 0.97),
    nn.Hardtanh: (-0.97, 0.97),
    nn.Sigmoid: (0.03, 0.97),
    nn.Hardsigmoid: (0.03, 0.97),
}


@dataclass(frozen=True)
class Weights:
    """Where the weights of a network's layers lie in its flat tensors.

    Attributes:
        rows: Row of every layer with weights, in the table.
        spans: Where every stretch of weights begins and ends.
        owners: To which of these layers each stretch belongs.
        counts: How many weights each layer has ``(layers,)``.
        places: Elements that are sampled ``(layers, SAMPLE)``.
    """

    rows: Tensor
    spans: tuple[tuple[int, int], ...]
    owners: Tensor
    counts: Tensor
    places: Tensor

    def norms(self, flat: Tensor) -> Tensor:
        """Return the norm of each layer's part of a flat tensor ``(elements,)``, as ``(layers,)``."""
        parts = torch._foreach_norm([flat[start:stop] for start, stop in self.spans])
        squares = torch.stack(list(parts)).double().square_()
        return torch.zeros_like(self.counts).index_add_(0, self.owners, squares).sqrt_()


class Examination(Gauge):
    """Takes what :data:`engine.clinic.vitals.MEASURES` names of every layer, at one step.

    For a layer with ``n`` weights ``w``, a gradient ``g`` before any clipping and a step ``Δw``: ‖g‖ / √n; ‖Δw‖ / ‖w‖
    (Karpathy, CS231n, *Babysitting the learning process*); ‖w‖ after the step. Of what leaves a layer at its first call: mean
    and standard deviation (Glorot & Bengio 2010, section 4); of rectifiers the share of units, of images channels, that
    are 0 for every example of the batch (Lu et al. 2019, *Dying ReLU and initialization*); of tanh the share of values
    beyond ±0.97, of sigmoids below 0.03 or above 0.97 (Glorot & Bengio 2010, section 3), of an LSTM or GRU of one layer those of
    its sigmoid gates for the first examples, read forwards (Karpathy et al. 2016, *Visualizing recurrent networks*, section 4.3).

    Against the gradient of the step before, ``g′``, of batches of ``B`` examples: which share of the signs has turned;
    ``signal`` g·g′, which has the mean ‖ḡ‖² because the two batches are drawn apart; ``noise`` B‖g − g′‖² / 2, which
    has the mean tr Σ of the gradients of single examples (McCandlish et al. 2018, appendix A.1, with two batches one
    after the other for two sizes of a batch). Between the two the weights have moved: ``noise`` is too large by
    B‖H Δw‖² / 2, and ``signal`` is too small by as much as a step turns the gradient, below 0 where steps leap across a valley.
    Signs, signal and noise are taken from a sample of the weights, the latter two scaled up to all of them.

    Args:
        task: What is trained.
        batch: Examples of a step.

    Attributes:
        layers: ``network/node`` of every row.
        kinds: The type of each layer.
        results: Whether what leaves it is the result of its network.
    """

    def __init__(self, task: Task, batch: int) -> None:
        super().__init__(task)
        self._batch = batch
        self._device = task.context.device
        self._row: dict[tuple[str, str], int] = {}
        self.kinds: list[str] = []
        self.results: list[bool] = []
        for name, network in task.networks.items():
            for node, kind in network.layer_kinds().items():
                self._row[(name, node)] = len(self._row)
                self.kinds.append(kind)
                self.results.append(node == network.result_node)
        self.layers = [f"{name}/{node}" for name, node in self._row]
        generator = torch.Generator().manual_seed(SEED)
        self._weights = {
            name: self._lie(name, network, generator) for name, network in task.networks.items()
        }
        self._picks: dict[int, Tensor] = {}
        self._first: dict[int, bool] = {}
        self._hooks: list[RemovableHandle] = []
        self._forget()

    def _forget(self) -> None:
        self._outputs: dict[int, Tensor] = {}
        self._peaks: dict[int, Tensor] = {}
        self._gates: dict[int, Tensor] = {}
        self._bounds: dict[int, tuple[float, float]] = {}
        self._before: dict[str, Tensor] = {}
        self._taken: dict[str, tuple[Tensor, Tensor]] = {}
        self._moved: dict[str, tuple[Tensor, Tensor, Tensor]] = {}

    # ------------------------------------------------------------------------------- the step

    def before_step(self) -> None:
        """Listen to what leaves the layers, at their first call in the step."""
        self._forget()
        for name, network in self.task.networks.items():
            for node, module in network.layer_modules().items():
                row = self._row[(name, node)]
                self._hooks.append(module.register_forward_hook(self._listener(row)))
                if isinstance(module, RECTIFIERS) and row not in self._first:
                    self._first[row] = channels_first(network, node)
                core = getattr(module, "core", None)
                if isinstance(core, nn.LSTM | nn.GRU) and core.num_layers == 1:
                    self._hooks.append(core.register_forward_hook(self._gate_listener(row)))

    def after_backward(self, learner: Learner, step: int) -> None:
        """Take norms and samples of the gradients, and remember the weights."""
        weights, gradient = self._weights[learner.name], learner.flat.gradient
        self._taken[learner.name] = (weights.norms(gradient), gradient[weights.places])
        self._before[learner.name] = learner.flat.weights.clone()

    def after_update(self, learner: Learner) -> None:
        """Take norms of the weights and of what was added to them."""
        weights, flat = self._weights[learner.name], learner.flat.weights
        moved = self._before.pop(learner.name).sub_(flat)
        self._moved[learner.name] = (
            weights.norms(moved),
            weights.norms(flat),
            flat[weights.places],
        )

    def abandon(self) -> None:
        """Stop listening."""
        for hook in self._hooks:
            hook.remove()
        self._hooks.clear()

    def gradients(self, learner: Learner) -> Tensor:
        """Return the sample of a gradient ``(layers with weights, SAMPLE)`` that the next step is held against."""
        return learner.flat.gradient[self._weights[learner.name].places]

    # ------------------------------------------------------------------------------- the record

    def record(self, before: dict[str, Tensor]) -> tuple[Tensor, Tensor, Tensor]:
        """Return :meth:`table` and :meth:`histograms` of the step that is over."""
        return (self.table(before), *self.histograms())

    def table(self, before: dict[str, Tensor]) -> Tensor:
        """Return what was measured at the step that is over; nothing was read from the device yet.

        Args:
            before: :meth:`gradients` of the step before, by network; may lack some.

        Returns:
            ``(layers, measures)``, float32.
        """
        self.abandon()
        table = torch.full((len(self.layers), len(MEASURES)), torch.nan, device=self._device)
        for name, (gradients, sample) in self._taken.items():
            weights = self._weights[name]
            rows = weights.rows
            table[rows, GRADIENT] = (gradients / weights.counts.sqrt()).float()
            if name in self._moved:
                moved, norms, _values = self._moved[name]
                table[rows, RATIO] = (moved / norms.clamp(min=FEW)).float()
                table[rows, WEIGHT] = norms.float()
            if name in before:
                table[rows, FLIPS : NOISE + 1] = self._compared(
                    sample, before[name], weights.counts
                )
        if self._outputs:
            self._add_outputs(table)
        return table

    def histograms(self) -> tuple[Tensor, Tensor]:
        """Return how gradients, weights and outputs of the step are spread.

        Returns:
            Counts ``(layers, 3, BINS)``, uint8; lowest and highest value of each ``(layers, 3, 2)``, float32.
        """
        count = len(self.layers)
        counts = torch.zeros((count, 3, BINS), dtype=torch.uint8, device=self._device)
        ranges = torch.full((count, 3, 2), torch.nan, device=self._device)
        sampled = []  # rows, which of the three, values
        for name, (_gradients, sample) in self._taken.items():
            rows = self._weights[name].rows
            sampled.append((rows, 0, sample))
            if name in self._moved:
                sampled.append((rows, 1, self._moved[name][2]))
        if self._outputs:
            rows, values = self._told()
            sampled.append((rows, 2, values[:, :SAMPLE]))
        found = _histograms(torch.cat([values for _rows, _which, values in sampled]))
        start = 0
        for rows, which, values in sampled:
            counts[rows, which] = found[0][start : start + len(values)]
            ranges[rows, which] = found[1][start : start + len(values)]
            start += len(values)
        return counts, ranges

    def _told(self) -> tuple[Tensor, Tensor]:
        """Rows of the layers whose output was heard, and the sample of each ``(rows, OUTPUTS)``."""
        rows = torch.tensor(list(self._outputs), device=self._device)
        return rows, torch.stack(list(self._outputs.values())).float()

    def _compared(self, now: Tensor, before: Tensor, counts: Tensor) -> Tensor:
        """Share of signs that turned, signal and noise ``(layers, 3)``; see the class."""
        now, before = now.double(), before.double()
        known = (now != 0) & (before != 0)
        turned = ((now * before < 0) & known).sum(1) / known.sum(1)
        signal = counts * (now * before).mean(1)
        noise = counts * (now - before).square_().mean(1) * (self._batch / 2)
        return torch.stack([turned, signal, noise], dim=1).float()

    def _add_outputs(self, table: Tensor) -> None:
        """Put what left the layers into the table."""
        rows, values = self._told()
        spread, middle = torch.var_mean(values, dim=1, correction=0)
        table[rows, MEAN], table[rows, SD] = middle, spread.sqrt_()
        if self._bounds:
            bounded = torch.tensor(list(self._bounds), device=self._device)
            edges = torch.tensor(list(self._bounds.values()), device=self._device)
            some = torch.stack([self._outputs[row] for row in self._bounds])
            beyond = (some < edges[:, :1]) | (some > edges[:, 1:])
            table[bounded, SATURATED] = beyond.float().mean(1)
        for row, share in self._gates.items():
            table[row, SATURATED] = share
        if self._peaks:
            sizes = [len(peaks) for peaks in self._peaks.values()]
            shut = (torch.cat(list(self._peaks.values())) <= 0).float()
            starts = [0, *itertools.accumulate(sizes)]
            shares = [shut[a:b].mean() for a, b in itertools.pairwise(starts)]
            opened = torch.tensor(list(self._peaks), device=self._device)
            table[opened, DEAD] = torch.stack(shares)

    # ------------------------------------------------------------------------------- plumbing

    def _listener(self, row: int) -> Any:
        def listen(module: nn.Module, _inputs: Any, output: Any) -> None:
            if row in self._outputs:
                return
            begun = perf_counter()
            value: Tensor = (output[0] if isinstance(output, tuple) else output).detach()
            if value.is_floating_point() and value.numel():
                self._outputs[row] = self._sample(value)
                if isinstance(module, RECTIFIERS):
                    self._peaks[row] = _peaks(value, self._first[row])
                elif type(module) in EDGES:
                    self._bounds[row] = EDGES[type(module)]
            self.listened += perf_counter() - begun

        return listen

    def _gate_listener(self, row: int) -> Any:
        def listen(core: nn.RNNBase, inputs: Any, output: Any) -> None:
            if row not in self._gates and inputs[0].is_floating_point():
                begun = perf_counter()
                with torch.no_grad():
                    self._gates[row] = _shut_gates(core, inputs[0][:READ], output[0][:READ])
                self.listened += perf_counter() - begun

        return listen

    def _sample(self, value: Tensor) -> Tensor:
        """Some numbers of an output, or all of it as often as fits ``(OUTPUTS,)``."""
        count = value.numel()
        places = self._picks.get(count)
        if places is None:
            places = _choose(count, OUTPUTS, torch.Generator().manual_seed(SEED + count))
            places = self._picks[count] = places.to(self._device)
        dense = value if value.is_contiguous() else _as_it_lies(value)
        return dense.view(-1).index_select(0, places)

    def _lie(self, name: str, network: GraphModule, generator: torch.Generator) -> Weights:
        """Find out where a network's weights lie."""
        flat = self.task.context.flats[name]
        rows, spans, owners, counts, places = [], [], [], [], []
        for place, (node, names) in enumerate(parameters_by_layer(network).items()):
            parts = [flat.span(one) for one in names]
            stretches = _joined(parts)
            rows.append(self._row[(name, node)])
            spans += stretches
            owners += [place] * len(stretches)
            elements = torch.cat([torch.arange(start, stop) for start, stop in parts])
            counts.append(len(elements))
            places.append(elements[_choose(len(elements), SAMPLE, generator)])
        device = self._device
        return Weights(
            torch.tensor(rows, dtype=torch.int64, device=device),
            tuple(spans),
            torch.tensor(owners, dtype=torch.int64, device=device),
            torch.tensor(counts, dtype=torch.float64, device=device),
            torch.stack(places).to(device),
        )


def _joined(parts: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join stretches with nothing but the zeros of an alignment between them."""
    found: list[tuple[int, int]] = []
    for start, stop in sorted(parts):
        if found and 0 <= start - found[-1][1] < ALIGNMENT:
            found[-1] = (found[-1][0], stop)
        else:
            found.append((start, stop))
    return found


def _choose(count: int, wanted: int, generator: torch.Generator) -> Tensor:
    """Return ``wanted`` places below ``count``: drawn at random, or all as often as fits."""
    if count <= wanted:
        return torch.arange(wanted) % count
    return torch.randint(count, (wanted,), generator=generator)


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


def _peaks(value: Tensor, first: bool) -> Tensor:
    """The largest value of each unit at any place of any example, as ``(units,)``.

    Args:
        value: ``(batch, units)``, ``(batch, channels, …)`` or ``(batch, steps, features)``.
        first: Whether channels come first where there are two sizes.
    """
    return units_of(value, first).amax((0, 2))


def _histograms(rows: Tensor) -> tuple[Tensor, Tensor]:
    """Return counts ``(rows, BINS)`` and ranges ``(rows, 2)`` of samples ``(rows, SAMPLE)``.

    A row that is not finite throughout has none: its counts are 0 and its range is not finite.
    """
    low, high = torch.aminmax(rows, dim=1, keepdim=True)
    unit = (rows - low).mul_(BINS / (high - low).clamp_(min=1e-30))
    bins = unit.nan_to_num_(-1.0, -1.0, -1.0).clamp_(max=BINS - 1).to(torch.int32).add_(1)
    bins += torch.arange(len(rows), device=rows.device, dtype=torch.int32)[:, None] * (BINS + 1)
    counts = torch.bincount(bins.view(-1), minlength=len(rows) * (BINS + 1))
    counts = counts.view(len(rows), BINS + 1)[:, 1:].to(torch.uint8)
    return counts, torch.cat([low, high], dim=1)
