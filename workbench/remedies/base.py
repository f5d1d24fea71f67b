"""What every remedy declares; :data:`REMEDIES` is the catalogue of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

import msgspec

from engine.declare import Catalogue, Declared
from engine.objectives.base import objective_of
from engine.optimizers.base import OPTIMIZERS
from projects.schema import Plug, Project
from workbench.values import set_at


class Pace(NamedTuple):
    """A change of learning rate that can be made in the middle of a training.

    Attributes:
        network: Whose; empty: everybody's.
        factor: What the present rate is multiplied by.
    """

    network: str
    factor: float


class Remedy(Declared, frozen=True, kw_only=True):
    """Base of every remedy: a project goes in, a project comes out.

    Class attributes:
        title: What it does, as a command: ``Add R1``.
        why: Why that helps, in a sentence.
    """

    why: ClassVar[str] = ""
    texts: ClassVar[tuple[str, ...]] = (*Declared.texts, "why")

    def apply(self, project: Project) -> Project:
        """Return the project with the remedy; the same one where it has nothing to change."""
        raise NotImplementedError

    def pace(self, project: Project) -> Pace | None:
        """Return what does the same to a training that goes on, or None where only a new run can."""
        return None


REMEDIES: Catalogue[Remedy] = Catalogue("remedy", Remedy, "workbench.remedies")


def optimizer_of(project: Project, network: str) -> Plug:
    """The optimiser of a network: its own, or the common one."""
    recipe = project.recipe
    return recipe.optimizers.get(network, recipe.optimizer)


def has(project: Project, network: str, name: str) -> bool:
    """Whether the optimiser of a network has a parameter of this name."""
    rule = OPTIMIZERS.entries.get(optimizer_of(project, network).type)
    return rule is not None and any(field.name == name for field in rule.fields())


def value_of(project: Project, network: str, name: str) -> float:
    """A parameter of a network's optimiser."""
    plug = optimizer_of(project, network)
    fields = {field.name: field for field in OPTIMIZERS.get(plug.type).fields()}
    return float(plug.params.get(name, fields[name].default))


def usual_of(project: Project, network: str, name: str) -> float:
    """What a parameter of a network's optimiser is by itself."""
    plug = optimizer_of(project, network)
    return float(getattr(OPTIMIZERS.get(plug.type)(), name))


def with_optimizer(project: Project, network: str, **changes: Any) -> Project:
    """The project with another optimiser for one network, which becomes its own."""
    plug = optimizer_of(project, network)
    own = Plug(plug.type, {**plug.params, **changes})
    optimizers = {**project.recipe.optimizers, network: own}
    return with_recipe(project, optimizers=optimizers)


def with_everyones(project: Project, name: str, values: Mapping[str, float]) -> Project:
    """The project with a parameter of the optimisers of its networks changed, where each of them is declared.

    Args:
        project: The project.
        name: The parameter.
        values: What it is to be, by network.
    """
    recipe = project.recipe
    own = {
        network: _with(plug, name, values[network]) if network in values else plug
        for network, plug in recipe.optimizers.items()
    }
    common = [value for network, value in values.items() if network not in recipe.optimizers]
    shared = _with(recipe.optimizer, name, common[0]) if common else recipe.optimizer
    return with_recipe(project, optimizers=own, optimizer=shared)


def _with(plug: Plug, name: str, value: float) -> Plug:
    return Plug(plug.type, {**plug.params, name: value})


def with_recipe(project: Project, **changes: Any) -> Project:
    """The project with another recipe."""
    return msgspec.structs.replace(
        project, recipe=msgspec.structs.replace(project.recipe, **changes)
    )


def setting(project: Project, name: str) -> Any:
    """A parameter of the objective."""
    fields = {field.name: field for field in objective_of(project).fields()}
    field = fields.get(name)
    return project.objective.params.get(name, field.default if field is not None else None)


def with_setting(project: Project, name: str, value: Any) -> Project:
    """The project with another parameter of its objective; the same where there is no such one."""
    known = {field.name for field in objective_of(project).fields()}
    if name not in known:
        return project
    return set_at(project, f"objective.{name}", value)


def plugs(project: Project, name: str) -> tuple[dict[str, Any], ...]:
    """The plugs of a list of the objective, as project files have them."""
    return tuple(_plain(one) for one in setting(project, name) or ())


def with_plugs(project: Project, name: str, *added: dict[str, Any]) -> Project:
    """The project with these in a list of its objective; those of a type that is there already stay."""
    before = plugs(project, name)
    there = {one["type"] for one in before}
    new = [one for one in added if one["type"] not in there]
    return with_setting(project, name, [*before, *new]) if new else project


def type_of(project: Project, name: str) -> str:
    """The type of a plug of the objective; empty where it has none of this name, or a plain value."""
    value = setting(project, name)
    return str(_plain(value)["type"]) if isinstance(value, Plug | Mapping) else ""


def _plain(plug: Any) -> dict[str, Any]:
    return {"type": plug.type, **plug.params} if isinstance(plug, Plug) else dict(plug)


def rounded(value: float) -> float:
    """The product of two numbers as a person would write it: without the dust of binary fractions."""
    return float(f"{value:.12g}")
