"""Where images with their channels last become rows of numbers, and come from them.

What works on two tensors that lie differently in memory takes many times as long, so they are made to lie alike
once, here.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from engine.compute.ops import reading


class Flatten(nn.Flatten):
    """``nn.Flatten``, and exported as that; gradients of images come back as the images came."""

    def forward(self, input: Tensor) -> Tensor:
        """Turn ``(batch, …)`` into ``(batch, numbers)``."""
        return super().forward(_AsItCame.apply(input) if _lies_last(input) else input)  # type: ignore[no-untyped-call]


class Reshape(reading.Reshape):
    """The same numbers in another shape, images as their network has them in memory.

    Attributes:
        images_last: Whether images have their channels last.
    """

    images_last = False

    def forward(self, x: Tensor) -> Tensor:
        """Return (batch, *sizes)."""
        shaped = super().forward(x)
        if self.images_last and shaped.ndim == 4:
            return shaped.contiguous(memory_format=torch.channels_last)
        return shaped


def _lies_last(x: Tensor) -> bool:
    return (
        x.ndim == 4
        and x.requires_grad
        and x.is_contiguous(memory_format=torch.channels_last)
        and not torch.compiler.is_compiling()
    )


class _AsItCame(torch.autograd.Function):
    @staticmethod
    def forward(_ctx: Any, x: Tensor) -> Tensor:
        return x.view_as(x)

    @staticmethod
    def backward(_ctx: Any, *gradients: Tensor) -> Any:
        return gradients[0].contiguous(memory_format=torch.channels_last)
