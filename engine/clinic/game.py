"""What several ailments of two-player games ask of a chart and a project."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Sequence

import msgspec
import numpy as np

from engine.adversarial.base import ADVERSARIAL, AdversarialLoss
from engine.adversarial.tricks.base import TRICKS, Trick
from engine.clinic.chart import Chart
from engine.clinic.history import middle
from engine.clinic.states import LOOKS
from engine.clinic.vitals import MEAN, SD
from engine.objectives.base import objective_of
from projects.errors import ProjectError
from projects.schema import Plug, Project

PROBABILITIES = ("non_saturating", "minimax")
"""Losses under which σ(D) is the probability that an example is real (Goodfellow et al. 2014, proposition 1)."""


def is_anchored(project: Project) -> bool:
    """Whether the generator also learns how far what it makes is from a given example.

    Then it has something to follow whatever the discriminator says, and what is known of games in which
    everything comes through the discriminator says nothing of it.
    """
    of = objective_of(project)
    usual = {field.name: field.default for field in of.fields()} if of.anchors else {}
    return any(project.objective.params.get(name, usual[name]) != 0 for name in of.anchors)


def is_alone(project: Project) -> bool:
    """Whether the generator of a game follows the discriminator and nothing else."""
    return objective_of(project).rivals and not is_anchored(project)


def draws(project: Project) -> bool:
    """Whether a game is about examples that are drawn from latents."""
    of = objective_of(project)
    return of.rivals and of.latents


def loss_of(project: Project) -> str:
    """Tag of the adversarial loss."""
    return _tag(project.objective.params.get("loss", "non_saturating"))


def is_bounded(project: Project) -> bool:
    """Whether the discriminator is a critic that ought to be as good as it can (Arjovsky et al. 2017)."""
    loss: type[AdversarialLoss] | None = ADVERSARIAL.entries.get(loss_of(project))
    return loss is not None and loss.bounded


def is_relativistic(project: Project) -> bool:
    """Whether σ(D(x) − D(G(z))) is the probability that x is the real one of the two (Jolicoeur-Martineau 2018)."""
    loss: type[AdversarialLoss] | None = ADVERSARIAL.entries.get(loss_of(project))
    return loss is not None and loss.needs_real


def is_meant_for_one(project: Project) -> bool:
    """Whether the slope of a discriminator is meant to be 1 at most: a critic's, unless clipped weights set another bound."""
    return (
        draws(project)
        and is_bounded(project)
        and all(_tag(one) != "weight_clipping" for one in _plugs(project, "penalties"))
    )


def apart(chart: Chart, project: Project) -> float:
    """How far what the discriminator sees of real and of generated examples is apart on average, at most.

    By Minkowski's inequality √E‖x − G(z)‖² ≤ √E‖x‖² + √E‖G(z)‖², whatever pairs are made; of m examples that are seen together
    √m times as much. How large generated ones are is told by the mean and the deviation of what leaves the generator, the largest of
    the last looks at it; NaN where that, or the data, is not known.
    """
    intake, record = chart.intake, chart.layers.last
    if intake is None or intake.length is None or record is None:
        return math.nan
    rows = [
        row for row in chart.layers.rows(objective_of(project).generator) if record.results[row]
    ]
    found = chart.layers.tables(LOOKS)[:, rows][..., [MEAN, SD]]
    generated = math.sqrt(intake.size) * float(
        np.linalg.norm(found, axis=-1).max(initial=-math.inf)
    )
    seen_together = math.prod(trick.packed() for trick in tricks(project))
    return math.sqrt(seen_together) * (intake.length + generated)


def tricks(project: Project) -> list[Trick]:
    """The tricks of a game; those that cannot be read are left out, as nothing could be trained with them."""
    found = []
    for one in _plugs(project, "tricks"):
        with contextlib.suppress(msgspec.ValidationError, ProjectError):
            found.append(TRICKS.make_plug(msgspec.convert(one, Plug)))
    return found


def _tag(value: object) -> str:
    """Which one is chosen, as projects write it: a plug, a mapping, or the tag alone."""
    if isinstance(value, Plug):
        return value.type
    return str(value.get("type", "")) if isinstance(value, dict) else str(value)


def _plugs(project: Project, field: str) -> Sequence[object]:
    found = project.objective.params.get(field, ())
    return found if isinstance(found, list | tuple) else ()


def recent(chart: Chart, curve: str, rounds: int) -> float:
    """The median of a curve over the last rounds; NaN where nothing was measured."""
    return middle(chart.medians(curve, rounds))
