"""The same numbers in another shape or order, and parts of them."""

from __future__ import annotations

from torch import Tensor, nn


class Reshape(nn.Module):
    """The same numbers in another shape.

    Args:
        sizes: The shape of one example; one of the sizes may be -1.
    """

    def __init__(self, *sizes: int) -> None:
        super().__init__()
        self.sizes = sizes

    def forward(self, x: Tensor) -> Tensor:
        """Return (batch, *sizes)."""
        return x.reshape(x.shape[0], *self.sizes)


class Permute(nn.Module):
    """The same numbers with their dimensions in another order.

    Args:
        order: For every dimension of the result, which one of the input it is; the batch is 0.
    """

    def __init__(self, *order: int) -> None:
        super().__init__()
        self.order = order

    def forward(self, x: Tensor) -> Tensor:
        """Return a tensor whose dimensions behind the batch have the new order."""
        return x.permute(0, *self.order).contiguous()


class Slice(nn.Module):
    """A stretch of one dimension.

    Args:
        axis: The dimension, counted with the batch as 0.
        start: First place; below zero it is counted from the end.
        stop: The place behind the last; None for the end.
        step: 2 takes every other place.
    """

    def __init__(self, axis: int, start: int, stop: int | None, step: int) -> None:
        super().__init__()
        self.axis = axis
        self.chosen = slice(start, stop, step)

    def forward(self, x: Tensor) -> Tensor:
        """Return the stretch."""
        return x[(slice(None),) * self.axis + (self.chosen,)]
