"""Numbers on a grid: weights that are whole multiples of one scale a unit, so that few bits say which.

Uniform, symmetric quantisation without a zero point: ``w = scale · code`` with a code from ``−(2ᵇ⁻¹ − 1)`` to
``2ᵇ⁻¹ − 1`` (Nagel et al. 2021, A white paper on neural network quantization, section 2.2).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Grid:
    """Where the numbers of one parameter may lie.

    Attributes:
        bits: Of a code, 2 to 8.
        axis: Of the parameter that has a scale for each of its entries.
        scales: ``(entries of the axis,)``, float32, above 0.
    """

    bits: int
    axis: int
    scales: Tensor

    @property
    def largest(self) -> int:
        """The largest code."""
        return int(2 ** (self.bits - 1) - 1)

    def along(self, weight: Tensor) -> Tensor:
        """Return the scales in a shape that a parameter can be divided by."""
        shape = [1] * weight.dim()
        shape[self.axis] = -1
        return self.scales.view(shape)

    def codes(self, weight: Tensor) -> Tensor:
        """Return the nearest code of each number, as int8 in the shape of the parameter."""
        steps = (weight / self.along(weight)).round()
        return steps.clamp(-self.largest, self.largest).to(torch.int8)

    def numbers(self, codes: Tensor) -> Tensor:
        """Return the float32 numbers that codes mean."""
        return codes.to(torch.float32) * self.along(codes)

    def holds(self, weight: Tensor) -> bool:
        """Whether every number of a parameter lies on the grid, to the bit."""
        fits = weight.dim() > self.axis and weight.shape[self.axis] == len(self.scales)
        return fits and torch.equal(self.numbers(self.codes(weight)), weight)


Grids = Mapping[str, Mapping[str, Grid]]
"""By network and by parameter, for those that lie on a grid."""


def holding(
    grids: Grids, weights: Mapping[str, Mapping[str, Tensor]]
) -> dict[str, dict[str, Grid]]:
    """Return the grids on which weights still lie: what was changed since, or is gone, has none any more."""
    kept = {
        network: {
            name: grid
            for name, grid in found.items()
            if name in weights.get(network, {}) and grid.holds(weights[network][name])
        }
        for network, found in grids.items()
    }
    return {network: found for network, found in kept.items() if found}
