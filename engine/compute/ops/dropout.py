"""Dropout that draws its random numbers faster."""

from __future__ import annotations

import torch
from torch import Tensor, nn

LEVELS = 2**16
PARTS = 4  # numbers of 16 bits in one of 64
LOWEST = -(2**63)


class Dropout(nn.Dropout):
    """``nn.Dropout``, and exported as that; on processors in a quarter to half of its time.

    Torch draws a number for every unit there, one after another. Sixteen bits decide as well, and a number of
    64 holds four of them: the probability is rounded to a multiple of 2⁻¹⁶, and what is kept is divided by what is then kept on average,
    so that the mean stays exactly.
    """

    def forward(self, x: Tensor) -> Tensor:
        """Turn ``(batch, …)`` into the same shape."""
        kept = LEVELS - round(self.p * LEVELS)
        if not self.training or x.device.type != "cpu" or not kept or torch.compiler.is_compiling():
            return super().forward(x)
        words = torch.empty(-(-x.numel() // PARTS), dtype=torch.int64).random_(LOWEST, None)
        drawn = words.view(torch.int16)[: x.numel()].view(x.shape)
        factors = (drawn < kept - LEVELS // 2).to(x.dtype) if kept < LEVELS else torch.ones_like(x)
        return x * factors.mul_(LEVELS / kept)
