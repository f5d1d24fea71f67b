"""What may be changed while a training goes on, and how it is named.

Torch-free: the window asks which values there are, the engine whether a change is one of them. A value is
named by its dotted path in the project: ``recipe.optimizer.momentum``, ``recipe.optimizers.generator.beta1``,
``networks.classifier.nodes.drop.p`` (inside of blocks ``nodes.res1/drop.p``), ``objective.weight``.
"""

from __future__ import annotations

from collections.abc import Iterator
from gettext import gettext as _

from engine.blocks import unfold
from engine.declare import Catalogue, Declared
from engine.layers.base import LAYERS
from engine.objectives.base import OBJECTIVES
from engine.optimizers.base import OPTIMIZERS
from projects.errors import ProjectError, did_you_mean
from projects.fields import Field, read_field
from projects.schema import Plug, Project

OF_OPTIMIZERS = ("lr", "momentum", "beta1", "weight_decay")
OF_LAYERS = {"dropout": ("p",), "alpha_dropout": ("p",), "stochastic_depth": ("p",)}


def live_fields(project: Project) -> dict[str, Field]:
    """Return what may be changed while a project trains, by dotted path, in the order of the project."""
    return dict(_fields(project))


def read_live(project: Project, path: str, value: float) -> float:
    """Return a value that may be given to a path.

    Raises:
        ProjectError: There is no such path, or it does not take this value.
    """
    fields = live_fields(project)
    if path not in fields:
        raise ProjectError(
            _("this cannot be changed while a training goes on."),
            where=path,
            hint=did_you_mean(path, fields),
        )
    return float(read_field(fields[path], value, path.rpartition(".")[0]))


def value_in_project(project: Project, path: str) -> float:
    """Return the value that a live path has in the project itself."""
    head, _dot, name = path.rpartition(".")
    catalogue, plug = _plugs(project)[head]
    value = plug.params.get(name, _field(catalogue, plug.type, name).default)
    return float(value)


def _fields(project: Project) -> Iterator[tuple[str, Field]]:
    for head, (catalogue, plug) in _plugs(project).items():
        cls = catalogue.entries.get(plug.type)
        for field in cls.fields() if cls is not None else ():
            if field.kind == "float" and not field.optional and field.name in _live(cls):
                yield f"{head}.{field.name}", field


def _live(cls: type[Declared] | None) -> tuple[str, ...]:
    """Names of the parameters of a declared class that may change."""
    if cls is None:
        return ()
    if cls.tag() in OPTIMIZERS and OPTIMIZERS.entries[cls.tag()] is cls:
        return OF_OPTIMIZERS
    if cls.tag() in LAYERS and LAYERS.entries[cls.tag()] is cls:
        return OF_LAYERS.get(cls.tag(), ())
    return tuple(getattr(cls, "live", ()))


def _plugs(project: Project) -> dict[str, tuple[Catalogue[Declared], Plug]]:
    """Everything that has parameters which may change, by dotted path."""
    recipe = project.recipe
    found: dict[str, tuple[Catalogue[Declared], Plug]] = {}
    optimizers: Catalogue[Declared] = OPTIMIZERS  # type: ignore[assignment]
    if any(name not in recipe.optimizers for name in project.networks):
        found["recipe.optimizer"] = (optimizers, recipe.optimizer)
    for name, plug in recipe.optimizers.items():
        found[f"recipe.optimizers.{name}"] = (optimizers, plug)
    found["objective"] = (OBJECTIVES, project.objective)  # type: ignore[assignment]
    for name, network in project.networks.items():
        for key, node in unfold(network, project.blocks).network.nodes.items():
            if node.type in LAYERS and not node.mute and node.shares is None:
                layer = Plug(node.type, node.params)
                found[f"networks.{name}.nodes.{key}"] = (LAYERS, layer)  # type: ignore[assignment]
    return found


def _field(catalogue: Catalogue[Declared], tag: str, name: str) -> Field:
    return next(field for field in catalogue.get(tag).fields() if field.name == name)
