"""Convolutions whose narrow end, an image of one to three channels, is painted faster.

Torch's convolutions work on sixteen channels at once and leave most of that empty where an image has one: at
the end of a generator, and at the other end of a discriminator when its gradient flows back to the image.
There a matrix product and an addition of overlapping windows take a third of the time for one channel and
kernels of 4 with a stride of 2, two thirds for three. They need memory for all windows, so kernels are small.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import conv2d, fold

NARROW = 3
"""From four channels on torch is as fast."""
WINDOW = 64
"""The most numbers of a window, all channels together."""

Pair = tuple[int, int]


class ConvTranspose2d(nn.ConvTranspose2d):
    """``nn.ConvTranspose2d``, and exported as that."""

    def forward(self, x: Tensor, output_size: list[int] | None = None) -> Tensor:
        """Turn ``(batch, channels, height, width)`` into a larger image."""
        if self.out_channels > NARROW or output_size or _is_special(self, x):
            return super().forward(x, output_size)
        sides = zip(
            x.shape[2:],
            self.kernel_size,
            self.stride,
            self.padding,
            self.output_padding,
            strict=True,
        )
        height, width = ((n - 1) * s - 2 * p + k + o for n, k, s, p, o in sides)  # type: ignore[operator]
        painted = paint(x, self.weight, self.stride, self.padding, (height, width))  # type: ignore[arg-type]
        return painted if self.bias is None else painted + self.bias.view(1, -1, 1, 1)


class Conv2d(nn.Conv2d):
    """``nn.Conv2d``, and exported as that."""

    def forward(self, input: Tensor) -> Tensor:
        """Turn ``(batch, channels, height, width)`` into as many channels as there are filters."""
        if self.in_channels > NARROW or not input.requires_grad or _is_special(self, input):
            return super().forward(input)
        done: Tensor = _NarrowInput.apply(  # type: ignore[no-untyped-call]
            input, self.weight, self.bias, self.stride, self.padding
        )
        return done


def paint(x: Tensor, weight: Tensor, stride: Pair, padding: Pair, size: Pair) -> Tensor:
    """Return the transposed convolution ``(batch, out, *size)``; exact to rounding, twice differentiable.

    Args:
        x: ``(batch, in, height, width)``.
        weight: ``(in, out, *kernel)``.
        stride: Pixels between two windows.
        padding: Pixels cut off on every side.
        size: Height and width of the result.
    """
    painted: Tensor = _Paint.apply(x, weight, stride, padding, size)  # type: ignore[no-untyped-call]
    return painted


def _is_special(layer: nn.Conv2d | nn.ConvTranspose2d, x: Tensor) -> bool:
    """Whether torch has to do it itself: elsewhere than in the training of images with channels last."""
    narrow = min(layer.in_channels, layer.out_channels)
    return (
        not layer.training
        or narrow * layer.kernel_size[0] * layer.kernel_size[1] > WINDOW
        or x.device.type != "cpu"
        or x.ndim != 4
        or not x.is_contiguous(memory_format=torch.channels_last)
        or layer.groups > 1
        or layer.dilation != (1, 1)
        or layer.padding_mode != "zeros"
        or isinstance(layer.padding, str)
        or torch.is_autocast_enabled("cpu")
        or torch.compiler.is_compiling()
    )


class _Paint(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, x: Tensor, weight: Tensor, stride: Pair, padding: Pair, size: Pair
    ) -> Tensor:
        ctx.save_for_backward(x, weight)
        ctx.stride, ctx.padding, ctx.size = stride, padding, size
        (batch, channels, height, width), kernel = x.shape, weight.shape[2:]
        places = x.permute(0, 2, 3, 1).reshape(-1, channels)
        windows = (places @ weight.reshape(channels, -1)).view(
            batch, height * width, weight[0].numel()
        )
        painted = fold(windows.mT, size, kernel, padding=padding, stride=stride)
        return painted.contiguous(memory_format=torch.channels_last)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Any:
        x, weight = ctx.saved_tensors
        sides = zip(ctx.size, x.shape[2:], weight.shape[2:], ctx.stride, ctx.padding, strict=True)
        left = [size - ((n - 1) * s - 2 * p + k) for size, n, k, s, p in sides]
        wanted = [*ctx.needs_input_grad[:2], False]
        to_x, to_weight, _none = torch.ops.aten.convolution_backward(
            gradients[0], x, weight, None, ctx.stride, ctx.padding, (1, 1), True, left, 1, wanted
        )
        return to_x, to_weight, None, None, None


class _NarrowInput(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, x: Tensor, weight: Tensor, bias: Tensor | None, stride: Pair, padding: Pair
    ) -> Tensor:
        ctx.save_for_backward(x, weight)
        ctx.stride, ctx.padding = stride, padding
        return conv2d(x, weight, bias, stride, padding)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Any:
        (x, weight), (gradient,) = ctx.saved_tensors, gradients
        to_x = to_weight = to_bias = None
        if ctx.needs_input_grad[0]:
            to_x = paint(gradient, weight, ctx.stride, ctx.padding, tuple(x.shape[2:]))
        if any(ctx.needs_input_grad[1:3]):
            filters, wanted = [len(weight)], [False, *ctx.needs_input_grad[1:3]]
            _none, to_weight, to_bias = torch.ops.aten.convolution_backward(
                gradient,
                x,
                weight,
                filters,
                ctx.stride,
                ctx.padding,
                (1, 1),
                False,
                (0, 0),
                1,
                wanted,
            )
        return to_x, to_weight, to_bias, None, None
