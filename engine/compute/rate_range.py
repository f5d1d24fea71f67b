"""The learning-rate range test: how the loss answers to rates from far too small to far too large."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np

from engine.compute.batches import Batch
from engine.compute.modes import threads
from engine.compute.training import Training
from engine.objectives.base import OBJECTIVES
from engine.optimizers.base import OPTIMIZERS
from engine.protocol import RatesTried, Stage
from engine.runs.control import Control, Sink
from projects.errors import Problem, ProblemsError
from projects.schema import Plug, Project
from projects.translation import gettext as _

STEPS, MOST_STEPS = 100, 10_000
LOWEST, HIGHEST = 1e-7, 10.0
MEMORY = 0.9  # of the running mean that notices an explosion
REACH = 6  # losses on either side that count in the smoothed curve
EXPLODED = 4.0  # times the best mean loss: there is nothing more to learn from larger rates
WORTH = 0.2  # of the whole fall: less is the chance of batches
GIVEN_BACK = 0.5  # of what the loss had fallen: from there on rates are too large
FIRST = 5  # the running mean has to see a few losses before it means something


def rate_range(
    project: Project,
    folder: Path,
    sink: Sink,
    control: Control,
    steps: int = STEPS,
    lowest: float = LOWEST,
    highest: float = HIGHEST,
) -> RatesTried:
    """Train a fresh copy while the learning rate rises by the same factor at every step.

    The rate suggested is where the smoothed loss falls most steeply over the logarithm of
    the rate: well below the one at which it explodes. Smith 2017, *Cyclical learning rates for training
    neural networks*, section 3.3. Schedule, averages and every end of the recipe are left out. Nothing is
    written, and no training is touched.

    Args:
        project: The project.
        folder: Folder of its file, where relative data paths start.
        sink: Told how far it is.
        control: A stop ends it early, with what was found so far.
        steps: How many rates.
        lowest: The first rate.
        highest: The last one, unless the loss explodes before.

    Raises:
        ProblemsError: The project cannot train, or has no one loss that falls.
        DataError: Its data is missing, damaged or unsuitable.
    """
    objective = OBJECTIVES.make_plug(project.objective, "objective")
    if objective.rivals:
        message = _("networks that learn from each other have no loss that tells a good rate.")
        hint = _("Try a few rates and compare the runs.")
        raise ProblemsError([Problem("recipe.optimizer.lr", message, hint)])
    count = max(2, min(steps, MOST_STEPS))
    rates = np.geomspace(lowest, highest, count).tolist()
    with threads(project.recipe.threads):
        losses = _losses(Training(_bare(project), folder), rates, sink, control)
    mean = smoothed(losses)
    return RatesTried(
        rates=tuple(rates[: len(losses)]),
        losses=tuple(losses),
        smoothed=tuple(mean),
        suggestion=suggested(rates, mean),
        exploded=len(losses) < len(rates) and not control.stopping,
    )


def _bare(project: Project) -> Project:
    """The project without anything else that moves the rate or ends the training."""
    recipe = project.recipe
    own = {name: _moving(plug) for name, plug in recipe.optimizers.items()}
    bare = msgspec.structs.replace(
        recipe,
        schedule=Plug("constant"),
        average=None,
        distillation=None,
        early_stopping=None,
        epochs=None,
        max_steps=None,
        optimizer=_moving(recipe.optimizer),
        optimizers=own,
    )
    return msgspec.structs.replace(project, recipe=bare)


def _moving(plug: Plug) -> Plug:
    """An optimiser whose rate is above 0, so that it can be multiplied."""
    rate = plug.params.get("lr", 1.0)
    if plug.type not in OPTIMIZERS or not isinstance(rate, int | float) or rate:
        return plug
    return Plug(plug.type, {**plug.params, "lr": 1e-3})


def _losses(
    training: Training, rates: Sequence[float], sink: Sink, control: Control
) -> list[float]:
    """The loss before every step, up to the one that exploded."""
    losses: list[float] = []
    mean, best = 0.0, math.inf
    batches = _endless(training)
    for done, rate in enumerate(rates):
        if control.stopping:
            break
        if done % 10 == 0:
            text = _("a step with a learning rate of {rate:.1e}").format(rate=rate)
            sink.emit(Stage(text=text, share=done / len(rates)))
        for learner in training.learners.values():
            learner.set_rate(rate, training.step)
        training.make_step(next(batches))
        values = training.task.read(training.task.kept)
        training.task.kept.clear()
        losses.append(next(float(v[-1]) for name, v in values.items() if name.endswith("loss")))
        if not math.isfinite(losses[-1]):
            return losses[:-1]
        mean = MEMORY * mean + (1 - MEMORY) * losses[-1]
        now = mean / (1 - MEMORY ** (done + 1))  # without the bias of its beginning
        best = min(best, now)
        if done >= FIRST and now - best > (EXPLODED - 1) * abs(best):
            break
    return losses


def _endless(training: Training) -> Iterator[Batch]:
    """Pass after pass over the training part."""
    while True:
        yield from training.rest_of_epoch()
        training.end_epoch()


def smoothed(losses: Sequence[float]) -> list[float]:
    """Return a mean of losses around each, near ones counting most; it neither leads nor lags."""
    values = np.asarray(losses, np.float64)
    weights = np.bartlett(2 * REACH + 3)[1:-1]
    found = []
    for place in range(len(values)):
        reach = min(REACH, place, len(values) - 1 - place)
        near = weights[REACH - reach : REACH + reach + 1]
        found.append(float(values[place - reach : place + reach + 1] @ near / near.sum()))
    return found


def suggested(rates: Sequence[float], mean: Sequence[float]) -> float | None:
    """Return the rate at which a mean loss falls most steeply; None where it does not fall.

    Rates from which on it gives back more than half of its fall are too large: that it comes down again
    behind such a peak speaks for none of them.

    Args:
        rates: Rising by the same factor.
        mean: The mean loss at each of the first of them.
    """
    values = np.asarray(mean)
    if not len(values):
        return None
    least = np.minimum.accumulate(values)
    fall = values[0] - least
    lost = (fall > WORTH * fall[-1]) & (values - least > GIVEN_BACK * fall)
    end = int(lost.argmax()) if lost.any() else len(values)
    lowest = int(values[:end].argmin())
    if lowest <= FIRST:
        return None
    slopes = np.gradient(values[: lowest + 1])
    return float(rates[FIRST + int(slopes[FIRST:].argmin())])
