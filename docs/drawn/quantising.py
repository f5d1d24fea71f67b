"""Weights on grids, and what enters layers rounded by the range of an example or by a measured one."""

from __future__ import annotations

import torch
from torch import Tensor

from drawn.paper import Paper, draws
from drawn.real import normal, plain
from drawn.scenes import onward
from engine.compute.compression.calibrating import least_error
from engine.compute.gridding import grid_of
from engine.compute.rounding import affine, rounded

SIDE, CELL = 14, 10
BITS = 4
LEFT, WIDTH = 120, 470


@draws("compression/quantise_weights")
def quantise_weights() -> Paper:
    """Draw a matrix in float32, and on grids of 8, 4 and 2 bits."""
    paper, x = Paper(214), 24.0
    weight = normal(SIDE, SIDE)
    high = float(weight.abs().max())
    for bits in (32, 4, 2):
        shown, words = weight, "float32"
        if bits < 32:
            grid = grid_of(weight, 0, bits)
            shown = grid.numbers(grid.codes(weight))
            words = f"{bits} bits"
        lost = float((shown - weight).square().mean() / weight.square().mean())
        paper.text(x, 24, words, "text")
        paper.text(x + SIDE * CELL, 24, f"{lost:.1%} lost" if bits < 32 else "", anchor="end")
        paper.heat(x, 34, CELL, plain(shown), high=high, color="series0", below="series1")
        x += SIDE * CELL
        x = onward(paper, x + 8, 106) + 8 if bits != 2 else x
    paper.text(24, 200, "Every row has a scale of its own: its largest number is met.", "text")
    return paper


def _numbers(paper: Paper, y: float, name: str, values: Tensor, low: float, high: float) -> None:
    """Draw numbers on a line, and below the codes that a range has for them."""
    scale, zero = affine(torch.tensor(low), torch.tensor(high), BITS)

    def right(value: float) -> float:
        return LEFT + WIDTH * (value + 1.5) / 6.5

    codes = (torch.arange(2**BITS) - zero) * scale
    paper.text(24, y + 4, name, "text")
    paper.line([(LEFT, y), (LEFT + WIDTH, y)], "border")
    for code in codes.tolist():
        paper.line([(right(code), y - 9), (right(code), y + 9)], "series0", 1.4)
    paper.dots(
        [(right(value), y) for value in [*values[:60].tolist(), float(values[-1])]],
        2.4,
        "series1",
        0.8,
    )
    lost = rounded(values, scale, zero, BITS) - values
    paper.text(LEFT + WIDTH, y - 16, f"mean error {float(lost.abs().mean()):.3f}", anchor="end")


@draws("compression/quantise_dynamic")
def quantise_dynamic() -> Paper:
    """Draw what enters a layer for three examples, each with the codes of its own range."""
    paper = Paper(214)
    for place, (size, shift) in enumerate(((0.3, 0.2), (0.6, 1.0), (1.2, 2.2))):
        values = (normal(14, seed=place) * size + shift).clamp(-1.5, 5)
        low, high = float(values.min()), float(values.max())
        _numbers(paper, 44 + 54 * place, f"example {place + 1}", values, low, high)
    paper.text(24, 206, f"{2**BITS} codes for each example; one of them is 0.", "text")
    return paper


@draws("compression/quantise_static")
def quantise_static() -> Paper:
    """Draw what enters a layer, with codes of two measured ranges: one that holds everything, one of least error."""
    paper = Paper(214)
    values = torch.cat([(normal(3000) * 0.35 + 0.4).clamp(min=0), torch.tensor([4.6])])
    fit = least_error(values, 0.0, float(values.max()), BITS)
    _numbers(paper, 62, "largest", values, 0.0, float(values.max()))
    _numbers(paper, 132, "least error", values, fit.low or 0.0, fit.high or 0.0)
    paper.text(
        24, 206, "Ranges are measured once; what lies beyond them is moved to their ends.", "text"
    )
    return paper
