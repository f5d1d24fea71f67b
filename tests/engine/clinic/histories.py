"""Histories of trainings made up for the doctor."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.clinic.base import Verdict
from engine.clinic.chart import Table
from engine.clinic.doctor import Doctor
from engine.clinic.intake import Intake
from engine.clinic.vitals import Record
from projects.schema import Project
from tests.engine.training.support import ring

Values = NDArray[np.float64]
Curves = dict[str, tuple[NDArray[np.int64], Values]]

STEPS = 2000
EVERY = 250
NAMES = tuple(str(i + 1) for i in range(8))


def project(loss: str = "non_saturating") -> Project:
    """A GAN."""
    return ring(loss=loss)


def healthy(steps: int = STEPS, seed: int = 0) -> Curves:
    """A game in balance, with the noise of batches."""
    random = np.random.default_rng(seed)
    every, fifth = np.arange(1, steps + 1), np.arange(5, steps + 1, 5)
    scored = np.arange(EVERY, steps + 1, EVERY)

    def noisy(level: float, noise: float, at: NDArray[np.int64] = every) -> Values:
        return level + noise * random.standard_normal(len(at))

    return {
        "d_real": (every, noisy(0.62, 0.03)),
        "d_fake": (every, noisy(0.38, 0.03)),
        "d_accuracy": (every, noisy(0.8, 0.03)),
        "generator_loss": (every, noisy(1.1, 0.1)),
        "discriminator_loss": (every, noisy(1.1, 0.1)),
        "gradient_norm/generator": (fifth, np.exp(noisy(0.0, 0.3, fifth))),
        "gradient_norm/discriminator": (fifth, np.exp(noisy(0.0, 0.3, fifth))),
        "diversity": (scored, noisy(0.95, 0.02, scored)),
        "precision": (scored, noisy(0.8, 0.02, scored)),
        "coverage": (scored, noisy(0.7, 0.02, scored)),
        "high_quality": (scored, noisy(0.8, 0.02, scored)),
        "memorisation": (scored, noisy(1.0, 0.02, scored)),
    }


def changed(
    curves: Curves, name: str, change: Callable[[Values], Values], span: tuple[int, int]
) -> None:
    """Change a curve from one step on and before another."""
    steps, values = curves[name]
    there = (steps >= span[0]) & (steps < span[1])
    curves[name] = (steps, np.where(there, change(values), values))


def wins(curves: Curves, span: tuple[int, int]) -> None:
    """The discriminator is always right."""
    changed(curves, "d_real", lambda v: 0.99 + 0 * v, span)
    changed(curves, "d_fake", lambda v: 0.01 + 0 * v, span)
    changed(curves, "d_accuracy", lambda v: 1.0 + 0 * v, span)


def starves(curves: Curves, span: tuple[int, int]) -> None:
    """It is, and nothing reaches the generator."""
    changed(curves, "d_accuracy", lambda v: 1.0 + 0 * v, span)
    changed(curves, "gradient_norm/generator", lambda v: 1e-4 * v, span)


def explodes(curves: Curves, span: tuple[int, int]) -> None:
    """The discriminator's gradient is enormous."""
    changed(curves, "gradient_norm/discriminator", lambda v: 1e4 * v, span)


def collapses(curves: Curves, span: tuple[int, int]) -> None:
    """All samples are alike."""
    changed(curves, "diversity", lambda v: 0.1 * v, span)


def covers_little(curves: Curves, span: tuple[int, int]) -> None:
    """Samples are good and cover little."""
    changed(curves, "coverage", lambda v: 0.1 * v, span)


def circles(curves: Curves, span: tuple[int, int]) -> None:
    """The lead comes and goes every 90 steps."""
    wave = 0.3 * np.sin(2 * np.pi * curves["d_accuracy"][0] / 90)
    changed(curves, "d_accuracy", lambda v: v - 0.2 + wave, span)


def copies(curves: Curves, span: tuple[int, int]) -> None:
    """Samples lie on the training examples."""
    changed(curves, "memorisation", lambda v: 0.2 * v, span)


def knows_nothing(curves: Curves, span: tuple[int, int]) -> None:
    """There is no lead, and never was, and samples are noise."""
    for name in ("coverage", "precision"):
        changed(curves, name, lambda v: 0.1 * v, span)
    for name in ("d_real", "d_fake"):
        changed(curves, name, lambda v: 0.5 + (v - v.mean()) / 10, span)
    changed(curves, "d_accuracy", lambda v: 0.5 + 0 * v, span)


SICK: dict[str, Callable[[Curves, tuple[int, int]], None]] = {
    "discriminator_wins": wins,
    "generator_starved": starves,
    "exploding_gradients": explodes,
    "mode_collapse": collapses,
    "oscillation": circles,
    "memorisation": copies,
    "undertrained_discriminator": knows_nothing,
}


def seen(
    curves: Curves,
    of: Project | None = None,
    tables: list[tuple[int, Table]] | None = None,
    pieces: int = 1,
    intake: Intake | None = None,
    looks: Sequence[Record] = (),
) -> tuple[Doctor, list[Verdict]]:
    """Let a doctor go the rounds, fed in so many pieces; return it and every change of state."""
    doctor = Doctor(of or project())
    if intake is not None:
        doctor.take_in(intake)
    for record in looks:
        doctor.feed_record(record)
    found: list[Verdict] = []
    if tables:
        steps = np.array([step for step, _table in tables])
        there = np.array([table.there for _step, table in tables])
        curves = {**curves, "represented": (steps, there)}
    last = max(int(steps[-1]) for steps, _values in curves.values())
    edges = np.linspace(0, last, pieces + 1).astype(int)
    for start, stop in itertools.pairwise(edges):
        for name, (steps, values) in curves.items():
            there = (steps > start) & (steps <= stop)
            doctor.feed(name, steps[there], values[there])
        for step, table in tables or ():
            if start < step <= stop:
                doctor.feed_table(step, table)
        found += doctor.advance(int(stop))
    return doctor, found


def states(found: list[Verdict], ailment: str) -> list[str]:
    """The states that an ailment went through."""
    return [verdict.state for verdict in found if verdict.ailment == ailment]


def drawn(*shares: float) -> Table:
    """What a scoring found of eight modes."""
    return Table("mode", NAMES, np.array(shares), np.full(8, 1 / 8))
