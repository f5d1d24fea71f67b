"""Networks whose layers take in quantised numbers: simulated in float32, exactly as integers would give it.

A number that enters a quantised layer is rounded to one of 2ᵇ evenly spaced ones. Weights on a grid
(:mod:`engine.compute.compression.grid`) times such inputs are whole numbers times two scales, so a float32 layer
computes what an integer layer does, to the rounding of its sums. The gradient passes the rounding as if it
weren't there and stops where a number was beyond the range (Bengio, Léonard & Courville 2013, Estimating or
propagating gradients through stochastic neurons, section 4).
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from engine.compression.activation import Activation, Rounded
from engine.compute.compression.grid import Grid
from engine.compute.gridding import axes_of, on_grids
from projects.errors import did_you_mean

QUANTISABLE = (nn.Linear, nn.modules.conv._ConvNd, nn.RNNBase)
ON_THE_FLY = (nn.Linear, nn.RNNBase)
LEAST = 1e-12  # of a scale: a range of one number has none
Inputs = tuple[Any, ...]
Hook = Callable[[nn.Module, Inputs], Inputs | None]


def quantisable(
    network: nn.Module, kinds: tuple[type[nn.Module], ...] = QUANTISABLE
) -> dict[str, nn.Module]:
    """Return the layers of a network whose inputs may be quantised, by path; shared ones once."""
    return {path: layer for path, layer in network.named_modules() if isinstance(layer, kinds)}


# ----------------------------------------------------------------------------------- formulas


def affine(low: Tensor, high: Tensor, bits: int) -> tuple[Tensor, Tensor]:
    """Return scales and zero points of the codes ``0 … 2ᵇ − 1`` for ranges, which are widened to hold 0.

    ``x = scale · (code − zero_point)``; 0 has a code of its own, because padding and rectifiers give it exactly
    (Jacob et al. 2018, Quantization and training of neural networks for efficient integer-arithmetic-only inference,
    section 2.1).

    Args:
        low: Lower ends, float32.
        high: Upper ends.
        bits: Of a code.
    """
    low, high = low.clamp(max=0.0), high.clamp(min=0.0)
    largest = 2**bits - 1
    scale = ((high - low) / largest).clamp(min=LEAST)
    return scale, (-low / scale).round().clamp(0, largest).to(torch.int32)


def rounded(x: Tensor, scale: Tensor, zero: Tensor, bits: int) -> Tensor:
    """Return numbers rounded to the codes of one range; the gradient passes inside of it.

    Args:
        x: Any shape.
        scale: ``()``.
        zero: ``()``.
        bits: Of a code.
    """
    found = torch.fake_quantize_per_tensor_affine(x.float(), scale, zero, 0, 2**bits - 1)
    return found.to(x.dtype)


def rounded_each(x: Tensor, bits: int) -> Tensor:
    """Return numbers rounded to the codes of the range of their own example; the gradient passes.

    Args:
        x: ``(batch, …)``.
        bits: Of a code.
    """
    rows = x.detach().flatten(1)
    scale, zero = affine(rows.amin(1).float(), rows.amax(1).float(), bits)
    shape = (-1, *[1] * (x.ndim - 1))
    scale, zero = scale.view(shape), zero.view(shape)
    with torch.no_grad():
        codes = ((x / scale).round() + zero).clamp(0, 2**bits - 1)
        change = (codes - zero) * scale - x
    return x + change.to(x.dtype)


# ----------------------------------------------------------------------------------- layers


class Rounding:
    """What a layer does with its input first.

    Args:
        rule: Which numbers may enter.
    """

    def __init__(self, rule: Activation) -> None:
        self.rule = rule
        ends = (
            None if rule.low is None or rule.high is None else torch.tensor([rule.low, rule.high])
        )
        self._affine = None if ends is None else affine(ends[0], ends[1], rule.bits)

    def __call__(self, _layer: nn.Module, inputs: Inputs) -> Inputs:
        """Return the inputs with the first one rounded."""
        x, *others = inputs
        if self._affine is None:
            return (rounded_each(x, self.rule.bits), *others)
        scale, zero = (value.to(x.device) for value in self._affine)
        return (rounded(x, scale, zero, self.rule.bits), *others)


class Hooks:
    """What was hung before layers, to be taken off again.

    Args:
        hooks: By layer, what is called with it and its inputs before it works.
    """

    def __init__(self, hooks: Iterable[tuple[nn.Module, Hook]]) -> None:
        self._handles = [layer.register_forward_pre_hook(hook) for layer, hook in hooks]

    def __enter__(self) -> Hooks:
        """Hold them for a while."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Take them off."""
        for handle in self._handles:
            handle.remove()


def round_inputs(network: nn.Module, rules: Mapping[str, Activation]) -> None:
    """Let layers of a network round what enters them from now on, and only these; weights stay as they are.

    Args:
        network: The network.
        rules: By path of the layer, which numbers may enter it.

    Raises:
        LookupError: There is no such layer.
    """
    layers = quantisable(network)
    for path in rules:
        if path not in layers:
            hint = did_you_mean(path, layers)
            raise LookupError(f"there is no layer “{path}” that takes in numbers to round. {hint}")
    round_nothing(network)
    Hooks((layers[path], Rounding(rule)) for path, rule in rules.items())


def round_nothing(network: nn.Module) -> None:
    """Let a network compute in float32 again, for good."""
    for layer in network.modules():
        for key, hook in list(layer._forward_pre_hooks.items()):
            if isinstance(hook, Rounding):
                del layer._forward_pre_hooks[key]


@contextlib.contextmanager
def in_float(*networks: nn.Module) -> Iterator[None]:
    """Let networks compute in float32 for a while; for how long passes take, which rounding would only add to."""
    before = [rules_of(network) for network in networks]
    for network in networks:
        round_nothing(network)
    try:
        yield
    finally:
        for network, rules in zip(networks, before, strict=True):
            round_inputs(network, rules)


def rules_of(network: nn.Module) -> dict[str, Activation]:
    """Return by layer which numbers may enter it, for those that round."""
    return {
        path: hook.rule
        for path, layer in quantisable(network).items()
        for hook in layer._forward_pre_hooks.values()
        if isinstance(hook, Rounding)
    }


@torch.no_grad()
def put_on_grids(network: nn.Module, bits: int) -> dict[str, Grid]:
    """Put the weights of a network on grids, for good; return these by parameter."""
    weights = dict(network.named_parameters())
    made, grids = on_grids(weights, axes_of(network), bits)
    for name, value in made.items():
        weights[name].copy_(value)
    return grids


def round_as(networks: Iterable[tuple[str, nn.Module]], how: Rounded) -> dict[str, dict[str, Grid]]:
    """Let networks round as their checkpoint says.

    Args:
        networks: With their names; averages beside what they average, which come last.
        how: What it says.

    Returns:
        By network, the grids on which its weights were put.

    Raises:
        LookupError: It names a layer that isn't there.
    """
    grids = {}
    for name, network in networks:
        round_inputs(network, how.activations.get(name, {}) if how.works else {})
        if how.bits is not None and how.works:
            grids[name] = put_on_grids(network, how.bits)
    return grids
