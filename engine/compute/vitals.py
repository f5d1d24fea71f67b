"""Looks at every layer at steps that depend on nothing but the project, for whoever judges how a training goes.

A look costs what half a step of a large network costs or two of a small one, so the distance between two follows from the
size of the networks. In a long training, where rounds of the doctor become rarer than looks, looks become as rare.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from torch import Tensor

from engine.clinic.pace import stretch_at
from engine.compute.examination import Examination
from engine.compute.learner import Learner
from engine.compute.steady import Steady, counted
from engine.compute.training import Training

SMALL_WORK = 1e7  # multiplications of a step
SPACING, SPACING_OF_SMALL = 50, 100
LATER = (1000, 5000)  # steps after which small networks are looked at half as often, and again
BEGINNING, CLOSE = 100, 25  # steps that are looked at more closely, and how closely


def is_looked_at(step: int, spacing: int) -> bool:
    """Whether a training looks at its ``step``-th step.

    At the first one, before anything was learned; then just before every round of the doctor (see
    :mod:`engine.clinic.pace`) or every few of them.

    Args:
        step: Counted from 1.
        spacing: Steps from one look to the next; :func:`spacing_for`.
    """
    if step == 1:
        return True
    if spacing == SPACING_OF_SMALL:
        spacing <<= sum(step > later for later in LATER)
    apart = CLOSE if step < BEGINNING else max(spacing, stretch_at(step))
    return (step + 1) % apart == 0


def spacing_for(parameters: int, batch: int) -> int:
    """Return how many steps lie between two looks, so that looking costs one or two hundredths of the time.

    Args:
        parameters: Of all networks.
        batch: Examples of a step.
    """
    return SPACING if parameters * batch >= SMALL_WORK else SPACING_OF_SMALL


class Look(NamedTuple):
    """What a look has left on the device; see :meth:`Examination.record`."""

    step: int
    table: Tensor
    counts: Tensor
    ranges: Tensor


class Vitals(Steady):
    """Makes a record of all layers now and then; :func:`is_looked_at` says at which steps.

    Of the step before a look a sample of the gradients is kept in :attr:`Training.looked`, which is part of checkpoints.
    Nothing is read from the device before :meth:`read`.

    Args:
        training: What is looked at.
        looks: Whether it makes records; else it only remembers, for whoever makes steps again, what the look that follows
            needs to know.
    """

    def __init__(self, training: Training, looks: bool = True) -> None:
        super().__init__(training.task)
        recipe = training.session.project.recipe
        batch = recipe.batch_size * recipe.accumulate
        flats = training.session.flats.values()
        self._spacing = spacing_for(sum(flat.weights.numel() for flat in flats), batch)
        self._examination = Examination(training.task, batch)
        self._remembered = training.looked
        self._looks = looks
        self._looking = False
        self._kept: list[Look] = []

    def is_due(self, step: int) -> bool:
        """Whether it has something to do at the step that follows ``step`` steps."""
        looked_at = is_looked_at(step + 1, self._spacing)
        self._looking = looked_at and self._looks
        if looked_at and not self._looks:
            self._remembered.clear()
        return self._looking or is_looked_at(step + 2, self._spacing)

    @counted
    def before_step(self) -> None:
        """Pass the moment on."""
        if self._looking:
            self._examination.before_step()

    @counted
    def after_backward(self, learner: Learner, step: int) -> None:
        """Look at a gradient, or remember some of it for the look that follows."""
        if self._looking:
            self._examination.after_backward(learner, step)
        else:
            self._remembered[learner.name] = self._examination.gradients(learner)

    @counted
    def after_update(self, learner: Learner) -> None:
        """Pass the moment on."""
        if self._looking:
            self._examination.after_update(learner)

    @counted
    def keep(self, step: int) -> None:
        """Keep what was seen at a step, the ``step``-th."""
        if self._looking:
            with torch.no_grad():
                self._kept.append(Look(step, *self._examination.record(self._remembered)))
            self.seconds += self._examination.listened
            self._examination.listened = 0.0
            self._remembered.clear()

    def forget(self) -> None:
        """Drop what was not read: the training went back."""
        self._examination.abandon()
        self._kept.clear()

    @counted
    def read(self) -> list[tuple[int, dict[str, Any], dict[str, Any]]]:
        """Return step, arrays and what else there is to say of each look since the last time."""
        kept, self._kept = self._kept, []
        info = {
            "layers": self._examination.layers,
            "kinds": self._examination.kinds,
            "results": self._examination.results,
        }
        return [
            (
                look.step,
                {
                    "table": look.table.cpu().numpy(),
                    "counts": look.counts.cpu().numpy(),
                    "ranges": look.ranges.cpu().numpy(),
                },
                info,
            )
            for look in kept
        ]
