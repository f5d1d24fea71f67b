"""Histories of classifiers made up for the doctor: losses, evaluations, and what was known of the data."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from engine.clinic.base import Verdict
from engine.clinic.doctor import Doctor
from engine.clinic.intake import Intake
from projects.schema import Project
from tests.engine.clinic.histories import Curves, Values, changed
from tests.engine.training.support import digits

STEPS, EVERY = 2400, 40
BLIND = 2.3
Span = tuple[int, int]
KNOWN = Intake(
    counts={"train": 1000, "validation": 300, "test": 300},
    blind=BLIND,
    majority=0.12,
    common=("three", 120),
    rare=("eight", 90),
    classes=10,
    known={"validation": 0, "test": 0},
    looked_at={"validation": 300, "test": 300},
)


def sound(steps: int = STEPS, seed: int = 0) -> Curves:
    """A training that gets better to its end, with the noise of batches."""
    random = np.random.default_rng(seed)
    every, told = np.arange(1, steps + 1), np.arange(EVERY, steps + 1, EVERY)

    def falling(least: float, noise: float, at: NDArray[np.int64]) -> Values:
        left = (BLIND - least) * np.exp(-at / 400)
        return np.asarray((least + left) * np.exp(noise * random.standard_normal(len(at))))

    def near(level: float, noise: float) -> Values:
        return np.asarray(level + noise * random.standard_normal(len(told)))

    return {
        "train_loss": (every, falling(0.1, 0.1, every)),
        "validation_loss": (told, falling(0.2, 0.02, told)),
        "validation_accuracy": (told, near(0.92, 0.005)),
        "validation_macro_f1": (told, near(0.91, 0.005)),
        "sign/surest_errors": (told, np.abs(near(0.0, 0.003))),
        "learning_rate": (np.array([1]), np.array([0.01])),
        "gradient_norm/classifier": (every[::5], np.exp(0.3 * random.standard_normal(steps // 5))),
    }


def overfits(curves: Curves, span: Span) -> None:
    """Validation rises step by step from where it was, training goes on falling."""
    steps = curves["validation_loss"][0]
    changed(curves, "validation_loss", lambda v: v + (steps - span[0]) * 6e-4, span)
    every = curves["train_loss"][0]
    changed(curves, "train_loss", lambda v: v * np.exp(-(every - span[0]) / 500), span)


def underfits(curves: Curves, span: Span) -> None:
    """Nothing was learned beyond which answers are frequent."""
    changed(curves, "train_loss", lambda v: 2.2 + 0.02 * (v / v.mean()), span)
    changed(curves, "validation_loss", lambda v: 2.25 + 0 * v, span)


def stands_still(curves: Curves, span: Span) -> None:
    """Nothing is gained any more, halfway down."""
    random = np.random.default_rng(1)
    for name in ("train_loss", "validation_loss"):
        changed(curves, name, lambda v: 0.8 + 0.03 * random.standard_normal(len(v)), span)


def is_contradicted(curves: Curves, span: Span) -> None:
    """A quarter of the labels is wrong, wherever one looks."""
    changed(curves, "validation_accuracy", lambda v: v - 0.2, span)
    changed(curves, "validation_loss", lambda v: v + 0.9, span)
    changed(curves, "sign/surest_errors", lambda v: v + 0.24, span)


def passes_over(curves: Curves, span: Span) -> None:
    """Rare classes are not named."""
    changed(curves, "validation_macro_f1", lambda v: v - 0.3, span)


def nothing(curves: Curves, span: Span) -> None:
    """The curves look well: what is wrong is in the data."""


SICK: dict[str, Callable[[Curves, Span], None]] = {
    "overfitting": overfits,
    "underfitting": underfits,
    "plateau": stands_still,
    "label_noise": is_contradicted,
    "class_imbalance": passes_over,
    "leakage": nothing,
}


def seen(
    curves: Curves, of: Project | None = None, intake: Intake | None = KNOWN, pieces: int = 1
) -> tuple[Doctor, list[Verdict]]:
    """Let a doctor go the rounds, fed in so many pieces; return it and every change of state."""
    doctor = Doctor(of or digits())
    if intake is not None:
        doctor.take_in(intake)
    found: list[Verdict] = []
    last = max(int(steps[-1]) for steps, _values in curves.values())
    edges = np.linspace(0, last, pieces + 1).astype(int)
    for start, stop in itertools.pairwise(edges):
        for name, (steps, values) in curves.items():
            there = (steps > start) & (steps <= stop)
            doctor.feed(name, steps[there], values[there])
        found += doctor.advance(int(stop))
    return doctor, found
