"""Layers that make images and signals smaller or larger, or lay them out anew."""

from __future__ import annotations

import functools

import numpy as np
import torch
from torch import Tensor

from drawn.convolutions import seen, waves
from drawn.paper import Paper, draws
from drawn.real import digit, garment, layer, plain
from drawn.scenes import onward, picture, shape_of, signal, vector


def pool2d(tag: str) -> Paper:
    """Draw a shoe before and after."""
    x = garment()[None]
    y = seen(layer(tag, (1, 28, 28)), x)
    paper = Paper(200)
    right = picture(paper, 60, 12, 6, x[0, 0, :28], shape_of(x))
    piece = x[0, 0, 14:18, 10:14]
    result = seen(layer(tag, (1, 4, 4)), piece[None, None])[0, 0]
    paper.rect(60 + 60, 12 + 84, 24, 24, "none", "series1")
    numbers(paper, right + 46, 56, piece)
    end = onward(paper, right + 46 + 88, 96, length=20)
    numbers(paper, end + 8, 76, result)
    paper.rect(right + 46, 56, 80, 80, "none", "series1")
    picture(paper, 470, 54, 6, y[0, 0], shape_of(y))
    onward(paper, end + 58, 96, length=28)
    return paper


def numbers(paper: Paper, x: float, y: float, values: Tensor, cell: float = 20) -> None:
    """Draw a small map with its numbers from 0 to 1, in tenths."""
    for i, row in enumerate(plain(values)):
        for j, value in enumerate(row.tolist()):
            paper.rect(x + j * cell, y + i * cell, cell, cell, "text", "border", 0.35 * value)
            words = f"{value:.1f}".lstrip("0") if round(value, 1) < 1 else "1"
            words = words if round(value, 1) > 0 else "0"
            paper.text(x + (j + 0.5) * cell, y + (i + 0.5) * cell + 4, words, "text", 11, "middle")


def pool1d(tag: str, **params: int) -> Paper:
    """Draw a signal before and after."""
    x = waves()[:, 1:]
    y = seen(layer(tag, (1, 48), **params), x)
    paper = Paper(170)
    signal(paper, 10, 24, 320, 110, plain(x[0, 0]), words=shape_of(x))
    onward(paper, 340, 79, length=36)
    width = max(120.0, 320 * y.shape[-1] / 48)
    signal(paper, 388, 24, width, 110, plain(y[0, 0]), "series2", words=shape_of(y))
    return paper


for _tag in ("max_pool2d", "avg_pool2d"):
    draws(f"layer/{_tag}")(functools.partial(pool2d, _tag))
for _tag in ("max_pool1d", "avg_pool1d"):
    draws(f"layer/{_tag}")(functools.partial(pool1d, _tag, kernel=3))
draws("layer/adaptive_pool1d")(functools.partial(pool1d, "adaptive_pool1d", size=6))


@draws("layer/adaptive_pool2d")
def adaptive() -> Paper:
    """Draw two images of different sizes that end in the same size."""
    paper = Paper(196)
    x = garment()[None]
    for index, image in enumerate((x, x[..., 4:24, 2:26])):
        y = seen(layer("adaptive_pool2d", tuple(image.shape[1:]), size=4), image)
        left = 20 + index * 312
        right = picture(paper, left, 14, 5, image[0, 0], shape_of(image))
        end = onward(paper, right + 10, 84, length=28)
        picture(paper, end + 10, 48, 18, y[0, 0], shape_of(y))
    return paper


@draws("layer/global_pool")
def global_pool() -> Paper:
    """Draw four maps and the mean of each."""
    x = torch.stack([garment(), garment(1), garment(0), garment(5)], 1)
    y = seen(layer("global_pool", (4, 28, 28)), x)
    paper = Paper(172)
    for index in range(4):
        picture(paper, 14 + index * 98, 24, 3, x[0, index])
    paper.text(14 + 189, 140, shape_of(x), anchor="middle")
    onward(paper, 408, 66, length=36)
    vector(paper, 464, 24, 132, 88, y[0], "4", top=0.6, low=0)
    return paper


@draws("layer/upsample")
def upsample() -> Paper:
    """Draw a digit and its two enlargements."""
    x = digit()[None]
    paper = Paper(196)
    right = picture(paper, 24, 48, 10, x[0, 0], shape_of(x))
    onward(paper, right + 14, 88, "× 2", 44)
    for index, mode in enumerate(("nearest", "linear")):
        y = seen(layer("upsample", (1, 8, 8), mode=mode), x)
        picture(paper, 190 + index * 196, 10, 10, y[0, 0], f"{mode} · {shape_of(y)}", low=0, high=1)
    return paper


def colored_cells(paper: Paper, x: float, y: float, cell: float, values: Tensor) -> None:
    """Draw numbers 0 to 15 as cells; the colour says which channel they were of."""
    for i, row in enumerate(values.tolist()):
        for j, value in enumerate(row):
            at = (x + j * cell, y + i * cell)
            paper.rect(*at, cell, cell, f"series{int(value) // 4}", "surface", 0.75, 2)


def _shuffled(back: bool) -> Paper:
    channels = torch.arange(16, dtype=torch.float32).reshape(1, 4, 2, 2)
    image = seen(layer("pixel_shuffle", (4, 2, 2)), channels)
    if back:
        channels = seen(layer("pixel_unshuffle", (1, 4, 4)), image)
    paper = Paper(164)
    left, right = (60, 420) if not back else (340, 70)
    for index in range(4):
        at = (left + index % 4 * 66, 44)
        colored_cells(paper, *at, 28, channels[0, index])
    paper.text(left + 127, 128, shape_of(channels), anchor="middle")
    colored_cells(paper, right, 16, 28, image[0, 0])
    paper.text(right + 56, 146, shape_of(image), anchor="middle")
    onward(paper, 352 if not back else 238, 72, length=44)
    return paper


draws("layer/pixel_shuffle")(functools.partial(_shuffled, False))
draws("layer/pixel_unshuffle")(functools.partial(_shuffled, True))


# ----------------------------------------------------------------------------------- order


def ordered(paper: Paper, x: float, y: float, cell: float, values: Tensor, words: str) -> float:
    """Draw whole numbers in cells, shaded by size; returns where the right side is."""
    grid = np.atleast_2d(values.numpy())
    for i, row in enumerate(grid.tolist()):
        for j, value in enumerate(row):
            left, top = x + j * cell, y + i * cell
            paper.rect(left, top, cell, cell, "series0", "surface", 0.15 + 0.6 * value / 24, 2)
            paper.text(left + cell / 2, top + cell / 2 + 4, f"{value:g}", "text", 11, "middle")
    rows, columns = map(int, grid.shape)
    paper.text(x + columns * cell / 2, y + rows * cell + 17, words, anchor="middle")
    return x + columns * cell


@draws("layer/flatten")
def flatten() -> Paper:
    """Draw an image of two channels as a row."""
    x = torch.arange(12).reshape(1, 2, 2, 3)
    y = seen(layer("flatten", (2, 2, 3)), x)
    paper = Paper(130)
    ordered(paper, 14, 36, 24, x[0, 0], "")
    ordered(paper, 96, 36, 24, x[0, 1], "")
    paper.text(91, 106, shape_of(x), anchor="middle")
    onward(paper, 188, 60, length=44)
    ordered(paper, 252, 46, 28, y[0], shape_of(y))
    return paper


def arranged(tag: str, dims: tuple[int, ...], **params: object) -> Paper:
    """Draw a table of numbers before and after."""
    size = int(np.prod(dims))
    x = torch.arange(size).reshape(1, *dims)
    y = seen(layer(tag, dims, **params), x)
    paper = Paper(170)
    rows = x.shape[1] if x.ndim > 2 else 1
    right = ordered(paper, 60, 72 - rows * 14, 28, x[0], shape_of(x))
    end = onward(paper, right + 24, 72, length=52)
    rows = y.shape[1] if y.ndim > 2 else 1
    ordered(paper, end + 24, 72 - rows * 14, 28, y[0], shape_of(y))
    return paper


draws("layer/reshape")(functools.partial(arranged, "reshape", (12,), sizes=(4, 3)))
draws("layer/permute")(functools.partial(arranged, "permute", (3, 5), dimensions=(2, 1)))


@draws("layer/slice")
def slice_() -> Paper:
    """Draw what is cut out of a signal."""
    x = waves()[:, 1:]
    y = seen(layer("slice", (1, 48), axis=2, start=12, stop=36), x)
    paper = Paper(170)
    signal(paper, 10, 24, 320, 110, plain(x[0, 0]), words=shape_of(x))
    each = (320 - 12) / 47
    paper.rect(10 + 6 + 11.5 * each, 24, 24 * each, 110, "accent", "accent", 0.12, 3)
    onward(paper, 346, 79, length=40)
    signal(paper, 402, 24, 170, 110, plain(y[0, 0]), words=f"{shape_of(y)} · 12 … 35")
    return paper
