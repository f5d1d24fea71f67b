"""Sequences, step by step, and the places of their steps."""

from __future__ import annotations

import torch
from torch import Tensor, nn


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


class SinusoidalPositions(nn.Module):
    """Adds to every step a fixed pattern of sines and cosines that tells its place.

    Args:
        steps: Length of the sequences.
        features: Numbers of each step.
        base: The slowest wave is about this many times 2 pi steps long.
    """

    table: Tensor

    def __init__(self, steps: int, features: int, base: float) -> None:
        super().__init__()
        places = torch.arange(steps)[:, None]
        pairs = torch.arange(features) // 2 * 2
        angles = places * base ** (-pairs / features)
        waves = torch.where(torch.arange(features) % 2 == 0, angles.sin(), angles.cos())
        self.register_buffer("table", waves, persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """Turn (batch, steps, features) into the same shape."""
        return x + self.table


class LearnedPositions(nn.Module):
    """Adds to every step a learned vector of its place.

    Args:
        steps: Length of the sequences.
        features: Numbers of each step.
    """

    def __init__(self, steps: int, features: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(steps, features) * 0.02)

    def forward(self, x: Tensor) -> Tensor:
        """Turn (batch, steps, features) into the same shape."""
        return x + self.weight
