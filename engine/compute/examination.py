"""Measures every layer of the networks at one step, in a handful of kernels whatever the number of layers.

What leaves the layers is taken by hooks, a few numbers of each; gradients and weights lie in one tensor for every network
anyway. All formulas are then those of one stacked table, and nothing is read from the device here. No random number is
drawn from torch's state: which numbers make a sample follows from a seed of their own.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

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
from engine.compute import sampled
from engine.compute.flat import ALIGNMENT
from engine.compute.hearing import OUTPUTS, SEED, Hearing
from engine.compute.task import parameters_by_layer
from engine.probes.base import Gauge

if TYPE_CHECKING:
    from engine.compute.learner import Learner
    from engine.compute.network import GraphModule
    from engine.compute.task import Task

SAMPLE = sampled.MOST  # numbers of a histogram
FEW = 1e-12


@dataclass(frozen=True)
class Weights:
    """Where the weights of a network's layers lie in its flat tensors.

    Attributes:
        rows: Row of every layer with weights, in the table.
        spans: Where every stretch of weights begins and ends.
        owners: To which of these layers each stretch belongs.
        counts: How many weights each layer has ``(layers,)``.
        places: Elements that are sampled ``(layers, SAMPLE)``.
        there: Which of these count ``(layers, SAMPLE)``; see :mod:`engine.compute.sampled`.
    """

    rows: Tensor
    spans: tuple[tuple[int, int], ...]
    owners: Tensor
    counts: Tensor
    places: Tensor
    there: Tensor

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
        self._weights = {name: self._lie(name, network) for name, network in task.networks.items()}
        self._heard = Hearing(task.networks, self._row, self._device)
        self._constants: dict[tuple[int, ...], Tensor] = {}
        self._forget()

    def _forget(self) -> None:
        self._before: dict[str, Tensor] = {}
        self._taken: dict[str, tuple[Tensor, Tensor]] = {}
        self._moved: dict[str, tuple[Tensor, Tensor, Tensor]] = {}

    # ------------------------------------------------------------------------------- the step

    def before_step(self) -> None:
        """Listen to what leaves the layers, at their first call in the step."""
        self._forget()
        self._heard.begin()

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
        self._heard.end()

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
        self._heard.end()
        self.listened += self._heard.seconds
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
                table[rows, FLIPS : NOISE + 1] = self._compared(sample, before[name], weights)
        if self._heard.outputs:
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
        found = []  # rows, which of the three, values, which of them count
        for name, (_gradients, sample) in self._taken.items():
            weights = self._weights[name]
            found.append((weights.rows, 0, sample, weights.there))
            if name in self._moved:
                found.append((weights.rows, 1, self._moved[name][2], weights.there))
        if self._heard.outputs:
            rows, values = self._told()
            found.append((rows, 2, values[:, :SAMPLE], self._there(SAMPLE)))
        every = torch.cat([values for _rows, _which, values, _there in found])
        spread = sampled.histograms(every, torch.cat([there for *_some, there in found]))
        start = 0
        for rows, which, values, _there in found:
            counts[rows, which] = spread[0][start : start + len(values)]
            ranges[rows, which] = spread[1][start : start + len(values)]
            start += len(values)
        return counts, ranges

    def _told(self) -> tuple[Tensor, Tensor]:
        """Rows of the layers whose output was heard, and the sample of each ``(rows, OUTPUTS)``."""
        outputs = self._heard.outputs
        return self._constant(*outputs), torch.stack(list(outputs.values())).float()

    def _there(self, width: int) -> Tensor:
        """Which of the first numbers of these samples count ``(rows, width)``."""
        known = [sampled.counting(self._heard.sizes[row], width) for row in self._heard.outputs]
        return sampled.mask(self._constant(*known), width)

    def _constant(self, *values: int) -> Tensor:
        """Numbers on the device; made once, because to copy them there waits for all that is under way."""
        if values not in self._constants:
            self._constants[values] = torch.tensor(values, device=self._device)
        return self._constants[values]

    def _compared(self, now: Tensor, before: Tensor, weights: Weights) -> Tensor:
        """Share of signs that turned, signal and noise ``(layers, 3)``; see the class."""
        now, before = now.double(), before.double()
        known = (now != 0) & (before != 0) & weights.there
        turned = ((now * before < 0) & known).sum(1) / known.sum(1)
        signal = weights.counts * sampled.means(now * before, weights.there)
        apart = sampled.means((now - before).square_(), weights.there)
        noise = weights.counts * apart * (self._batch / 2)
        return torch.stack([turned, signal, noise], dim=1).float()

    def _add_outputs(self, table: Tensor) -> None:
        """Put what left the layers into the table."""
        heard = self._heard
        rows, values = self._told()
        there = self._there(OUTPUTS)
        middle = sampled.means(values, there)
        spread = sampled.means((values - middle[:, None]).square_(), there)
        table[rows, MEAN], table[rows, SD] = middle, spread.sqrt_()
        order = list(heard.outputs)
        for low, high in dict.fromkeys(heard.bounds.values()):  # few, however many layers
            bounded = [row for row, edges in heard.bounds.items() if edges == (low, high)]
            some = self._constant(*(order.index(row) for row in bounded))
            beyond = (values[some] < low) | (values[some] > high)
            table[self._constant(*bounded), SATURATED] = sampled.means(beyond.float(), there[some])
        for row, share in heard.gates.items():
            table[row, SATURATED] = share
        if heard.peaks:
            shut = (torch.cat(list(heard.peaks.values())) <= 0).float()
            starts = [0, *itertools.accumulate(map(len, heard.peaks.values()))]
            shares = [shut[a:b].mean() for a, b in itertools.pairwise(starts)]
            table[self._constant(*heard.peaks), DEAD] = torch.stack(shares)

    def _lie(self, name: str, network: GraphModule) -> Weights:
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
            places.append(elements[sampled.places(len(elements), SAMPLE, SEED + place)])
        device = self._device
        known = torch.tensor([sampled.counting(count, SAMPLE) for count in counts])
        return Weights(
            torch.tensor(rows, dtype=torch.int64, device=device),
            tuple(spans),
            torch.tensor(owners, dtype=torch.int64, device=device),
            torch.tensor(counts, dtype=torch.float64, device=device),
            torch.stack(places).to(device),
            sampled.mask(known, SAMPLE).to(device),
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
