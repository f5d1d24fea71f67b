"""Why a training cannot be repeated without Ganvas, and what to change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.compute.restoring import start_of
from engine.data.prepare import Prepared
from engine.data.streaming import Streamed
from engine.export.repeating.kinds import KINDS
from engine.export.repeating.objectives import metrics_of
from engine.export.repeating.recipes import KNOWN, SCHEDULED
from engine.export.writer import Job
from engine.optimizers.base import OPTIMIZERS
from engine.runs.script import script_of
from engine.runs.summary import COMPRESSED, read_summary, was_never_trained
from engine.schedules.base import SCHEDULES
from projects.errors import Problem, RunError
from projects.translation import gettext as _

MOST_BYTES = 512 * 2**20
"""Of data that are copied beside the program."""


def obstacles(job: Job) -> list[Problem]:
    """Return what stands in the way, with its place in the project and what to change; nothing where it can be done.

    Of a run that was never trained nothing else counts.

    Args:
        job: What is handed over.
    """
    state = read_summary(job.run).state
    if was_never_trained(state):
        hint = _("Begin a training with its weights instead.")
        if state == COMPRESSED:
            hint = _("Hand out the run that it was made of for that.")
        return [_unended(state, hint)]
    return [
        *_of_networks(job),
        *_of_objective(job),
        *_of_data(job),
        *_of_run(job),
        *_of_recipe(job),
    ]


def _of_networks(job: Job) -> Iterator[Problem]:
    if len(job.networks) < len(job.session.task.networks):
        message = _("only some of its networks are handed over.")
        yield Problem("networks", message, _("Hand all of them over."))


def _of_objective(job: Job) -> Iterator[Problem]:
    objective = job.session.objective
    if (kind := KINDS.get(type(objective))) is not None:
        yield from kind.obstacles(objective)
    else:
        message = _("the objective “{title}” needs Ganvas.").format(title=objective.title)
        yield Problem(
            "objective",
            message,
            _("Repeat it with Ganvas, from the project.yaml in the run’s folder."),
        )


def _of_data(job: Job) -> Iterator[Problem]:
    inputs: Any = job.session.data.train.inputs
    if isinstance(inputs, Streamed):
        message = _("the data are read piece by piece.")
        yield Problem(
            "data.source", message, _("Take fewer examples, so that they fit into memory.")
        )
    elif _bytes_of(job.session.data) > MOST_BYTES:
        message = _("the data are too large to be copied beside it.")
        yield Problem("data.source", message, _("Take fewer examples."))


def _unended(state: str, hint: str) -> Problem:
    message = _("the run was not trained to an end of its own: {state}.").format(state=state)
    return Problem("", message, hint)


def _of_run(job: Job) -> Iterator[Problem]:
    summary = read_summary(job.run)
    if summary.state not in ("finished", "stopped") or not summary.steps:
        yield _unended(summary.state, _("Resume it first."))
    elif _was_changed(job):
        message = _("somebody changed the recipe while it trained.")
        yield Problem("", message, _("Train anew with what it was changed to."))
    if summary.parent or start_of(job.run) is not None:
        message = _("the run branched off from another one.")
        yield Problem("", message, _("Train anew from the first step."))


def _of_recipe(job: Job) -> Iterator[Problem]:
    recipe, known = job.session.project.recipe, metrics_of(job.session.objective)
    anew = _("Change it and train anew.")
    rules = {recipe.optimizer.type: "recipe.optimizer"}
    rules |= {plug.type: f"recipe.optimizers.{name}" for name, plug in recipe.optimizers.items()}
    for tag, where in rules.items():
        if tag not in KNOWN:
            message = _("the optimiser {titles} needs Ganvas.")
            yield Problem(where, message.format(titles=OPTIMIZERS.get(tag).title), anew)
    schedule = SCHEDULES.make_plug(recipe.schedule)
    if recipe.schedule.type not in SCHEDULED:
        message = _("the schedule “{title}” needs Ganvas.").format(title=schedule.title)
        yield Problem("recipe.schedule", message, anew)
    elif schedule.watches and getattr(schedule, "metric", "") not in known:
        message = _("the schedule watches a metric that the program does not measure.")
        yield Problem("recipe.schedule.metric", message, anew)
    if recipe.early_stopping and recipe.early_stopping.metric not in known:
        message = _("it stops early by a metric that the program does not measure.")
        yield Problem("recipe.early_stopping", message, anew)
    if recipe.pruning.type != "none":
        yield Problem("recipe.pruning", _("weights are pruned while it trains."), anew)
    if recipe.quantisation.type != "unrounded":
        yield Problem("recipe.quantisation", _("it learns with rounded numbers."), anew)
    if recipe.distillation is not None:
        message = _("it learns from the answers of another run.")
        yield Problem("recipe.distillation", message, anew)
    if recipe.precision != "float32":
        yield Problem("recipe.precision", _("it is computed in 16 bits."), anew)


def _was_changed(job: Job) -> bool:
    try:
        return bool(script_of(job.run))
    except RunError:
        return True


def _bytes_of(data: Prepared) -> int:
    return sum(
        part.inputs.nbytes + (0 if part.targets is None else part.targets.nbytes)
        for part in (data.train, data.validation, data.test)
    )
