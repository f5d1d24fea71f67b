"""What a layer computes with, over the weight that learns."""

from __future__ import annotations

import functools

import torch

from drawn.paper import Paper, draws
from drawn.plots import Plot
from drawn.real import SEED, plain
from engine.compute.gridding import grid_of
from engine.quantisation.base import QUANTISATIONS

BITS = 3
STEPS = 40


def quantisation(tag: str) -> Paper:
    """Draw the weight that is computed with over the one that learns, and one that follows its gradient."""
    paper = Paper(214)
    weights = torch.linspace(-1, 1, 401)
    grid = grid_of(weights[None], 0, BITS)
    used = grid.numbers(grid.codes(weights[None]))[0] if tag == "int8" else weights
    plot = Plot(
        paper, 60, 30, 220, 130, (-1, 1), (-1, 1), (-1, 1), (-1, 1), "learns", "computed with"
    )
    plot.curve(plain(weights), plain(weights), "muted", 1.0)
    plot.curve(plain(weights), plain(used), "series0", 2.0)
    times = Plot(
        paper, 360, 30, 230, 130, (0, STEPS), (-1, 1), (0, STEPS), (-1, 1), "steps", "four weights"
    )
    generator = torch.Generator().manual_seed(SEED)
    course, steps = [torch.rand(4, generator=generator) - 0.5], torch.arange(STEPS + 1.0)
    for _step in range(STEPS):
        own = course[-1]
        grid = grid_of(torch.cat([own, torch.ones(1)])[None], 0, BITS)
        seen = grid.numbers(grid.codes(own[None]))[0] if tag == "int8" else own
        noise = 0.4 * torch.randn(4, generator=generator)
        course.append(own - 0.06 * (seen - torch.tensor([0.8, 0.3, -0.2, -0.9]) + noise))
    for which in range(4):
        learns = torch.stack(course)[:, which]
        shown = learns
        if tag == "int8":
            shown = grid.numbers(grid.codes(learns[None]))[0]
            times.curve(plain(steps), plain(shown), f"series{which}", 2.0)
        times.curve(plain(steps), plain(learns), f"series{which}", 1.0 if tag == "int8" else 2.0)
    words = "Thick: what is computed with. Thin: what learns, by the gradient at the other one."
    paper.text(24, 206, words if tag == "int8" else "Both are the same.", "text")
    return paper


for _tag in QUANTISATIONS.entries:
    draws(f"quantisation/{_tag}")(functools.partial(quantisation, _tag))
