"""Trained weights, and what compressions make of them."""

from __future__ import annotations

import functools

import torch
from torch import Tensor, nn

from drawn.paper import Paper, draws
from drawn.real import SEED, garment, normal, plain, told
from drawn.scenes import filter_, onward, picture, vector
from engine.compression.low_rank import LowRank
from engine.compute.compression.factoring import rank_of
from engine.compute.compression.folding import _scale_and_shift
from engine.compute.compression.zeroing import n_of_m
from engine.compute.pruning import kept

SIDE, CELL = 12, 9
AWAY = 0.7


@functools.cache
def trained() -> tuple[Tensor, Tensor]:
    """A matrix of 12 × 12 before and after it has learnt one of which four in five are 0."""
    generator = torch.Generator().manual_seed(SEED)
    wanted = torch.randn(SIDE, SIDE, generator=generator)
    wanted[torch.rand(SIDE, SIDE, generator=generator) < 0.8] = 0
    start = 0.5 * torch.randn(SIDE, SIDE, generator=generator)
    weight = start.clone().requires_grad_()
    for _step in range(5):
        examples = torch.randn(64, SIDE, generator=generator)
        loss = (examples @ (weight - wanted).T).square().mean()
        (gradient,) = torch.autograd.grad(loss, weight)
        weight.data.sub_(gradient, alpha=0.8)
    return start, weight.detach()


def matrix(paper: Paper, x: float, weight: Tensor, words: str, cell: float = CELL) -> float:
    """Draw weights with words above and their share of zeros below; returns where the right side is."""
    zeros = float((weight == 0).double().mean())
    rows, columns = weight.shape
    paper.text(x, 24, words, "text")
    paper.heat(x, 34, cell, plain(weight), color="series0", below="series1")
    if zeros:
        paper.text(x + cell * columns, 34 + cell * rows + 16, f"{zeros:.0%} zeros", anchor="end")
    return x + cell * columns


@draws("compression/prune")
def prune() -> Paper:
    """The smallest of all, and two of every four in a row."""
    weight = normal(SIDE, SIDE)
    least = kept({"w": weight.abs()}, AWAY, "layer")["w"]
    paper = Paper(176)
    x = matrix(paper, 24, weight, "trained")
    x = onward(paper, x + 12, 88, "70 %", 48) + 12
    x = matrix(paper, x, weight * least, "largest stay") + 72
    matrix(paper, x, weight * n_of_m(weight, 2, 4), "2 of every 4")
    return paper


@draws("compression/rewind")
def rewind() -> Paper:
    """Trained, pruned, and back to the start with the same zeros."""
    start, weight = trained()
    least = kept({"w": weight.abs()}, AWAY, "layer")["w"]
    paper, x = Paper(190), 24.0
    for words, values in (
        ("start", start),
        ("trained", weight),
        ("pruned", weight * least),
        ("rewound", start * least),
    ):
        x = matrix(paper, x, values, words)
        x = onward(paper, x + 6, 88, length=30) + 6 if words != "rewound" else x
    paper.text(24, 180, "The numbers of the start, with the zeros that training has found.", "text")
    return paper


@draws("compression/prune_units")
def prune_units() -> Paper:
    """Rows of one matrix and columns of the next go together."""
    _start, weight = trained()
    after = normal(6, SIDE, seed=3)
    size = weight.abs().sum(1)
    stays = torch.zeros(SIDE, dtype=torch.bool)
    stays[size.topk(SIDE // 2).indices] = True
    paper = Paper(190)
    x = matrix(paper, 24, weight, "units are rows")
    paper.text(x + 14, 24, "Σ |w|", "text")
    for row, (value, stay) in enumerate(zip(size.tolist(), stays.tolist(), strict=True)):
        width = 44 * value / float(size.max())
        paper.rect(
            x + 14, 35 + row * CELL, width, CELL - 2, "series0" if stay else "series1", opacity=0.85
        )
    x = matrix(paper, x + 72, after, "the next layer")
    for column, stay in enumerate(stays.tolist()):
        if not stay:
            paper.cross(x - (SIDE - column - 0.5) * CELL, 34 + 6 * CELL + 10, 3, "series1")
    x = onward(paper, x + 12, 70, "", 32) + 12
    x = matrix(paper, x, weight[stays], "6 units") + 20
    matrix(paper, x, after[:, stays], "6 inputs")
    paper.text(24, 180, "What is left is an ordinary network, half as wide.", "text")
    return paper


@draws("compression/low_rank")
def low_rank() -> Paper:
    """A picture as a matrix, and the few columns and rows that are most of it."""
    values = garment(9)[0]
    left, sizes, right = torch.linalg.svd(values)
    rank = rank_of(sizes, LowRank(energy=0.97))
    root = sizes[:rank].sqrt()
    tall, wide = left[:, :rank] * root, root[:, None] * right[:rank]
    paper, cell = Paper(196), 4.0
    x = picture(paper, 24, 30, cell, values, "28×28") + 26
    vector(paper, x, 34, 84, 98, sizes, "singular values")
    edge = x + 84 * rank / len(sizes)
    paper.line([(edge, 28), (edge, 138)], "accent", 1.4, dashes="3 3")
    x = onward(paper, x + 96, 86, f"rank {rank}", 48) + 12
    x = picture(paper, x, 30, cell, tall, f"28×{rank}", signed=True) + 10
    paper.text(x, 42, "·", "text", 16)
    x = picture(paper, x + 12, 30, cell, wide, f"{rank}×28", signed=True) + 10
    paper.text(x, 90, "≈", "text", 16)
    picture(paper, x + 18, 30, cell, tall @ wide, low=0.0, high=1.0)
    share = float(sizes[:rank].square().sum() / sizes.square().sum())
    paper.text(
        24, 188, f"{share:.0%} of the squares in {2 * 28 * rank} numbers instead of 784", "text"
    )
    return paper


@draws("compression/fold_norms")
def fold_norms() -> Paper:
    """A kernel before and after it has taken the norm in."""
    torch.manual_seed(SEED)
    image = garment(9)[None]
    convolution, norm = nn.Conv2d(1, 1, 3, padding=1, bias=False), nn.BatchNorm2d(1)
    convolution.weight.data = torch.tensor([[[[1.0, 0, -1], [2, 0, -2], [1, 0, -1]]]])
    norm.weight.data, norm.bias.data = torch.tensor([0.8]), torch.tensor([0.1])
    for _pass in range(40):
        norm(convolution(image))
    norm.eval()
    scale, shift = _scale_and_shift(norm.state_dict(), norm.eps)
    folded = nn.Conv2d(1, 1, 3, padding=1)
    folded.weight.data = (convolution.weight.data.double() * scale.view(-1, 1, 1, 1)).float()
    folded.bias.data = shift.float()  # type: ignore[union-attr]
    before = told(lambda: norm(convolution(image))[0, 0])
    after = told(lambda: folded(image)[0, 0])
    paper = Paper(240)
    for y, words, kernel in ((18.0, "two layers", convolution), (132.0, "one layer", folded)):
        paper.text(24, y + 4, words, "text")
        x = filter_(paper, 24, y + 16, kernel.weight.detach()[0, 0], 28)
        if kernel is convolution:
            paper.box(
                x + 40,
                y + 26,
                148,
                52,
                "Batch norm",
                below=f"{scale.item():.2f} · x + {shift.item():.2f}",
            )
        else:
            paper.text(x + 40, y + 56, f"+ {shift.item():.2f}", "text", 13)
        x = onward(paper, 310, y + 52, "", 40)
        picture(paper, x + 14, y + 4, 3.4, before if kernel is convolution else after, signed=True)
    assert abs(before - after).max() < 1e-6
    paper.text(480, 122, "differ by less", "text")
    paper.text(480, 138, "than a millionth", "text")
    return paper


@draws("compression/merge_linears")
def merge_linears() -> Paper:
    """The product of two matrices."""
    first, second = normal(10, 14, seed=1), normal(6, 10, seed=2)
    paper, cell = Paper(192), 10.0
    paper.text(24, 24, "second", "text")
    x = picture(paper, 24, 34, cell, second, "6×10", signed=True) + 10
    paper.text(x, 70, "·", "text", 16)
    paper.text(x + 12, 24, "first", "text")
    x = picture(paper, x + 12, 34, cell, first, "10×14", signed=True) + 12
    paper.text(x, 70, "=", "text", 16)
    paper.text(x + 22, 24, "one layer", "text")
    x = picture(paper, x + 22, 34, cell, second @ first, "6×14", signed=True)
    paper.text(24, 184, "84 weights in the place of 200: what comes out is the same.", "text")
    return paper


@draws("compression/remove_layer")
def remove_layer() -> Paper:
    """A block of a residual path is left out."""
    paper, x = Paper(168), 24.0
    for place, words in enumerate(("Block 1", "Block 2", "Block 3")):
        gone = words == "Block 2"
        paper.line([(x, 118), (x + 176, 118)], "muted", 1.6)
        for foot in (x + 14, x + 152):
            paper.dot(foot, 118, 3, "muted")
        if gone:
            paper.line(
                [(x + 34, 34), (x + 132, 34), (x + 132, 80), (x + 34, 80), (x + 34, 34)],
                "series1",
                1.4,
                dashes="4 3",
            )
            paper.text(x + 83, 62, words, "muted", 12.5, "middle")
            paper.cross(x + 83, 57, 22, "series1", 2)
            paper.text(x + 83, 138, "goes on unchanged", anchor="middle")
        else:
            paper.line([(x + 14, 118), (x + 14, 57), (x + 34, 57)], "muted", 1.6)
            paper.box(x + 34, 34, 98, 46, words)
            paper.arrow([(x + 132, 57), (x + 152, 57), (x + 152, 114)], "muted", 1.6)
            paper.text(x + 162, 112, "+", "text", 14)
        x += 176
        if place == 2:
            paper.arrow([(x, 118), (x + 24, 118)], "muted", 1.6)
    return paper
