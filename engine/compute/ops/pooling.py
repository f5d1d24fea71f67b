"""One number for many."""

from __future__ import annotations

from torch import Tensor, nn


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
