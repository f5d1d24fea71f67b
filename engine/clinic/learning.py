"""What several ailments of networks that learn from examples ask of a chart and a project."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.clinic.chart import Chart
from engine.clinic.history import middle
from engine.clinic.vitals import Numbers
from engine.objectives.base import objective_of
from projects.schema import Project

TRAIN, VALIDATION = "train_loss", "validation_loss"
SURE = "sign/surest_errors"  # which part is wrong of the answers that a network is surest of
SUREST = 0.3  # how many of all answers these are
NOISE = 1.4826 / math.sqrt(
    2
)  # of a median absolute difference of neighbours: the deviation of each


def has_losses(project: Project) -> bool:
    """Whether one loss is measured on training and validation examples alike."""
    of = objective_of(project)
    return not of.rivals and any(metric.name == VALIDATION for metric in of.metrics)


def names_examples(project: Project) -> bool:
    """Whether each example has one class, which the network names."""
    return project.objective.type == "classification"


@dataclass(frozen=True)
class Evaluations:
    """The validation loss of every round that has one, the first one first.

    Attributes:
        at: Index of the round of each.
        loss: The median loss of that round.
    """

    at: NDArray[np.int64]
    loss: Numbers

    def __len__(self) -> int:
        """How many there are."""
        return len(self.at)

    @property
    def noise(self) -> float:
        """The deviation of an evaluation, by how much neighbours differ."""
        return NOISE * middle(np.abs(np.diff(self.loss)))


def evaluations(chart: Chart, curve: str = VALIDATION) -> Evaluations:
    """Return what evaluations have found so far."""
    return Evaluations(*chart.all_found(curve))


def train_loss(chart: Chart, around: int, rounds: int) -> float:
    """Return the median training loss of some rounds, the last of them the ``around``-th; NaN without any."""
    losses = chart.medians(TRAIN, len(chart.rounds))
    return middle(losses[max(0, around - rounds + 1) : around + 1])


def start_of(chart: Chart) -> float:
    """Return the loss without any knowledge: of the best blind answer, or of the first steps where that is not known."""
    if chart.intake is not None and chart.intake.blind is not None:
        return chart.intake.blind
    _at, losses = chart.all_found(TRAIN)
    return float(losses[0]) if len(losses) else math.nan


def learned(chart: Chart, loss: float) -> float:
    """Return which part of what there is to learn a loss stands for, 0 to 1; NaN where that is not known.

    The losses of an answer that does not look at the input and of a perfect one are 0 and 1. For numbers and the
    squared error that is R².
    """
    start = start_of(chart)
    return 1 - loss / start if start > 0 else math.nan
