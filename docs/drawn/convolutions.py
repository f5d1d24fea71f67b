"""Convolutions with filters that are set by hand."""

from __future__ import annotations

import torch
from torch import Tensor

from drawn.paper import Paper, draws
from drawn.real import digit, garment, layer, plain
from drawn.scenes import filter_, onward, picture, set_weight, shape_of, signal

UPRIGHT = [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]
LYING = [[-1, -2, -1], [0, 0, 0], [1, 2, 1]]


def seen(module: torch.nn.Module, *inputs: Tensor) -> Tensor:
    """Return what comes out, without gradients."""
    with torch.no_grad():
        found: Tensor = module(*inputs)
    return found


@draws("layer/conv2d")
def conv2d() -> Paper:
    """Draw two filters for edges over a shoe."""
    x = garment()[None]
    module = layer("conv2d", (1, 28, 28), filters=2)
    set_weight(module, [[UPRIGHT], [LYING]])
    y = seen(module, x)[0]
    paper = Paper(200)
    right = picture(paper, 10, 24, 5, x[0, 0], shape_of(x))
    for index, kernel in enumerate((UPRIGHT, LYING)):
        filter_(paper, 198, 22 + index * 76, torch.tensor(kernel, dtype=torch.float32), 20)
    paper.text(228, 180, "W 2×1×3×3", anchor="middle")
    onward(paper, right + 8, 94, length=32)
    onward(paper, 266, 94, length=32)
    for index in range(2):
        picture(paper, 308 + index * 152, 24, 5, y[index], "", True)
    paper.text(308 + 146, 180, "2×28×28", anchor="middle")
    return paper


@draws("layer/depthwise_conv2d")
def depthwise2d() -> Paper:
    """Draw a filter for every channel."""
    return _by_channel(False)


@draws("layer/separable_conv2d")
def separable2d() -> Paper:
    """Draw a filter for every channel, then weights that mix these."""
    return _by_channel(True)


def _by_channel(mixed: bool) -> Paper:
    x = torch.stack([garment(), garment(1)], 1)
    paper = Paper(222)
    if mixed:
        module = layer("separable_conv2d", (2, 28, 28), filters=1)
        depth, point = [m for m in module.modules() if isinstance(m, torch.nn.Conv2d)]
        set_weight(depth, [[UPRIGHT], [LYING]])
        set_weight(point, [0.5, 0.5])
        between = seen(depth, x)[0]
    else:
        module = layer("depthwise_conv2d", (2, 28, 28))
        set_weight(module, [[UPRIGHT], [LYING]])
        between = seen(module, x)[0]
    y = seen(module, x)
    shift = 0 if mixed else 60
    for index, kernel in enumerate((UPRIGHT, LYING)):
        top = 8 + index * 98
        right = picture(paper, 10 + shift, top, 3, x[0, index])
        end = onward(paper, right + 8, top + 42, length=30)
        right = filter_(paper, end + 8, top + 12, torch.tensor(kernel, dtype=torch.float32), 20)
        end = onward(paper, right + 8, top + 42, length=30)
        right = picture(paper, end + 8, top, 3, between[index], signed=True)
        if mixed:
            paper.arrow([(right + 8, top + 42), (right + 62, 92 + (index - 0.5) * 20)])
            paper.text(right + 36, top + (28 if index == 0 else 62), "½", "text", 13, "middle")
    paper.text(52 + shift, 208, shape_of(x), anchor="middle")
    paper.text(right - 42, 208, "2×28×28", anchor="middle")
    if mixed:
        picture(paper, right + 74, 50, 3, y[0, 0], shape_of(y), True)
    return paper


@draws("layer/conv_transpose2d")
def upconvolution() -> Paper:
    """Draw a small image that is enlarged by a kernel that fits the stride and one that does not."""
    x = digit()[None]
    ramp = torch.tensor([0.25, 0.75, 0.75, 0.25])
    paper = Paper(196)
    picture(paper, 10, 48, 10, x[0, 0], shape_of(x))
    onward(paper, 100, 88, length=34)
    for left, kernel, words in (
        (148, torch.outer(ramp, ramp), "4×4, stride 2"),
        (386, torch.ones(3, 3), "3×3, stride 2"),
    ):
        size = len(kernel)
        params = {"kernel": size, "stride": 2, "padding": 1, "output_padding": 4 - size}
        module = layer("conv_transpose2d", (1, 8, 8), filters=1, **params)
        set_weight(module, kernel.tolist())
        y = seen(module, x)
        picture(paper, left, 88 - size * 5, 10, kernel, "", high=1, low=0)
        onward(paper, left + 48, 88, length=24)
        right = picture(paper, left + 82, 16, 9, y[0, 0], "", low=0)
        paper.text((left + right) / 2 + 36, 178, f"{words}: {shape_of(y)}", anchor="middle")
    return paper


@draws("layer/conv3d")
def conv3d() -> Paper:
    """Draw a digit that moves, and a filter over time that sees the motion."""
    frames = torch.zeros(1, 1, 4, 10, 12)
    for index in range(4):
        frames[0, 0, index, 1:9, index : index + 8] = digit()[0]
    module = layer("conv3d", (1, 4, 10, 12), filters=1)
    weight = torch.zeros(1, 1, 3, 3, 3)
    weight[0, 0, 0, 1, 1], weight[0, 0, 1, 1, 1] = -1, 1
    set_weight(module, weight.tolist())
    y = seen(module, frames)
    paper = Paper(208)
    for index in range(4):
        picture(paper, 14 + index * 106, 12, 7, frames[0, 0, index], f"t = {index}")
        picture(paper, 14 + index * 106, 118, 7, y[0, 0, index], "", True, high=1)
    paper.text(530, 52, shape_of(frames), "text", 12.5, "middle")
    paper.text(530, 158, shape_of(y), "text", 12.5, "middle")
    paper.arrow([(530, 62), (530, 76)])
    paper.text(530, 96, "W 1×1×3×3×3", anchor="middle")
    paper.text(530, 114, "x[t] − x[t − 1]", anchor="middle")
    paper.arrow([(530, 124), (530, 142)])
    return paper


# ----------------------------------------------------------------------------------- signals


def waves() -> Tensor:
    """Return two signals ``(1, 2, 48)``: a step, and a wave with noise."""
    t = torch.arange(48, dtype=torch.float32)
    noise = torch.randn(48, generator=torch.Generator().manual_seed(3)) * 0.18
    step = torch.where((t > 12) & (t < 32), 0.8, -0.4)
    return torch.stack([step, torch.sin(t / 5) * 0.8 + noise])[None]


@draws("layer/conv1d")
def conv1d() -> Paper:
    """Draw one signal and two filters."""
    x = waves()[:, 1:]
    kernels = [[0.2] * 5, [-1.0, 0, 0, 0, 1.0]]
    module = layer("conv1d", (1, 48), filters=2, kernel=5)
    set_weight(module, kernels)
    y = seen(module, x)[0]
    paper = Paper(200)
    signal(paper, 10, 44, 190, 100, plain(x[0, 0]), words="1×48")
    for index, kernel in enumerate(kernels):
        middle = 50 + index * 92
        paper.arrow([(204, 94), (236, middle)])
        filter_(paper, 244, middle - 10, torch.tensor(kernel), 20)
        onward(paper, 350, middle, length=30)
        signal(paper, 390, middle - 40, 216, 80, plain(y[index]), f"series{index}")
    paper.text(498, 197, "2×48", anchor="middle")
    return paper


@draws("layer/depthwise_conv1d")
def depthwise1d() -> Paper:
    """Draw a filter for each of two signals."""
    return _signals(False)


@draws("layer/separable_conv1d")
def separable1d() -> Paper:
    """Draw a filter for each of two signals, then weights that mix these."""
    return _signals(True)


def _signals(mixed: bool) -> Paper:
    x = waves()
    kernels = [[-0.5, 0, 0, 0, 0.5], [0.2] * 5]
    if mixed:
        module = layer("separable_conv1d", (2, 48), filters=1, kernel=5)
        depth, point = [m for m in module.modules() if isinstance(m, torch.nn.Conv1d)]
        set_weight(depth, kernels)
        set_weight(point, [0.5, 0.5])
        between = seen(depth, x)[0]
    else:
        module = layer("depthwise_conv1d", (2, 48), kernel=5)
        set_weight(module, kernels)
        between = seen(module, x)[0]
    y = seen(module, x)[0]
    paper = Paper(208)
    width = 126 if mixed else 186
    for index, kernel in enumerate(kernels):
        top = 8 + index * 92
        signal(paper, 10, top, width, 78, plain(x[0, index]))
        end = onward(paper, 16 + width, top + 39, length=24)
        right = filter_(paper, end + 6, top + 30, torch.tensor(kernel), 18)
        end = onward(paper, right + 6, top + 39, length=24)
        signal(paper, end + 6, top, width, 78, plain(between[index]), "series2")
        if mixed:
            right = end + 6 + width
            paper.arrow([(right + 4, top + 39), (right + 30, 93 + (index - 0.5) * 20)])
            paper.text(right + 20, top + (34 if index == 0 else 58), "½", "text", 13)
    paper.text(10 + width / 2, 203, "2×48", anchor="middle")
    paper.text(end + 6 + width / 2, 203, "2×48", anchor="middle")
    if mixed:
        signal(paper, right + 36, 54, 606 - right - 36, 78, plain(y[0]), words="1×48")
    return paper
