"""What the examples of a batch have in common."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class MinibatchDiscrimination(nn.Module):
    """Adds to every example how close it comes to the others of its batch, as learned projections see it.

    Args:
        features: Numbers of an example.
        kernels: Numbers that are added.
        size: Numbers of each projection.
    """

    def __init__(self, features: int, kernels: int, size: int) -> None:
        super().__init__()
        self.kernels = kernels
        self.maps = nn.Linear(features, kernels * size, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Turn (batch, features) into (batch, features + kernels)."""
        seen = self.maps(x).view(len(x), self.kernels, -1)
        apart = (seen[:, None] - seen[None]).abs().sum(3)
        close = torch.exp(-apart).sum(1) - 1
        return torch.cat((x, close), 1)
