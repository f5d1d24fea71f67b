"""Everything a project needs in memory: its data, its networks and its task, on one device."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch

from engine.augmentations.base import augmentation_problems
from engine.compute.averages import add_averages
from engine.compute.compiling import put_images_last, wants_images_last
from engine.compute.flat import Flat
from engine.compute.generative.scorer import Scorer
from engine.compute.network import GraphModule, build_all
from engine.compute.task import Task, TaskContext
from engine.data.prepare import Prepared, prepare
from engine.objectives.base import OBJECTIVES, Objective
from projects.errors import Problem, ProblemsError, ProjectError
from projects.schema import Project, Recipe
from projects.translation import gettext as _


@dataclass(frozen=True)
class Session:
    """A project in memory.

    Attributes:
        project: The project.
        objective: What it trains for.
        data: Its prepared data.
        device: Where networks and batches live.
        flats: The networks' weights, each network's in one tensor.
        task: What its objective computes.
        images_last: Whether images lie in memory with their channels last.
    """

    project: Project
    objective: Objective
    data: Prepared
    device: torch.device
    flats: Mapping[str, Flat]
    task: Task
    images_last: bool


def open_session(project: Project, folder: Path, device: torch.device | None = None) -> Session:
    """Prepare the data and build the networks, with fresh weights from torch's random state.

    Args:
        project: The project.
        folder: Folder of the project file, where relative data paths start.
        device: Where to; the recipe's when left out.

    Raises:
        ProblemsError: The project cannot train; carries everything that is wrong.
        DataError: The data is missing, damaged or unsuitable.
    """
    if device is None:
        device = pick_device(project.recipe.device)
        if problems := machine_problems(project.recipe, device):
            raise ProblemsError(problems)
    objective = OBJECTIVES.make_plug(project.objective, "objective")
    return session_of(project, objective.view(prepare(project.data, folder), project), device)


def session_of(project: Project, data: Prepared, device: torch.device) -> Session:
    """Build the networks for data that is in memory, with fresh weights from torch's random state.

    Args:
        project: The project.
        data: Its data, as its objective sees it.
        device: Where to.

    Raises:
        ProblemsError: The project cannot train; carries everything that is wrong.
    """
    objective = OBJECTIVES.make_plug(project.objective, "objective")
    networks = _build(project, objective, data)
    images_last = wants_images_last(project.recipe, device, networks.values())
    for network in networks.values():
        network.to(device).train()
        if images_last:
            put_images_last(network)
    flats = {name: Flat(network) for name, network in networks.items()}
    _need_weights(flats)
    task = objective.task(TaskContext(project, data, networks, flats, device))
    if objective.scoring is not None:
        task.scorer = Scorer(objective.scoring, data, device)
    if project.recipe.average is not None:
        add_averages(task)
    return Session(project, objective, data, device, flats, task, images_last)


def pick_device(wanted: str) -> torch.device:
    """Return the device that a recipe names; ``auto`` is the fastest there is.

    Raises:
        ProjectError: This machine has no such device.
    """
    there = {
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
        "cpu": True,
    }
    if wanted == "auto":
        wanted = next(name for name, available in there.items() if available)
    if not there[wanted]:
        raise ProjectError(
            _("this machine has no device “{name}”.").format(name=wanted),
            where="recipe.device",
            hint=_("Choose auto or cpu."),
        )
    return torch.device(wanted)


def machine_problems(recipe: Recipe, device: torch.device) -> list[Problem]:
    """Say what of a recipe a device cannot do."""
    found = []
    if recipe.precision == "fp16" and device.type != "cuda":
        message = _("fp16 needs CUDA, and this trains on {device}.").format(device=device)
        found.append(Problem("recipe.precision", message, _("Choose bf16 or float32.")))
    if recipe.precision == "bf16" and device.type == "mps":
        message = _("bf16 is not to be had on {device}.").format(device=device)
        found.append(Problem("recipe.precision", message, _("Choose float32.")))
    if recipe.cuda_graphs and device.type != "cuda":
        message = _("CUDA graphs need CUDA, and this trains on {device}.").format(device=device)
        found.append(Problem("recipe.cuda_graphs", message, _("Switch them off.")))
    return found


def _build(project: Project, objective: Objective, data: Prepared) -> dict[str, GraphModule]:
    missing = [role for role in objective.networks if role.name not in project.networks]
    if missing:
        raise ProjectError(
            _("the project has no network “{name}”.").format(name=missing[0].name),
            where=f"networks.{missing[0].name}",
        )
    networks = build_all(project, data.info)
    outputs = {name: network.out_shape for name, network in networks.items()}
    found = objective.problems(project, data.info, outputs)
    found = [*found, *augmentation_problems(project, data.info)]
    if errors := [problem for problem in found if problem.severity == "error"]:
        raise ProblemsError(errors)
    if not len(data.train.inputs):
        raise ProjectError(_("there is no example to train on."), where="data.split")
    return networks


def _need_weights(flats: Mapping[str, Flat]) -> None:
    empty = [name for name, flat in flats.items() if not flat.views]
    if empty:
        message = _("this network has no weights that could learn.")
        hint = _("Add a layer with weights, such as Linear.")
        raise ProblemsError([Problem(f"networks.{name}", message, hint) for name in empty])
