"""Where a recipe contradicts itself or its objective."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.optimizers.base import OPTIMIZERS
from engine.pruning.base import PRUNINGS
from engine.quantisation.base import QUANTISATIONS
from engine.schedules.base import SCHEDULES
from projects.errors import Problem, ProjectError, did_you_mean
from projects.schema import Project
from projects.translation import gettext as _

if TYPE_CHECKING:
    from engine.objectives.base import Objective


def recipe_problems(project: Project, objective: Objective) -> list[Problem]:
    """Return what is wrong with a project's recipe beyond single values.

    Args:
        project: The whole project.
        objective: Its objective.
    """
    return [
        *_schedule_problems(project),
        *_pruning_problems(project),
        *_quantisation_problems(project),
        *_plateau_problems(project, objective),
        *_early_stopping_problems(project, objective),
        *_optimizer_problems(project),
        *_accumulation_problems(project, objective),
        *_averaging_problems(project, objective),
        *_distillation_problems(project, objective),
    ]


def _schedule_problems(project: Project) -> list[Problem]:
    try:
        schedule = SCHEDULES.get(project.recipe.schedule.type)
    except ProjectError:
        return []  # said where plugs are checked
    message = _("this schedule has to know where the training ends, and it has no end.")
    return _endless(project, "recipe.schedule", message) if schedule.needs_end else []


def _pruning_problems(project: Project) -> list[Problem]:
    try:
        pruning = PRUNINGS.get(project.recipe.pruning.type)
    except ProjectError:
        return []  # said where plugs are checked
    message = _("this pruning has to know where the training ends, and it has no end.")
    return _endless(project, "recipe.pruning", message) if pruning.needs_end else []


def _quantisation_problems(project: Project) -> list[Problem]:
    recipe = project.recipe
    try:
        works = QUANTISATIONS.get(recipe.quantisation.type).works
    except ProjectError:
        return []  # said where plugs are checked
    where = "recipe.quantisation"
    message = _("this has to know where the training ends, and it has no end.")
    if works and (found := _endless(project, where, message)):
        return found
    if works and (recipe.compile or recipe.cuda_graphs):
        return [
            Problem(
                where,
                _("what rounds while it learns can be neither compiled nor made a CUDA graph."),
                _("Switch off compile and CUDA graphs."),
            )
        ]
    return []


def _endless(project: Project, where: str, message: str) -> list[Problem]:
    """Say of what has to know the end of a training that it has none; nothing where it has one."""
    if _has_end(project):
        return []
    return [Problem(where, message, _("Set epochs or a number of steps."))]


def _has_end(project: Project) -> bool:
    return project.recipe.epochs is not None or project.recipe.max_steps is not None


def _plateau_problems(project: Project, objective: Objective) -> list[Problem]:
    try:
        schedule = SCHEDULES.make_plug(project.recipe.schedule)
    except ProjectError:
        return []
    metric = getattr(schedule, "metric", "") if schedule.watches else ""
    return _metric_problems(project, objective, metric, "recipe.schedule.metric")


def _early_stopping_problems(project: Project, objective: Objective) -> list[Problem]:
    stopping = project.recipe.early_stopping
    metric = stopping.metric if stopping is not None else ""
    return _metric_problems(project, objective, metric, "recipe.early_stopping.metric")


def _metric_problems(
    project: Project, objective: Objective, watched: str, where: str
) -> list[Problem]:
    """Say why a metric cannot be watched; an empty one isn't."""
    if not watched:
        return []
    known = [metric.name for metric in objective.metrics]
    if watched not in known:
        message = _("“{name}” is not measured during this training.").format(name=watched)
        return [Problem(where, message, did_you_mean(watched, known))]
    if watched.startswith("validation_") and project.data.split.validation == 0:
        message = _("there is no validation part to watch.")
        return [Problem(where, message, _("Set data.split.validation above 0."))]
    return []


def _optimizer_problems(project: Project) -> list[Problem]:
    """Say what a rule that evaluates a loss several times in a step does not go with."""
    recipe, found = project.recipe, []
    places = [("recipe.optimizer", recipe.optimizer)] * any(
        name not in recipe.optimizers for name in project.networks
    )
    places += [
        (f"recipe.optimizers.{name}", plug)
        for name, plug in recipe.optimizers.items()
        if name in project.networks
    ]
    for where, plug in places:
        rule = OPTIMIZERS.entries.get(plug.type)
        if rule is None or not rule.looks_again:
            continue
        obstacles = {
            _("several networks"): len(project.networks) > 1,
            _("gradients of several batches"): recipe.accumulate > 1,
            _("16 bits"): recipe.precision != "float32",
            _("clipped gradients"): bool(recipe.clip_norm or recipe.clip_value),
        }
        for what, there in obstacles.items():
            if there:
                message = _(
                    "{rule} looks at the same loss several times in a step, which does not go with {what}."
                ).format(rule=rule.title, what=what)
                found.append(Problem(where, message, _("Choose another optimiser.")))
    return found


def _accumulation_problems(project: Project, objective: Objective) -> list[Problem]:
    if project.recipe.accumulate == 1 or not objective.rivals:
        return []
    return [
        Problem(
            "recipe.accumulate",
            _("networks that play against each other take one batch a step."),
            _("Set it to 1 and choose a larger batch size."),
        )
    ]


def _averaging_problems(project: Project, objective: Objective) -> list[Problem]:
    average = project.recipe.average
    if average is None:
        return []
    if objective.rivals:
        return [
            Problem(
                "recipe.average",
                _(
                    "this objective averages its generator by itself; nothing else is worth averaging."
                ),
                _("Switch this off and set objective.ema."),
            )
        ]
    if average.kind == "swa" and not _has_end(project):
        return [
            Problem(
                "recipe.average.start",
                _("the last part of a training is averaged, and this training has no end."),
                _("Set epochs or a number of steps, or choose ema."),
            )
        ]
    return []


def _distillation_problems(project: Project, objective: Objective) -> list[Problem]:
    if project.recipe.distillation is None or objective.taught:
        return []
    message = _("{objective} cannot learn from the answers of another run.")
    return [
        Problem(
            "recipe.distillation",
            message.format(objective=objective.title),
            _("Switch it off."),
        )
    ]
