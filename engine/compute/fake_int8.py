"""Networks that learn with rounded weights and rounded inputs of layers (quantisation-aware training).

Jacob et al. 2018, Quantization and training of neural networks for efficient integer-arithmetic-only inference,
section 3. Weights are rounded in their place for a forward and a backward pass and given back before they learn: the
gradient at the rounded weights moves those in float32, which is what a straight-through gradient is (Bengio, Léonard &
Courville 2013; Courbariaux, Bengio & David 2015, BinaryConnect, algorithm 1). No grid cuts a weight off, so none stays
without gradient.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence

import torch
from torch import Tensor, nn

from engine.compression.activation import Activation, Rounded
from engine.compute.gridding import axes_of, grid_of
from engine.compute.rounding import Hooks, Inputs, affine, quantisable, rounded
from engine.compute.task import Task
from engine.quantisation.int8 import Int8

SHARE = 0.01  # of how far a batch lies from the range that the range moves by


class Range:
    """Which numbers enter one layer: watched, then rounded to.

    Args:
        device: Where the layer is.
        bits: Of a code.

    Attributes:
        ends: Lower and upper end ``(2,)``.
        seen: Whether anything was seen that tells a range.
        watches: Whether it moves at present.
        works: Whether it rounds at present.
    """

    def __init__(self, device: torch.device, bits: int) -> None:
        self.ends = torch.zeros(2, device=device)
        self.seen = self.watches = self.works = False
        self._bits = bits

    def __call__(self, layer: nn.Module, inputs: Inputs) -> Inputs | None:
        """Take note of what enters, and round it."""
        x, *others = inputs
        if self.watches and layer.training:
            self._see(x)
        if not (self.works and self.seen):
            return None
        scale, zero = affine(self.ends[0], self.ends[1], self._bits)
        return (rounded(x, scale, zero, self._bits), *others)

    @torch.no_grad()
    def _see(self, x: Tensor) -> None:
        new = torch.stack(x.detach().aminmax()).to(self.ends)
        # What has got too large tells no range.
        fits = new.isfinite().all()
        if self.seen:
            self.ends.lerp_(torch.where(fits, new, self.ends), SHARE)
        elif fits:  # asked on the processor, and so only until something was seen
            self.ends.copy_(new)
            self.seen = True


class FakeInt8:
    """Rounds what the networks of a task compute with while they learn.

    Args:
        rule: What the recipe says.
        task: What is trained.
        total: Steps of the whole training.
        device: Where it happens.
    """

    def __init__(self, rule: Int8, task: Task, total: int, device: torch.device) -> None:
        self._rule = rule
        self._total = total
        self._works = False
        self._ranges = {
            name: {path: Range(device, rule.inputs) for path in quantisable(network)}
            for name, network in task.networks.items()
        }
        self._learning = [weight for net in task.networks.values() for weight in _weights(net)]
        self._averages = [weight for net in task.averages().values() for weight in _weights(net)]
        for name, network in (*task.networks.items(), *task.averages().items()):
            own = self._ranges[name]
            Hooks((layer, own[path]) for path, layer in quantisable(network).items())

    def is_settled(self, steps: int) -> bool:
        """Whether ranges stay as they are after so many steps."""
        return self._rule.is_settled(steps, self._total)

    @contextlib.contextmanager
    def learning(self, steps: int) -> Iterator[None]:
        """Hold rounded weights for the passes of a step, and let ranges follow what they see.

        Args:
            steps: Steps made before.
        """
        self._work(self._rule.rounds(steps, self._total))
        self._watch(not self.is_settled(steps))
        try:
            with self._held(self._learning):
                yield
        finally:
            self._watch(False)

    def again(self) -> contextlib.AbstractContextManager[None]:
        """Hold rounded weights for one more look at the step."""
        return self._held(self._learning)

    def shown(self) -> contextlib.AbstractContextManager[None]:
        """Hold rounded weights in the networks and in their averages, to be measured."""
        return self._held([*self._learning, *self._averages])

    @contextlib.contextmanager
    def _held(self, weights: Sequence[tuple[nn.Parameter, int]]) -> Iterator[None]:
        """Hold rounded weights, and give back what was there.

        Autograd is not told: a graph that one update leaves to the next (the examples that a generator drew) finds the
        same rounded weights there again.
        """
        if not self._works:
            yield
            return
        before = [weight.data.clone() for weight, _axis in weights]
        for (weight, axis), own in zip(weights, before, strict=True):
            grid = grid_of(own, axis, self._rule.bits)
            weight.data.copy_(grid.numbers(grid.codes(own)))
        try:
            yield
        finally:
            for (weight, _axis), own in zip(weights, before, strict=True):
                weight.data.copy_(own)

    def _work(self, yes: bool) -> None:
        self._works = yes
        for own in self._ranges.values():
            for one in own.values():
                one.works = yes

    def _watch(self, yes: bool) -> None:
        for own in self._ranges.values():
            for one in own.values():
                one.watches = yes

    # ------------------------------------------------------------------------------- state

    def rounded(self) -> Rounded:
        """Return how the networks round, for a checkpoint; ranges that were never seen are left out."""
        activations = {}
        for name, own in self._ranges.items():
            ends = {path: one.ends.tolist() for path, one in own.items() if one.seen}
            activations[name] = {
                path: Activation(low=low, high=high, bits=self._rule.inputs)
                for path, (low, high) in ends.items()
            }
        return Rounded(activations=activations, bits=self._rule.bits, works=self._works)

    def load(self, how: Rounded) -> None:
        """Go back to what :meth:`rounded` returned; layers that it does not name begin anew."""
        for name, own in self._ranges.items():
            known = how.activations.get(name, {})
            for path, one in own.items():
                rule = known.get(path, Activation())
                one.seen = not rule.is_dynamic
                one.ends.copy_(torch.tensor([rule.low or 0.0, rule.high or 0.0]))
        self._work(how.works)


def _weights(network: nn.Module) -> list[tuple[nn.Parameter, int]]:
    axes = axes_of(network)
    return [(weight, axes[name]) for name, weight in network.named_parameters() if name in axes]
