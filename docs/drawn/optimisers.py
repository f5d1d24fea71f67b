"""Optimisers in a ravine, schedules over time, weights at the start."""

from __future__ import annotations

import functools
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn

from drawn.paper import Paper, draws
from drawn.plots import Plot, legend, number
from drawn.real import SEED, plain
from engine.compute.flat import Flat
from engine.initializers.base import INITIALIZERS
from engine.optimizers.base import OPTIMIZERS
from engine.schedules.base import SCHEDULES

STEPS = 60
START = (-4.2, 1.35)
ACROSS, UP = (-5.0, 5.0), (-1.9, 1.9)
STEEP = 12.0
RATES = {
    "sgd": 0.06,
    "adam": 0.3,
    "adamw": 0.3,
    "nadam": 0.3,
    "radam": 0.6,
    "adamax": 0.4,
    "muon": 0.15,
    "adagrad": 0.8,
    "adadelta": 30.0,
    "rmsprop": 0.12,
    "rprop": 0.1,
    "lbfgs": 1.0,
}
"""Rates at which each gets on in this ravine."""


def ravine(place: Tensor) -> Tensor:
    """Return the height at a place ``(…, 2)``: a long valley with a bend, 0 at (3, 0)."""
    x, y = place[..., 0], place[..., 1]
    return 0.12 * (x - 3) ** 2 + 0.5 * STEEP * (y - 0.5 * torch.sin(0.6 * (x - 3))) ** 2 / 3


class Walker(nn.Module):
    """A place in the ravine as a matrix of weights ``(1, 2)``."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.tensor([START]))


def path(tag: str, lr: float, steps: int = STEPS) -> tuple[list[tuple[float, float]], float]:
    """Return the places that the engine's optimiser of a tag passes, and the height that it ends at."""
    module = Walker()
    flat = Flat(module)
    rule = OPTIMIZERS.make(tag, {"lr": lr})
    memory = rule.begin(flat)

    def look() -> Tensor:
        flat.gradient.zero_()
        height = ravine(module.weight).sum()
        torch.autograd.backward(height)
        return height.detach()

    places = [START]
    for step in range(1, steps + 1):
        look()
        with torch.no_grad():
            rule.advance(flat, memory, step, lr, _looking(look) if rule.looks_again else None)
        x, y = module.weight.detach()[0].tolist()
        places.append((x, y))
    return places, float(ravine(module.weight.detach())[0])


def _looking(look: Callable[[], Tensor]) -> Callable[[], Tensor]:
    def again() -> Tensor:
        with torch.enable_grad():
            return look()

    return again


def optimiser(tag: str) -> Paper:
    """Draw the way of an optimiser down the ravine."""
    paper = Paper(228)
    plot = Plot(paper, 14, 12, 592, 180, ACROSS, UP, axes=False)
    contours(plot)
    places, height = path(tag, RATES[tag])
    inside = [(min(max(x, -5), 5), min(max(y, -1.9), 1.9)) for x, y in places]
    on_paper = [(plot.right(x), plot.above(y)) for x, y in inside]
    paper.line(on_paper, "series1", 1.6)
    paper.dots(on_paper[1:], 2.2, "series1")
    paper.dot(*on_paper[0], 5, "series1")
    paper.text(on_paper[0][0] + 10, on_paper[0][1] - 7, "0", "text", 12.5)
    paper.cross(plot.right(3), plot.above(0), 5.5, "text", 2.2)
    rate = number(RATES[tag])
    paper.text(14, 216, f"{STEPS} steps · rate {rate}", "text", 12.5)
    paper.text(606, 216, f"× minimum · L = {_scientific(height)}", "muted", 12.5, "end")
    return paper


def contours(plot: Plot) -> None:
    """Draw lines of equal height of the ravine."""
    from pyqtgraph.functions import isocurve

    xs, ys = np.linspace(*ACROSS, 121), np.linspace(*UP, 61)
    grid = torch.from_numpy(np.stack(np.meshgrid(xs, ys, indexing="ij"), -1))
    heights = plain(ravine(grid))
    for level in (0.05, 0.3, 0.9, 2.0, 4.0, 7.0, 11.0):
        for line in isocurve(heights, level, connected=True, extendToEdge=False):
            places = [
                (plot.x + (i - 0.5) / 120 * plot.width, plot.y + plot.height * (1 - (j - 0.5) / 60))
                for i, j in line
            ]
            plot.paper.line(places, "muted", 0.9, 0.6)


def _scientific(value: float) -> str:
    if value >= 0.01:
        return f"{value:.2f}"
    if value < 1e-12:
        return "0"
    exponent = int(np.floor(np.log10(value)))
    first = round(value / 10**exponent)
    digits = str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{first} · 10{digits}"


for _tag in OPTIMIZERS.entries:
    draws(f"optimiser/{_tag}")(functools.partial(optimiser, _tag))


# ----------------------------------------------------------------------------------- schedules

TOTAL = 1000
SETTINGS: dict[str, dict[str, float]] = {
    "step": {"every": 250},
    "exponential": {"gamma": 0.997},
    "cosine_restarts": {"period": 150, "growth": 2},
}


def schedule(tag: str) -> Paper:
    """Draw what multiplies the learning rate over a training of a thousand steps."""
    paper = Paper(214)
    plot = Plot(
        paper, 52, 30, 540, 140, (0, TOTAL), (0, 1.08), (0, 250, 500, 750, 1000), (0, 0.5, 1),
        "step", "rate ÷ learning rate",
    )  # fmt: skip
    made = SCHEDULES.make(tag, SETTINGS.get(tag, {}))
    steps = range(TOTAL)
    rates, state = [], made.begin()
    for step in steps:
        if made.watches and step % 20 == 0:
            state = made.after_evaluation(state, {"validation_loss": _watched(step)}, False)
        rates.append(made.factor(step, TOTAL) * state.get("factor", 1.0))
    plot.curve(steps, rates, "series0", 2.4)
    if made.watches:
        plot.curve(steps, [_watched(step) for step in steps], "series1", 1.6)
        legend(paper, 440, 22, [("validation loss", "series1")])
    if made.inertia(0, TOTAL) is not None:
        plot.curve(steps, [made.inertia(step, TOTAL) or 0 for step in steps], "series1", 1.8)
        legend(paper, 440, 22, [("β₁, momentum", "series1")])
    return paper


def _watched(step: int) -> float:
    """A validation loss that falls in two stretches and then lies flat."""
    return 0.35 + 0.6 * max(0.0, 1 - step / 300) + 0.1 * max(0.0, 1 - max(0, step - 500) / 100)


for _tag in SCHEDULES.entries:
    draws(f"schedule/{_tag}")(functools.partial(schedule, _tag))

# ----------------------------------------------------------------------------------- weights

FAN_IN, FAN_OUT = 100, 100


def initialisation(tag: str) -> Paper:
    """Draw how 10,000 weights of a linear layer of 100 inputs and 100 units lie."""
    torch.manual_seed(SEED)
    module = nn.Linear(FAN_IN, FAN_OUT)
    INITIALIZERS.make(tag, {}).apply(module)
    weights = plain(module.weight).ravel()
    paper = Paper(214)
    plot = Plot(
        paper, 30, 30, 560, 140, (-0.5, 0.5), (0, 1.3), (-0.4, -0.2, 0, 0.2, 0.4), (), "w",
        f"10,000 weights, 100 → 100: σ = {weights.std():.3f}",
    )  # fmt: skip
    plot.histogram(weights, "series0", 60)
    sd = float(weights.std())
    for side in (-sd, sd):
        plot.curve([side, side], [0, 1.1], "series1", 1.4, "4 3")
    paper.text(plot.right(sd), 48, "σ", "series1", 13, "middle")
    paper.text(plot.right(-sd), 48, "−σ", "series1", 13, "middle")
    return paper


for _tag in INITIALIZERS.entries:
    draws(f"initialisation/{_tag}")(functools.partial(initialisation, _tag))
