"""On which grid the weights of a network are put: a scale for every unit that they lead into."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from engine.compute.compression.grid import Grid
from engine.compute.kinds import TRANSPOSED, VECTOR, kinds_of

SHARES = 64  # of the largest weight that are tried as ends of a grid, down to a quarter
LEAST_SHARE = 0.25


def axes_of(module: nn.Module) -> dict[str, int]:
    """Return by parameter which axis has a scale for each entry; biases and norms are left out.

    A scale belongs to an output: then what a unit sums up is whole numbers times one scale.
    """
    return {
        name: 1 if kind == TRANSPOSED else 0
        for name, kind in kinds_of(module).items()
        if kind != VECTOR
    }


def largest_of(weight: Tensor, axis: int) -> Tensor:
    """Return the largest size of a number for every entry of an axis."""
    return weight.detach().abs().transpose(0, axis).flatten(1).amax(1)


def grid_of(weight: Tensor, axis: int, bits: int, least_error: bool = False) -> Grid:
    """Return the grid for a parameter.

    Args:
        weight: The parameter.
        axis: Which of its axes has a scale for each entry.
        bits: Of a code, 2 to 8.
        least_error: Choose the ends so that the sum of squared errors is least, not so that the largest number
            fits: numbers beyond them are cut off, the others lie closer.
    """
    ends = largest_of(weight, axis)
    grid = _ending(ends, axis, bits)
    if not least_error:
        return grid
    best, chosen = _errors(weight, grid), ends.clone()
    for share in torch.linspace(1, LEAST_SHARE, SHARES).tolist()[1:]:
        tried = ends * share
        errors = _errors(weight, _ending(tried, axis, bits))
        better = errors < best
        best, chosen = torch.where(better, errors, best), torch.where(better, tried, chosen)
    return _ending(chosen, axis, bits)


def _ending(ends: Tensor, axis: int, bits: int) -> Grid:
    scales = ends.float() / (2 ** (bits - 1) - 1)
    return Grid(bits, axis, torch.where(scales > 0, scales, torch.ones_like(scales)))


def _errors(weight: Tensor, grid: Grid) -> Tensor:
    lost = grid.numbers(grid.codes(weight)) - weight
    return lost.square().transpose(0, grid.axis).flatten(1).sum(1)


def on_grids(
    weights: Mapping[str, Tensor], axes: Mapping[str, int], bits: int, least_error: bool = False
) -> tuple[dict[str, Tensor], dict[str, Grid]]:
    """Return the parameters that have axes on grids, and the grids; the others are left out.

    Args:
        weights: By parameter.
        axes: By parameter, which axis has a scale for each entry.
        bits: Of a code.
        least_error: See :func:`grid_of`.
    """
    grids = {name: grid_of(weights[name], axis, bits, least_error) for name, axis in axes.items()}
    return {name: grid.numbers(grid.codes(weights[name])) for name, grid in grids.items()}, grids
