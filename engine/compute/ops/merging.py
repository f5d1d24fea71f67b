"""Where paths meet."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Add(nn.Module):
    """The sum of what flows in."""

    def forward(self, *inputs: Tensor) -> Tensor:
        """Add tensors of one shape (sizes of 1 are stretched)."""
        total = inputs[0]
        for value in inputs[1:]:
            total = total + value
        return total


class Multiply(nn.Module):
    """The product of what flows in, number by number."""

    def forward(self, *inputs: Tensor) -> Tensor:
        """Multiply tensors of one shape (sizes of 1 are stretched)."""
        total = inputs[0]
        for value in inputs[1:]:
            total = total * value
        return total


class Concat(nn.Module):
    """What flows in, side by side along one axis.

    Args:
        axis: The axis, counted with the batch as 0.
    """

    def __init__(self, axis: int) -> None:
        super().__init__()
        self.axis = axis

    def forward(self, *inputs: Tensor) -> Tensor:
        """Join tensors that agree in every other axis."""
        return torch.cat(inputs, self.axis)


class Matmul(nn.Module):
    """The product of two matrices.

    Args:
        transposed: Whether the second matrix is read with rows and columns exchanged.
    """

    def __init__(self, transposed: bool) -> None:
        super().__init__()
        self.transposed = transposed

    def forward(self, x: Tensor, other: Tensor) -> Tensor:
        """Turn (batch, ..., n, k) and (batch, ..., k, m) into (batch, ..., n, m)."""
        return x @ (other.transpose(-2, -1) if self.transposed else other)
