"""Activations: the function and its slope."""

from __future__ import annotations

import functools

import numpy as np
import torch

from drawn.paper import Paper, draws
from drawn.plots import Plot, legend
from drawn.real import layer, plain
from engine.layers.base import LAYERS

REACH = {"relu6": 8.0}
POINTS = 1001


def of_one_number() -> list[str]:
    """Return the tags of activations that change every number by itself."""
    found = [entry.tag() for entry in LAYERS if entry.category == "Activation"]
    return [tag for tag in found if tag != "softmax"]


def activation(tag: str) -> Paper:
    """Draw a function and its derivative by autograd."""
    module = layer(tag, (1,)).eval()
    reach = REACH.get(tag, 5.0)
    x = torch.linspace(-reach, reach, POINTS, dtype=torch.float32)[:, None].requires_grad_()
    y = module(x * 1.0)
    (slope,) = torch.autograd.grad(y.sum(), x)
    across, up, steep = plain(x)[:, 0], plain(y)[:, 0], plain(slope)[:, 0]
    paper = Paper(214)
    top, bottom = _range(up)
    ticks = (-4, -2, 0, 2, 4) if reach < 6 else (-6, -3, 0, 3, 6)
    value = Plot(
        paper, 44, 30, 300, 142, (-reach, reach), (bottom, top), ticks, _rungs(bottom, top),
        "x", "y",
    )  # fmt: skip
    value.curve(across, up, "series0", 2.4)
    high, low = max(1.0, float(steep.max())) * 1.12, min(0.0, float(steep.min())) - 0.12
    derivative = Plot(
        paper, 400, 30, 206, 142, (-reach, reach), (low, high), ticks[::2], (0, 0.5, 1), "x", "",
    )  # fmt: skip
    for part in _without_jumps(across, steep):
        derivative.curve(*part, "series1", 2.0)
    legend(paper, 400, 18, [("dy / dx", "series1")])
    return paper


def _without_jumps(x: np.ndarray, y: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """A curve in pieces, cut where it jumps."""
    places = np.flatnonzero(np.abs(np.diff(y)) > 0.15) + 1
    return list(zip(np.split(x, places), np.split(y, places), strict=True))


def _range(values: np.ndarray) -> tuple[float, float]:
    top, bottom = float(values.max()), float(values.min())
    if top > 1.5:
        return top * 1.05, min(-1.6, bottom - 0.2)
    return top + 0.15, bottom - 0.15 if bottom < -0.01 else -0.15


def _rungs(bottom: float, top: float) -> tuple[float, ...]:
    if top > 3:
        return tuple(v for v in (-2, 0, 2, 4, 6) if bottom <= v <= top)
    return tuple(v for v in (-1, -0.5, 0, 0.5, 1) if bottom <= v <= top)


for _tag in of_one_number():
    draws(f"layer/{_tag}")(functools.partial(activation, _tag))
