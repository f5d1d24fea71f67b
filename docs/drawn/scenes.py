"""What several drawings have in common: pictures with their shapes, arrows between, sequences, vectors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from torch import Tensor, nn

from drawn.paper import Numbers, Paper
from drawn.real import plain


def shape_of(tensor: Tensor) -> str:
    """Return sizes as people read them, the batch left out."""
    return "×".join(str(size) for size in tensor.shape[1:]) or "1"


def picture(
    paper: Paper,
    x: float,
    y: float,
    cell: float,
    values: Tensor | Numbers,
    words: str = "",
    signed: bool = False,
    high: float | None = None,
    color: str = "text",
    low: float | None = None,
) -> float:
    """Draw an image or map with words below; returns where its right side is.

    Args:
        paper: The sheet.
        x: Left.
        y: Top.
        cell: Side of a pixel.
        values: ``(height, width)``.
        words: What stands below.
        signed: Whether numbers below 0 have another colour.
        high: The number with all colour.
        color: Of numbers.
        low: The number without colour, of images that are not signed.
    """
    grid = plain(values) if isinstance(values, Tensor) else values
    if signed:
        paper.heat(x, y, cell, grid, high=high, color="series0", below="series1")
    else:
        paper.heat(x, y, cell, grid, low, high, color)
    rows, columns = map(int, grid.shape)
    if words:
        paper.text(x + cell * columns / 2, y + cell * rows + 16, words, anchor="middle")
    return x + cell * columns


def onward(paper: Paper, x: float, y: float, words: str = "", length: float = 36) -> float:
    """Draw an arrow to the right with words above; returns where it ends."""
    paper.arrow([(x, y), (x + length, y)], "muted", 1.6)
    if words:
        paper.text(x + length / 2, y - 8, words, "text", anchor="middle")
    return x + length


def filter_(paper: Paper, x: float, y: float, values: Tensor, cell: float = 18) -> float:
    """Draw a kernel with its numbers in it; returns where its right side is."""
    grid = np.atleast_2d(plain(values))
    top = float(np.abs(grid).max())
    paper.heat(x, y, cell, grid * 0.55, high=top, color="series0", below="series1")
    if cell >= 17:
        for i, row in enumerate(grid):
            for j, value in enumerate(row):
                words = f"{value:.2g}".replace("-", "−").replace("0.", ".")
                paper.text(
                    x + (j + 0.5) * cell, y + (i + 0.5) * cell + 4, words, "text", 11, "middle"
                )
    return x + cell * int(grid.shape[1])


def signal(
    paper: Paper,
    x: float,
    y: float,
    width: float,
    height: float,
    values: Numbers,
    color: str = "series0",
    low: float = -1.3,
    high: float = 1.3,
    words: str = "",
) -> None:
    """Draw a signal as a line with a dot at every step."""
    paper.rect(x, y, width, height, "none", "border", radius=3)
    scale = height / (high - low)
    ground = y + high * scale
    if low < 0 < high:
        paper.line([(x, ground), (x + width, ground)], "border_strong", 0.8)
    each = (width - 12) / (len(values) - 1)
    points = [(x + 6 + i * each, ground - v * scale) for i, v in enumerate(values.tolist())]
    paper.line(points, color, 1.6)
    if each > 5:
        paper.dots(points, 2, color)
    if words:
        paper.text(x + width / 2, y + height + 15, words, anchor="middle")


def vector(
    paper: Paper,
    x: float,
    y: float,
    width: float,
    height: float,
    values: Tensor,
    words: str = "",
    top: float | None = None,
    low: float | None = None,
    color: str = "series0",
) -> None:
    """Draw a vector as bars with words below."""
    paper.rect(x - 4, y - 4, width + 8, height + 8, "none", "border", radius=3)
    paper.bars(x, y, width, height, plain(values), color, "series1", top, low)
    if words:
        paper.text(x + width / 2, y + height + 20, words, anchor="middle")


def set_weight(module: nn.Module, rows: Sequence[object], name: str = "weight") -> Tensor:
    """Give a module weights that are set by hand, and no offset; returns them."""
    import torch

    weight = module.get_parameter(name)
    with torch.no_grad():
        weight.copy_(torch.tensor(rows, dtype=torch.float32).reshape(weight.shape))
        for other, values in module.named_parameters():
            if other.endswith("bias"):
                values.zero_()
    return weight.detach()
