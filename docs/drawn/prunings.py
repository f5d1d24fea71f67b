"""Weights of one layer while it learns, with what takes some of them away."""

from __future__ import annotations

import functools

import torch
from torch import nn

from drawn.paper import Paper, draws
from drawn.real import SEED, plain
from drawn.scenes import onward
from engine.compute.flat import Flat
from engine.compute.pruning import Pruner
from engine.pruning.base import PRUNINGS

SIDE, CELL = 16, 9
STEPS, SHOWN = 90, (0, 30, 90)
SETTINGS = {"gradual": {"amount": 0.85, "every": 5, "end": 0.9}}


def pruning(tag: str) -> Paper:
    """Draw a layer of 16 × 16 weights before, in the middle of and after a training that wants a few of them."""
    generator = torch.Generator().manual_seed(SEED)
    module = nn.Linear(SIDE, SIDE, bias=False)
    wanted = torch.randn(SIDE, SIDE, generator=generator)
    wanted[torch.rand(SIDE, SIDE, generator=generator) < 0.8] = 0
    start = 0.6 * torch.randn(SIDE, SIDE, generator=generator)
    if tag == "keep_zeros":
        start[torch.rand(SIDE, SIDE, generator=generator) < 0.6] = 0
    module.weight.data.copy_(start)
    flat = Flat(module)
    pruner = Pruner(PRUNINGS.make(tag, SETTINGS.get(tag, {})), flat, STEPS, SEED)
    paper, x = Paper(214), 24.0
    for step in range(STEPS + 1):
        if step in SHOWN:
            zeros = float((module.weight == 0).double().mean())
            paper.text(x, 24, f"step {step}", "text")
            paper.text(x + SIDE * CELL, 24, f"{zeros:.0%} zeros", anchor="end")
            paper.heat(x, 34, CELL, plain(module.weight), color="series0", below="series1")
            x += SIDE * CELL
            x = onward(paper, x + 8, 106) + 8 if step != SHOWN[-1] else x
        examples = torch.randn(64, SIDE, generator=generator)
        loss = (module(examples) - examples @ wanted.T).square().mean()
        loss.backward()
        pruner.before(flat.gradient)
        flat.weights.sub_(flat.gradient, alpha=0.6)
        pruner.after(step + 1)
        flat.gradient.zero_()
    paper.text(24, 200, "It is to learn a matrix of which four in five are 0.", "text")
    return paper


for _tag in PRUNINGS.entries:
    draws(f"pruning/{_tag}")(functools.partial(pruning, _tag))
