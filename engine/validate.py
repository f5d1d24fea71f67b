"""Every plug of a project made through its catalogue: the half of validation that files cannot do.

Torch-free. It says what is wrong with types and parameters; whether layers fit each other is for
``engine.compute.check`` to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.augmentations.base import AUGMENTATIONS
from engine.data.base import SOURCES
from engine.declare import Catalogue
from engine.initializers.base import INITIALIZERS
from engine.layers.base import LAYERS
from engine.objectives.base import OBJECTIVES
from engine.optimizers.base import OPTIMIZERS
from engine.probes.base import PROBES
from engine.pruning.base import PRUNINGS
from engine.quantisation.base import QUANTISATIONS
from engine.schedules.base import SCHEDULES
from projects.errors import Problem, ProblemsError, ProjectError, did_you_mean
from projects.schema import BLOCK, Graph, Plug, Project
from projects.translation import gettext as _


def validate(project: Project) -> None:
    """Make every plug of a project.

    Args:
        project: What to validate.

    Raises:
        ProblemsError: Unknown types, unknown parameters or wrong values; all of them, located.
    """
    problems = layer_problems(project) + plug_problems(project)
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise ProblemsError(errors)


def layer_problems(project: Project) -> list[Problem]:
    """Say what is wrong with types and parameters of layers."""
    found: list[Problem] = []
    for where, graph in _graphs(project):
        for key, node in graph.nodes.items():
            if not node.mute and node.type != BLOCK:  # what is bypassed is not made
                found += _made(LAYERS, Plug(node.type, node.params), f"{where}.nodes.{key}")
    return found


def _graphs(project: Project) -> Iterator[tuple[str, Graph]]:
    for name, network in project.networks.items():
        yield f"networks.{name}", network
    for name, block in project.blocks.items():
        yield f"blocks.{name}", block


def plug_problems(project: Project) -> list[Problem]:
    """Say what is wrong with every other plug: data, objective, recipe, probes, initialisations."""
    found: list[Problem] = []
    for catalogue, plug, where in _plugs(project):
        found += _made(catalogue, plug, where)
    for name in project.recipe.optimizers:
        if name not in project.networks:
            found.append(
                Problem(
                    f"recipe.optimizers.{name}",
                    _("there is no network of this name."),
                    did_you_mean(name, project.networks),
                )
            )
    return found + _role_problems(project)


def _plugs(project: Project) -> Iterator[tuple[Catalogue[Any], Plug, str]]:
    recipe = project.recipe
    yield SOURCES, project.data.source, "data.source"
    for index, plug in enumerate(project.data.augment):
        yield AUGMENTATIONS, plug, f"data.augment.{index}"
    yield OBJECTIVES, project.objective, "objective"
    yield OPTIMIZERS, recipe.optimizer, "recipe.optimizer"
    for name, plug in recipe.optimizers.items():
        yield OPTIMIZERS, plug, f"recipe.optimizers.{name}"
    yield SCHEDULES, recipe.schedule, "recipe.schedule"
    yield PRUNINGS, recipe.pruning, "recipe.pruning"
    yield QUANTISATIONS, recipe.quantisation, "recipe.quantisation"
    for index, plug in enumerate(project.probes):
        yield PROBES, plug, f"probes.{index}"
    for name, network in project.networks.items():
        yield INITIALIZERS, network.init, f"networks.{name}.init"


def _made(catalogue: Catalogue[Any], plug: Plug, where: str) -> list[Problem]:
    try:
        catalogue.make_plug(plug, where)
    except ProjectError as error:
        return list(error.problems)
    return []


def _role_problems(project: Project) -> list[Problem]:
    """Say which networks the objective misses, and which ones it has no use for."""
    if project.objective.type not in OBJECTIVES:
        return []
    objective = OBJECTIVES.get(project.objective.type)
    roles = {role.name: role for role in objective.networks}
    missing = [
        Problem(
            f"networks.{name}",
            _("{objective} needs a network called “{name}”, and there is none.").format(
                objective=objective.title, name=name
            ),
            _(role.help),
        )
        for name, role in roles.items()
        if name not in project.networks
    ]
    idle = [
        Problem(
            f"networks.{name}",
            _("{objective} has no use for a network of this name.").format(
                objective=objective.title
            ),
            did_you_mean(name, roles),
            "warning",
        )
        for name in project.networks
        if name not in roles
    ]
    return missing + idle
