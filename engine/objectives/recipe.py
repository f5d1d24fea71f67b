"""Where a recipe contradicts itself or its objective."""

from __future__ import annotations

from gettext import gettext as _
from typing import TYPE_CHECKING

from engine.schedules.base import SCHEDULES
from projects.errors import Problem, ProjectError, did_you_mean
from projects.schema import Project

if TYPE_CHECKING:
    from engine.objectives.base import Objective


def recipe_problems(project: Project, objective: Objective) -> list[Problem]:
    """Return what is wrong with a project's recipe beyond single values.

    Args:
        project: The whole project.
        objective: Its objective.
    """
    return [*_schedule_problems(project), *_early_stopping_problems(project, objective)]


def _schedule_problems(project: Project) -> list[Problem]:
    recipe = project.recipe
    try:
        schedule = SCHEDULES.get(recipe.schedule.type)
    except ProjectError:
        return []  # said where plugs are checked
    if schedule.needs_end and recipe.epochs is None and recipe.max_steps is None:
        return [
            Problem(
                "recipe.schedule",
                _("this schedule has to know where the training ends, and it has no end."),
                _("Set epochs or a number of steps."),
            )
        ]
    return []


def _early_stopping_problems(project: Project, objective: Objective) -> list[Problem]:
    stopping = project.recipe.early_stopping
    known = [metric.name for metric in objective.metrics]
    if stopping is None:
        return []
    where = "recipe.early_stopping.metric"
    if stopping.metric not in known:
        message = _("“{name}” is not measured during this training.").format(name=stopping.metric)
        return [Problem(where, message, did_you_mean(stopping.metric, known))]
    if stopping.metric.startswith("validation_") and project.data.split.validation == 0:
        message = _("there is no validation part to watch.")
        return [Problem(where, message, _("Set data.split.validation above 0."))]
    return []
