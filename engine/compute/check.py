"""Everything that can be said of a project before it trains: shapes, counts and problems."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from engine.augmentations.base import augmentation_problems
from engine.blocks import block_problems
from engine.compute.session import machine_problems, pick_device
from engine.compute.survey import Survey, entries_of, survey
from engine.data.base import DataInfo
from engine.data.prepare import describe
from engine.layers.base import Shape
from engine.objectives.base import OBJECTIVES
from engine.protocol import Checked, NetworkReport
from engine.validate import plug_problems
from projects.errors import Problem, UserError
from projects.schema import Project
from projects.translation import gettext as _


def check(project: Project, folder: Path) -> Checked:
    """Infer shapes, count, and find everything that is wrong.

    Allocates no weights and is quick on a project of which little has changed. A wrong project is
    an answer, not an error.

    Args:
        project: The project.
        folder: Folder of its file, where relative data paths start.
    """
    problems = plug_problems(project) + block_problems(project.blocks) + _device_problems(project)
    data = _describe(project, folder, problems)
    entries = _entries(project, data, problems)
    reports: dict[str, NetworkReport] = {}
    outputs: dict[str, Shape] = {}
    for name, network in project.networks.items():
        found = survey(network, entries.get(name), f"networks.{name}", project.blocks)
        reports[name] = found.report()
        problems += found.problems + _batch_problems(project, data, found)
        if found.output is not None and not found.errors:
            outputs[name] = found.output
    problems += _objective_problems(project, data, outputs)
    if data is not None:
        problems += augmentation_problems(project, data)
    problems.sort(key=lambda problem: problem.severity != "error")
    return Checked(
        ok=all(problem.severity != "error" for problem in problems),
        problems=tuple(problems),
        networks=reports,
        data=data,
    )


def _device_problems(project: Project) -> list[Problem]:
    try:
        device = pick_device(project.recipe.device)
    except UserError as error:
        return list(error.problems)
    return machine_problems(project.recipe, device)


def _describe(project: Project, folder: Path, problems: list[Problem]) -> DataInfo | None:
    if any(problem.where.startswith("data.source") for problem in problems):
        return None
    try:
        return describe(project.data, folder)
    except UserError as error:
        problems += error.problems
        return None


def _entries(
    project: Project, data: DataInfo | None, problems: list[Problem]
) -> dict[str, dict[str, Shape] | None]:
    """What is fed to each network, as ``build`` takes it; empty when that cannot be known."""
    if data is None:
        return {}
    try:
        return entries_of(project, data)
    except UserError as error:
        known = {problem.where for problem in problems}
        problems += [problem for problem in error.problems if problem.where not in known]
        return {}


def _batch_problems(project: Project, data: DataInfo | None, found: Survey) -> list[Problem]:
    """Say which layers need more examples in a batch than there will be."""
    size = project.recipe.batch_size
    size = min(size, data.counts.get("train", size)) if data is not None else size
    problems = [
        Problem(
            found.place(step.id),
            _("batches of {size} are too small: this layer needs the variance of several.").format(
                size=size
            ),
            _("Choose a batch size of 2 or more, or a Layer norm."),
        )
        for step in found.plan.steps
        if step.layer is not None
        and step.id in found.plan.needed
        and step.id in found.incoming
        and step.layer.smallest_batch(*found.incoming[step.id]) > size
    ]
    return found.plan.flat.told(problems, found.where)


def _objective_problems(
    project: Project, data: DataInfo | None, outputs: Mapping[str, Shape]
) -> list[Problem]:
    if data is None:
        return []
    try:
        objective = OBJECTIVES.make_plug(project.objective, "objective")
    except UserError:
        return []
    return objective.problems(project, data, outputs)
