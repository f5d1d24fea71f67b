"""Losses: what an answer costs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from drawn.paper import Paper, draws
from drawn.plots import Plot, legend

Numbers = NDArray[np.float64]
ERRORS = np.linspace(-3, 3, 241)
LIKELY = np.linspace(0.01, 1, 200)
LOGITS = np.linspace(-5, 5, 201)


def sheet(
    across: Numbers,
    curves: Sequence[tuple[str, Numbers]],
    top: float,
    ticks: Sequence[float],
    rungs: Sequence[float],
    name: str,
) -> Paper:
    """Draw what is lost, one curve or a few, beside a legend."""
    paper = Paper(232)
    plot = Plot(
        *(paper, 40, 30, 400, 150, (float(across[0]), float(across[-1])), (0.0, top)),
        ticks=ticks,
        rungs=rungs,
        name=name,
        title="loss",
    )
    for index, (_words, values) in enumerate(curves):
        plot.curve(across, values, f"series{index}", 2.2)
    legend(paper, 462, 44, [(words, f"series{i}") for i, (words, _values) in enumerate(curves)])
    return paper


def of_errors(*curves: tuple[str, Callable[[torch.Tensor, torch.Tensor], torch.Tensor]]) -> Paper:
    """Draw losses against the error, as PyTorch has them."""
    answers = torch.from_numpy(-ERRORS)
    truth = torch.zeros_like(answers)
    made = [(words, loss(answers, truth).numpy()) for words, loss in curves]
    return sheet(ERRORS, made, 4.5, (-3, -2, -1, 0, 1, 2, 3), (1, 2, 3, 4), "truth minus answer")


squared = partial(functional.mse_loss, reduction="none")
absolute = partial(functional.l1_loss, reduction="none")
huber = partial(functional.huber_loss, reduction="none", delta=1.0)


def quantile(level: float) -> Callable[[torch.Tensor, torch.Tensor], torch.Tensor]:
    """Return what a quantile costs."""
    return lambda answer, truth: torch.maximum(
        level * (truth - answer), (level - 1) * (truth - answer)
    )


def of_likelihood(*curves: tuple[str, Numbers]) -> Paper:
    """Draw losses against the probability of the right class."""
    rungs, ticks = (1, 2, 3, 4), (0.01, 0.25, 0.5, 0.75, 1)
    return sheet(LIKELY, curves, 4.7, ticks, rungs, "probability of the right class")


@draws("loss/mse")
def mse() -> Paper:
    """Beside the absolute error."""
    return of_errors(("squared error", squared), ("absolute error", absolute))


@draws("loss/mae")
def mae() -> Paper:
    """Beside the squared error."""
    return of_errors(("absolute error", absolute), ("squared error", squared))


@draws("loss/huber")
def hubers() -> Paper:
    """Beside the squared error."""
    return of_errors(("Huber, delta 1", huber), ("squared error", squared))


@draws("loss/quantile")
def quantiles() -> Paper:
    """A high one, the middle one and a low one."""
    return of_errors(
        ("quantile 0.9", quantile(0.9)),
        ("quantile 0.5", quantile(0.5)),
        ("quantile 0.1", quantile(0.1)),
    )


@draws("loss/cross_entropy")
def cross_entropy() -> Paper:
    """Beside the share of wrong answers."""
    return of_likelihood(("cross-entropy", -np.log(LIKELY)), ("wrong answers: 1 − p", 1 - LIKELY))


@draws("loss/focal")
def focal() -> Paper:
    """For four kinds of focus."""
    return of_likelihood(
        *((f"gamma {g}", -((1 - LIKELY) ** g) * np.log(LIKELY)) for g in (0, 1, 2, 5))
    )


@draws("loss/label_smoothing")
def label_smoothing() -> Paper:
    """Of ten classes, the nine others alike."""
    others = np.log(np.clip((1 - LIKELY) / 9, 1e-12, None))
    curves = []
    for share in (0.0, 0.1, 0.3):
        spread = share / 10 * (np.log(LIKELY) + 9 * others)
        curves.append((f"smoothed by {share:g}", -(1 - share) * np.log(LIKELY) - spread))
    return of_likelihood(*curves)


def of_logits(first: str, second: str) -> Paper:
    """Draw what yes and no cost."""
    logits = torch.from_numpy(LOGITS)
    curves = [
        (
            words,
            functional.binary_cross_entropy_with_logits(
                logits, torch.full_like(logits, truth), reduction="none"
            ).numpy(),
        )
        for words, truth in ((first, 1.0), (second, 0.0), ("0.5 is right", 0.5))
    ]
    return sheet(LOGITS, curves, 5.2, (-4, -2, 0, 2, 4), (1, 2, 3, 4, 5), "output of the network")


@draws("loss/binary_cross_entropy")
def binary() -> Paper:
    """Of either answer, and of one in between."""
    return of_logits("yes is right", "no is right")


@draws("loss/bernoulli")
def bernoulli() -> Paper:
    """Of either pixel, and of a grey one."""
    return of_logits("a white pixel", "a black pixel")


@draws("loss/gaussian")
def gaussian() -> Paper:
    """For three deviations."""
    curves = [
        (f"s = {s:g}", ERRORS**2 / (2 * s * s) + np.log(s) + 0.5 * np.log(2 * np.pi))
        for s in (0.5, 1.0, 2.0)
    ]
    return sheet(
        ERRORS, curves, 5.5, (-3, -2, -1, 0, 1, 2, 3), (1, 2, 3, 4, 5), "truth minus answer"
    )


@draws("loss/kl")
def divergence() -> Paper:
    """By the mean of a code, for three deviations."""
    curves = [
        (f"deviation {s:g}", 0.5 * (ERRORS**2 + s * s - 1 - np.log(s * s))) for s in (1.0, 0.5, 0.1)
    ]
    return sheet(ERRORS, curves, 5.5, (-3, -2, -1, 0, 1, 2, 3), (1, 2, 3, 4, 5), "mean of the code")


@draws("loss/sparsity")
def sparsity() -> Paper:
    """By how much of the time a unit is open."""
    share, wanted = np.linspace(0.01, 0.99, 197), 0.1
    divergence = wanted * np.log(wanted / share) + (1 - wanted) * np.log((1 - wanted) / (1 - share))
    return sheet(
        *(share, [("KL, rho 0.1", divergence), ("L1", share)], 2.0),
        *((0.1, 0.25, 0.5, 0.75), (0.5, 1, 1.5), "mean of a unit"),
    )
