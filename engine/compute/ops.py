"""The few modules that layers need and ``torch.nn`` lacks.

Exported code carries the source text of those it uses, so each stands alone on ``torch`` and ``nn``.
:data:`namespace` is what layers are handed as ``nn``: these modules first, then ``torch.nn``.
"""

from __future__ import annotations

from types import SimpleNamespace

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


class GlobalPool(nn.Module):
    """One number for each channel: its mean or its maximum over all positions.

    Args:
        mode: "avg" or "max".
    """

    def __init__(self, mode: str) -> None:
        super().__init__()
        self.mode = mode

    def forward(self, x: Tensor) -> Tensor:
        """Turn (batch, channels, ...) into (batch, channels)."""
        positions = x.flatten(2)
        return positions.mean(2) if self.mode == "avg" else positions.amax(2)


class Recurrent(nn.Module):
    """A recurrent core, and either its outputs at every step or its last state.

    Args:
        core: An nn.RNN, nn.LSTM or nn.GRU with the batch first.
        last: Return the state after the last step instead of the whole sequence.
    """

    def __init__(self, core: nn.RNNBase, last: bool) -> None:
        super().__init__()
        self.core = core
        self.last = last

    def forward(self, x: Tensor) -> Tensor:
        """Turn (batch, steps, features) into (batch, steps, units) or (batch, units)."""
        sequence: Tensor
        sequence, state = self.core(x)
        if not self.last:
            return sequence
        hidden: Tensor = state[0] if isinstance(state, tuple) else state
        return torch.cat((hidden[-2], hidden[-1]), 1) if self.core.bidirectional else hidden[-1]


class SelfAttention(nn.Module):
    """Multi-head attention of a sequence to itself.

    Args:
        features: Numbers of each step; the heads share them out evenly.
        heads: How many look-ups there are side by side.
        dropout: Share of the weights of attention that is set to zero in training.
        causal: Whether no step sees those after it.
        bias: Whether the maps add learned offsets.
    """

    def __init__(
        self, features: int, heads: int, *, dropout: float, causal: bool, bias: bool
    ) -> None:
        super().__init__()
        self.heads = heads
        self.dropout = dropout
        self.causal = causal
        self.enter = nn.Linear(features, 3 * features, bias=bias)
        self.leave = nn.Linear(features, features, bias=bias)

    def forward(self, x: Tensor) -> Tensor:
        """Turn (batch, steps, features) into the same shape."""
        batch, steps, features = x.shape
        parts = self.enter(x).view(batch, steps, 3, self.heads, features // self.heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        drop = self.dropout if self.training else 0.0
        mixed = nn.functional.scaled_dot_product_attention(
            query, key, value, dropout_p=drop, is_causal=self.causal
        )
        result: Tensor = self.leave(mixed.transpose(1, 2).reshape(batch, steps, features))
        return result


OPS: dict[str, type[nn.Module]] = {
    op.__name__: op for op in (Add, Multiply, Concat, Reshape, GlobalPool, Recurrent, SelfAttention)
}

namespace = SimpleNamespace(
    **{name: getattr(nn, name) for name in nn.modules.__all__ if name not in OPS}, **OPS
)
