"""Normalisations: what is taken together, and how numbers lie before and after; dropout and its kin."""

from __future__ import annotations

import functools

import numpy as np
import torch
from torch import Tensor, nn

from drawn.convolutions import seen
from drawn.paper import Paper, draws
from drawn.plots import Plot
from drawn.real import SEED, digit, garment, layer, normal, plain
from drawn.scenes import onward, picture, shape_of, vector
from engine.layers.base import Shape

EXAMPLES, CHANNELS = 6, 8


def depends(module: nn.Module, x: Tensor, *others: Tensor) -> np.ndarray:
    """Return which examples and channels one result depends on ``(examples, channels)``, by autograd."""
    x = x.clone().requires_grad_()
    y = module(x, *others)
    place = y[2, 3].flatten()[0]
    (slope,) = torch.autograd.grad(place, x)
    return plain(slope.abs().flatten(2).sum(2)) > 1e-9


def norm(tag: str, **params: object) -> Paper:
    """Draw what a norm takes together, and three channels of one example before and after."""
    module = layer(tag, (CHANNELS, 6, 6), **params).train()
    shift = torch.tensor([-3.0, -1.5, 0.5, 2.5, 1.0, -2.0, 3.0, 0.0])
    scale = torch.tensor([0.5, 1.0, 1.6, 0.7, 1.2, 0.6, 0.8, 1.5])
    x = normal(EXAMPLES, CHANNELS, 6, 6) * scale[:, None, None] + shift[:, None, None]
    together = depends(module, x)
    y = seen(module, x)
    return _norm_sheet(together, x, y, "")


def _norm_sheet(together: np.ndarray, x: Tensor, y: Tensor, words: str) -> Paper:
    paper = Paper(212)
    cell = 19
    for i in range(EXAMPLES):
        for j in range(CHANNELS):
            fill, opacity = ("accent", 0.6) if together[i, j] else ("hover", 1.0)
            paper.rect(36 + j * cell, 34 + i * cell, cell - 2, cell - 2, fill, "border", opacity, 2)
    paper.rect(
        36 + 3 * cell - 1.5, 34 + 2 * cell - 1.5, cell + 1, cell + 1, "none", "text", radius=2
    )
    paper.text(36, 22, "taken together", "text")
    paper.text(26, 34 + EXAMPLES * cell / 2, "example", anchor="middle", turn=True)
    paper.text(36 + CHANNELS * cell / 2, 34 + EXAMPLES * cell + 16, "channel", anchor="middle")
    if words:
        paper.text(36, 196, words)
    for index, (values, title) in enumerate(((x, "before"), (y, "after"))):
        plot = Plot(
            paper, 226 + index * 200, 34, 180, 114, (-5.5, 5.5), (0, 1.05), (-4, -2, 0, 2, 4), (),
            "", title,
        )  # fmt: skip
        for channel, color in ((0, "series0"), (2, "series1"), (3, "series2")):
            plot.histogram(plain(values[:, channel]).ravel(), color, 44)
    paper.text(606, 196, "3 channels of 8", anchor="end")
    return paper


draws("layer/batch_norm")(functools.partial(norm, "batch_norm"))
draws("layer/instance_norm")(functools.partial(norm, "instance_norm"))
draws("layer/group_norm")(functools.partial(norm, "group_norm", groups=2))


@draws("layer/layer_norm")
def layer_norm() -> Paper:
    """Draw the norm over all of an example."""
    return norm("layer_norm", over="all")


@draws("layer/rms_norm")
def rms_norm() -> Paper:
    """Draw the vectors of three steps before and after."""
    x = normal(1, 3, 10) * torch.tensor([0.4, 1.0, 2.2])[:, None] + 0.5
    y = seen(layer("rms_norm", (3, 10)), x)
    paper = Paper(206)
    for row in range(3):
        for index, values in enumerate((x, y)):
            left, top = 40 + index * 300, 12 + row * 60
            paper.rect(left - 4, top - 4, 198, 52, "none", "border", radius=3)
            paper.bars(left, top, 190, 44, plain(values[0, row]), top=4.5, low=-3.5)
            size = float(values[0, row].square().mean().sqrt())
            paper.text(left + 204, top + 26, f"RMS {size:.2f}", "text")
    onward(paper, 306, 94, length=24)
    paper.text(135, 200, shape_of(x), anchor="middle")
    paper.text(435, 200, shape_of(y), anchor="middle")
    return paper


@draws("layer/conditional_batch_norm")
def conditional() -> Paper:
    """Draw how numbers of one channel lie after the norm for three classes."""
    module = layer("conditional_batch_norm", (4, 6, 6), Shape((), "index", 3)).train()
    with torch.no_grad():
        for index, weight in enumerate(
            p for p in module.get_submodule("maps").parameters() if p.ndim == 2
        ):
            weight.copy_(normal(*weight.shape, seed=11 + index) * 0.8 + (weight if index else 0))
    x = normal(96, 4, 6, 6) * 1.7 + 2
    labels = torch.arange(96) % 3
    y = seen(module, x, labels)
    paper = Paper(206)
    before = Plot(paper, 30, 30, 210, 124, (-6, 8), (0, 1.05), (-4, 0, 4), (), "", "before")
    before.histogram(plain(x[:, 0]).ravel(), "muted", 60)
    onward(paper, 256, 92, length=56)
    paper.text(284, 112, "c", "text", 13, "middle")
    after = Plot(
        paper, 330, 30, 270, 124, (-6, 8), (0, 1.05), (-4, 0, 4), (), "", "after: c = 0, 1, 2"
    )
    for label, color in enumerate(("series0", "series1", "series2")):
        after.histogram(plain(y[labels == label, 0]).ravel(), color, 60)
    paper.text(606, 198, "γ(c) · x̂ + β(c)", "text", 12.5, "end")
    return paper


@draws("layer/squeeze_excite")
def squeeze_excite() -> Paper:
    """Draw four channels, what they are weighed with, and the result."""
    x = torch.stack([garment(), garment(1), garment(0), garment(5)], 1)
    module = layer("squeeze_excite", (4, 28, 28), reduction=2)
    with torch.no_grad():
        squeeze, excite = module.get_submodule("squeeze"), module.get_submodule("excite")
        excite.get_parameter("weight").mul_(8)
        squeeze.get_parameter("weight").mul_(3)
        excite.get_parameter("bias").sub_(excite(squeeze(x.mean((2, 3))).relu())[0].mean())
    y = seen(module, x)
    weights = (y.flatten(2).sum(2) / x.flatten(2).sum(2))[0]
    paper = Paper(190)
    for index in range(4):
        top, left = 8 + index // 2 * 88, 10 + index % 2 * 88
        picture(paper, left, top, 2.8, x[0, index])
        picture(paper, left + 428, top, 2.8, y[0, index], low=0, high=1)
    onward(paper, 190, 92, length=34)
    vector(paper, 240, 34, 130, 96, weights, f"σ(…): 4 · {shape_of(x)}", top=1)
    for index, value in enumerate(weights.tolist()):
        paper.text(256 + index * 32.5, 128 - value * 96 - 2, f"{value:.2f}", "text", 11, "middle")
    onward(paper, 386, 92, length=34)
    return paper


# ----------------------------------------------------------------------------------- chance


def masked(tag: str, x: Tensor, words: str, **params: object) -> Paper:
    """Draw an image before a layer of chance, and twice after it."""
    module = layer(tag, tuple(x.shape[1:]), **params).train()
    torch.manual_seed(SEED)
    paper = Paper(188)
    low, high = (0.0, 1.6)
    right = picture(paper, 24, 12, 5, x[0, 0], "x", low=low, high=high)
    onward(paper, right + 12, 82, words, 66)
    for index in range(2):
        y = seen(module, x)
        picture(
            paper,
            264 + index * 176,
            12,
            5,
            y[0, 0].clamp(min=0),
            f"{index + 1}",
            low=low,
            high=high,
        )
    return paper


draws("layer/dropout")(lambda: masked("dropout", garment()[None], "p = 0.5"))
draws("layer/gaussian_noise")(lambda: masked("gaussian_noise", garment()[None], "sd = 0.3", sd=0.3))
draws("layer/gaussian_dropout")(
    lambda: masked("gaussian_dropout", garment()[None], "p = 0.3", p=0.3)
)


@draws("layer/alpha_dropout")
def alpha_dropout() -> Paper:
    """Draw how numbers lie before and after: mean and spread stay."""
    x = normal(1, 4000)
    torch.manual_seed(SEED)
    y = seen(layer("alpha_dropout", (4000,), p=0.2).train(), x)
    paper = Paper(206)
    for index, (values, title) in enumerate(((x, "before"), (y, "after, p = 0.2"))):
        mean, sd = float(values.mean()), float(values.std())
        words = f"{title}: μ = {mean:.2f}, σ = {sd:.2f}".replace("-", "−")
        plot = Plot(
            paper, 24 + index * 310, 30, 266, 130, (-4, 4), (0, 1.05), (-2, 0, 2), (), "", words
        )
        plot.histogram(plain(values).ravel(), f"series{index}", 60)
    return paper


@draws("layer/stochastic_depth")
def stochastic_depth() -> Paper:
    """Draw which examples lose their path."""
    x = torch.stack([digit(kind) for kind in range(8)])
    torch.manual_seed(SEED)
    y = seen(layer("stochastic_depth", (1, 8, 8), p=0.4).train(), x)
    paper = Paper(180)
    for index in range(8):
        picture(paper, 12 + index * 66, 12, 7, x[index, 0], low=0, high=1.7)
        picture(paper, 12 + index * 66, 108, 7, y[index, 0], low=0, high=1.7)
        there = bool(y[index].any())
        left = 40 + index * 66
        paper.arrow([(left, 74), (left, 102)], "good" if there else "bad")
        if not there:
            paper.cross(left, 85, 5, "bad")
    paper.text(546, 94, "p = 0.4", "text", 12.5)
    return paper


@draws("layer/minibatch_deviation")
def minibatch_deviation() -> Paper:
    """Draw a varied batch and one of equal examples, with the number that is added."""
    return _batches("minibatch_deviation", (1, 28, 28), group=4)


@draws("layer/minibatch_discrimination")
def minibatch_discrimination() -> Paper:
    """Draw a varied batch and one of nearly equal examples, with the numbers that are added."""
    paper = Paper(214)
    module = layer("minibatch_discrimination", (8,), kernels=6, size=4)
    for index, spread in enumerate((1.0, 0.12)):
        x = normal(1, 8, seed=9) + spread * normal(4, 8, seed=5)
        y = seen(module, x)
        left = 30 + index * 310
        for row in range(4):
            top = 10 + row * 44
            paper.bars(left, top, 120, 38, plain(x[row]), top=3, low=-3)
            onward(paper, left + 130, top + 19, length=22)
            paper.bars(left + 164, top, 84, 38, plain(y[row, 8:]), "series2", top=3.2, low=0)
        words = "varied" if index == 0 else "alike"
        paper.text(left + 60, 202, f"{words}: 8", "text", anchor="middle")
        paper.text(left + 206, 202, "+ 6", "text", anchor="middle")
    return paper


def _batches(tag: str, dims: tuple[int, ...], **params: object) -> Paper:
    module = layer(tag, dims, **params)
    varied = torch.stack([garment(kind) for kind in (9, 1, 0, 5)])
    alike = torch.stack([garment(9)] * 3 + [garment(9) * 0.9])
    paper = Paper(206)
    for row, (batch, words) in enumerate(((varied, "varied"), (alike, "alike"))):
        added = float(seen(module, batch)[0, -1].mean())
        top = 10 + row * 98
        for index in range(4):
            picture(paper, 16 + index * 92, top, 3, batch[index, 0])
        onward(paper, 390, top + 42, length=36)
        paper.rect(440, top + 30, 120 * added / 0.4, 24, "series2", radius=3)
        paper.text(440, top + 20, f"{words}: + {added:.3f}", "text", 12.5)
    return paper
