"""The rounding of a quantised network as operators that programs of ``torch.export`` and ONNX hold."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from engine.compression.activation import Activation
from engine.compute.compression.grid import Grid
from engine.compute.gridding import axes_of, grid_of
from engine.compute.rounding import affine, quantisable, rounded_each

BYTE = 8


def _need_operators() -> None:
    """Let there be ``torch.ops.quantized_decomposed``: a module that torch keeps to itself registers them."""
    importlib.import_module("torch.ao.quantization.fx._decomposed")


class Coded:
    """What a layer does with its input first: codes of integers are made of it, and numbers of these.

    Of a range that is known and of 8 bits these are ``QuantizeLinear`` and ``DequantizeLinear`` in ONNX.

    Args:
        rule: Which numbers may enter.
    """

    def __init__(self, rule: Activation) -> None:
        _need_operators()
        self._rule = rule
        self._scale, self._zero = 1.0, 0
        if rule.low is not None and rule.high is not None:
            scale, zero = affine(torch.tensor(rule.low), torch.tensor(rule.high), rule.bits)
            self._scale, self._zero = float(scale), int(zero)

    def __call__(self, _layer: nn.Module, inputs: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return the inputs with the first one rounded."""
        x, *others = inputs
        return (self._rounded(x), *others)

    def _rounded(self, x: Tensor) -> Tensor:
        bits, most = self._rule.bits, 2**self._rule.bits - 1
        if self._rule.is_dynamic:
            return rounded_each(x, bits)
        if bits != BYTE:
            codes = ((x / self._scale).round() + self._zero).clamp(0, most)
            return (codes - self._zero) * self._scale
        coder, how = torch.ops.quantized_decomposed, (self._scale, self._zero, 0, most, torch.uint8)
        found: Tensor = coder.dequantize_per_tensor(coder.quantize_per_tensor(x, *how), *how)
        return found


class _Codes(nn.Module):
    """A weight that is made of codes of integers.

    Args:
        weight: Lies on the grid.
        grid: Of the codes.
    """

    codes: Tensor
    scales: Tensor
    zeros: Tensor

    def __init__(self, weight: Tensor, grid: Grid) -> None:
        super().__init__()
        _need_operators()
        self._axis, self._largest = grid.axis, grid.largest
        self.register_buffer("codes", grid.codes(weight))
        self.register_buffer("scales", grid.scales)
        self.register_buffer("zeros", torch.zeros_like(grid.scales, dtype=torch.int8))

    def forward(self, _weight: Tensor) -> Tensor:
        """Return the numbers."""
        decode = torch.ops.quantized_decomposed.dequantize_per_channel
        ends = (-self._largest, self._largest)
        found: Tensor = decode(self.codes, self.scales, self.zeros, self._axis, *ends, torch.int8)
        return found


def code_weights(network: nn.Module, rules: Mapping[str, Activation]) -> None:
    """Let weights that lie on grids of 8 bits be int8 in what is exported, in layers whose inputs have codes as well.

    What runs such a file has kernels for both together, and else puts weights on coarser grids of its own.

    Args:
        network: The network, of modules of PyTorch alone.
        rules: By path of the layer, which numbers may enter it.
    """
    layers, axes = quantisable(network), axes_of(network)
    for path, rule in rules.items():
        weight, name = getattr(layers[path], "weight", None), f"{path}.weight"
        if rule.is_dynamic or rule.bits != BYTE or weight is None or name not in axes:
            continue
        grid = grid_of(weight, axes[name], BYTE)
        if grid.holds(weight):
            made = _Codes(weight.detach(), grid)
            parametrize.register_parametrization(layers[path], "weight", made)


def code_inputs(network: nn.Module, rules: Mapping[str, Activation]) -> None:
    """Let layers of a network round what enters them by operators that can be exported.

    Args:
        network: The network, of modules of PyTorch alone.
        rules: By path of the layer, which numbers may enter it.
    """
    layers = quantisable(network)
    for path, rule in rules.items():
        layers[path].register_forward_pre_hook(Coded(rule))
