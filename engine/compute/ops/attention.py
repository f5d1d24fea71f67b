"""Attention, and the layers of transformers around it."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class SelfAttention(nn.Module):
    """Multi-head attention of a sequence to itself.

    Args:
        features: Numbers of each step.
        heads: How many look-ups there are side by side.
        dropout: Share of the weights of attention that is set to zero in training.
        causal: Whether no step sees those after it.
        bias: Whether the maps add learned offsets.
        rotary: Whether queries and keys are turned by angles that grow with the place of the step.
        size: Numbers of each head; they share the features out evenly when left out.
    """

    def __init__(
        self,
        features: int,
        heads: int,
        *,
        dropout: float,
        causal: bool,
        bias: bool,
        rotary: bool = False,
        size: int | None = None,
    ) -> None:
        super().__init__()
        self.heads = heads
        self.size = features // heads if size is None else size
        self.dropout = dropout
        self.causal = causal
        self.rotary = rotary
        self.enter = nn.Linear(features, 3 * heads * self.size, bias=bias)
        self.leave = nn.Linear(heads * self.size, features, bias=bias)

    def forward(self, x: Tensor) -> Tensor:
        """Turn (batch, steps, features) into the same shape."""
        batch, steps, _features = x.shape
        parts = self.enter(x).view(batch, steps, 3, self.heads, self.size)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        if self.rotary:
            query, key = self.turned(query), self.turned(key)
        drop = self.dropout if self.training else 0.0
        mixed = nn.functional.scaled_dot_product_attention(
            query, key, value, dropout_p=drop, is_causal=self.causal
        )
        result: Tensor = self.leave(mixed.transpose(1, 2).reshape(batch, steps, -1))
        return result

    def turned(self, x: Tensor) -> Tensor:
        """Turn pairs of features, the first half with the second, by angles of their steps."""
        steps, size = x.shape[-2:]
        rates = 10_000 ** (-torch.arange(0, size, 2, device=x.device) / size)
        angles = torch.arange(steps, device=x.device)[:, None] * rates
        cosine, sine = angles.cos().to(x.dtype), angles.sin().to(x.dtype)
        left, right = x.chunk(2, -1)
        return torch.cat((left * cosine - right * sine, right * cosine + left * sine), -1)


class CrossAttention(nn.Module):
    """Multi-head attention of a sequence to another one.

    Args:
        features: Numbers of each step that asks.
        memory: Numbers of each step that is asked.
        heads: How many look-ups there are side by side.
        dropout: Share of the weights of attention that is set to zero in training.
        bias: Whether the maps add learned offsets.
        size: Numbers of each head; they share the features out evenly when left out.
    """

    def __init__(
        self,
        features: int,
        memory: int,
        heads: int,
        *,
        dropout: float,
        bias: bool,
        size: int | None = None,
    ) -> None:
        super().__init__()
        self.heads = heads
        self.size = features // heads if size is None else size
        self.dropout = dropout
        self.ask = nn.Linear(features, heads * self.size, bias=bias)
        self.answer = nn.Linear(memory, 2 * heads * self.size, bias=bias)
        self.leave = nn.Linear(heads * self.size, features, bias=bias)

    def forward(self, x: Tensor, memory: Tensor) -> Tensor:
        """Turn (batch, steps, features) and (batch, other steps, memory) into the first's shape."""
        batch, steps, _features = x.shape
        query = self.ask(x).view(batch, steps, self.heads, self.size).transpose(1, 2)
        parts = self.answer(memory).view(batch, memory.shape[1], 2, self.heads, self.size)
        key, value = parts.permute(2, 0, 3, 1, 4)
        drop = self.dropout if self.training else 0.0
        mixed = nn.functional.scaled_dot_product_attention(query, key, value, dropout_p=drop)
        result: Tensor = self.leave(mixed.transpose(1, 2).reshape(batch, steps, -1))
        return result


class EncoderBlock(nn.Module):
    """Attention of a sequence to itself, then a map of every step, each with a way past it.

    Args:
        attend: Turns (batch, steps, features) into the same shape.
        feed: The map of every step.
        features: Numbers of each step.
        dropout: Share of what both add that is set to zero in training.
        norm_first: Normalise what enters the two, not what leaves them.
    """

    def __init__(
        self, attend: nn.Module, feed: nn.Module, features: int, *, dropout: float, norm_first: bool
    ) -> None:
        super().__init__()
        self.attend = attend
        self.feed = feed
        self.norm1 = nn.LayerNorm(features)
        self.norm2 = nn.LayerNorm(features)
        self.drop = nn.Dropout(dropout)
        self.norm_first = norm_first

    def forward(self, x: Tensor) -> Tensor:
        """Turn (batch, steps, features) into the same shape."""
        if self.norm_first:
            x = x + self.drop(self.attend(self.norm1(x)))
            x = x + self.drop(self.feed(self.norm2(x)))
        else:
            x = self.norm1(x + self.drop(self.attend(x)))
            x = self.norm2(x + self.drop(self.feed(x)))
        return x


class DecoderBlock(nn.Module):
    """Attention to itself, attention to a memory, then a map of every step, with ways past them.

    Args:
        attend: Turns (batch, steps, features) into the same shape.
        recall: Turns that and a memory into the same shape.
        feed: The map of every step.
        features: Numbers of each step.
        dropout: Share of what the three add that is set to zero in training.
        norm_first: Normalise what enters the three, not what leaves them.
    """

    def __init__(
        self,
        attend: nn.Module,
        recall: nn.Module,
        feed: nn.Module,
        features: int,
        *,
        dropout: float,
        norm_first: bool,
    ) -> None:
        super().__init__()
        self.attend = attend
        self.recall = recall
        self.feed = feed
        self.norm1 = nn.LayerNorm(features)
        self.norm2 = nn.LayerNorm(features)
        self.norm3 = nn.LayerNorm(features)
        self.drop = nn.Dropout(dropout)
        self.norm_first = norm_first

    def forward(self, x: Tensor, memory: Tensor) -> Tensor:
        """Turn (batch, steps, features) and (batch, other steps, memory) into the first's shape."""
        if self.norm_first:
            x = x + self.drop(self.attend(self.norm1(x)))
            x = x + self.drop(self.recall(self.norm2(x), memory))
            x = x + self.drop(self.feed(self.norm3(x)))
        else:
            x = self.norm1(x + self.drop(self.attend(x)))
            x = self.norm2(x + self.drop(self.recall(x, memory)))
            x = self.norm3(x + self.drop(self.feed(x)))
        return x
