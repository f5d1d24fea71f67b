"""What may be changed while a training goes on, and how it is named.

Torch-free: the window asks which values there are, the engine whether a change is one of them. A value is
named by its dotted path in the project: ``recipe.optimizer.momentum``, ``recipe.optimizers.generator.beta1``,
``networks.classifier.nodes.drop.p`` (inside of blocks ``nodes.res1/drop.p``), ``networks.classifier.l2``,
``objective.beta``, ``objective.weights.0``. A value that another one switches off is none of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

from engine.blocks import unfold
from engine.declare import Catalogue, Declared
from engine.layers.base import LAYERS
from engine.objectives.base import OBJECTIVES
from engine.optimizers.base import OPTIMIZERS
from projects.errors import ProjectError, did_you_mean
from projects.fields import Field, applies, fields_of, read_field
from projects.schema import Network, Node, Plug, Project
from projects.translation import gettext as _

OF_OPTIMIZERS = ("lr", "momentum", "beta1", "weight_decay")
PENALTIES = ("l1", "l2")


class _Place(NamedTuple):
    """Something with values that may change.

    Attributes:
        fields: Those values.
        now: What the project says of it, by name.
        catalogue: Where its class is declared; None for a network.
        tag: Which class.
    """

    fields: tuple[Field, ...]
    now: Mapping[str, Any]
    catalogue: Catalogue[Declared] | None = None
    tag: str = ""


def live_fields(project: Project) -> dict[str, Field]:
    """Return what may be changed while a project trains, by dotted path, in the order of the project."""
    return {
        f"{head}.{field.name}": field
        for head, place in _places(project).items()
        for field in place.fields
    }


def live_title(project: Project, path: str) -> str:
    """Return what a live value is called: its own title, and whose it is where that is not plain."""
    title = live_fields(project)[path].title
    kind, _dot, rest = path.partition(".")
    if kind == "networks":
        network, _dot, layer = rest.rpartition(".")[0].partition(".nodes.")
        owners = ([network] if len(project.networks) > 1 else []) + ([layer] if layer else [])
    elif path.startswith("recipe.optimizers."):
        owners = [rest.split(".")[1].replace("_", " ")]
    else:
        owners = []
    return f"{', '.join(owners)}: {title}" if owners else title


def read_live(
    project: Project, path: str, value: float, now: Mapping[str, float] | None = None
) -> float:
    """Return a value that may be given to a path.

    Args:
        project: The project.
        path: Dotted path.
        value: The value.
        now: What was changed before and still holds, by path.

    Raises:
        ProjectError: There is no such path, it does not take this value, or not beside the others.
    """
    fields = live_fields(project)
    if path not in fields:
        raise ProjectError(
            _("this cannot be changed while a training goes on."),
            where=path,
            hint=did_you_mean(path, fields),
        )
    head, _dot, name = path.rpartition(".")
    read = float(read_field(fields[path], value, head))
    place = _places(project)[head]
    if place.catalogue is not None and name not in PENALTIES:
        own = {
            key.rpartition(".")[2]: changed
            for key, changed in (now or {}).items()
            if key.rpartition(".")[0] == head and key.rpartition(".")[2] not in PENALTIES
        }
        params = {key: given for key, given in place.now.items() if key not in PENALTIES}
        place.catalogue.make(place.tag, {**params, **own, name: read}, head)
    return read


def value_in_project(project: Project, path: str) -> float:
    """Return the value that a live path has in the project itself."""
    head, _dot, name = path.rpartition(".")
    place = _places(project)[head]
    return float(place.now[name] if name in place.now else live_fields(project)[path].default)


def _places(project: Project) -> dict[str, _Place]:
    """Everything that has values which may change, by dotted path."""
    recipe = project.recipe
    found: dict[str, _Place] = {}
    if any(name not in recipe.optimizers for name in project.networks):
        found["recipe.optimizer"] = _plugged(OPTIMIZERS, recipe.optimizer)
    for name, plug in recipe.optimizers.items():
        found[f"recipe.optimizers.{name}"] = _plugged(OPTIMIZERS, plug)
    found["objective"] = _plugged(OBJECTIVES, project.objective)
    found.update(_rows(project.objective))
    for name, network in project.networks.items():
        found[f"networks.{name}"] = _penalised(network)
        for key, node in unfold(network, project.blocks).network.nodes.items():
            if node.type in LAYERS and not node.mute and node.shares is None:
                found[f"networks.{name}.nodes.{key}"] = _layer(node)
    return found


def _plugged(catalogue: Catalogue[Any], plug: Plug) -> _Place:
    cls = catalogue.entries.get(plug.type)
    if cls is None:
        return _Place((), plug.params)
    names = OF_OPTIMIZERS if catalogue is OPTIMIZERS else cls.live
    fields = tuple(_acting(cls, "float", names, plug.params))
    return _Place(fields, plug.params, catalogue, plug.type)


def _rows(objective: Plug) -> Iterator[tuple[str, _Place]]:
    """Rows of numbers, each number by its place: ``objective.weights.0``."""
    cls = OBJECTIVES.entries.get(objective.type)
    if cls is None:
        return
    for field in _acting(cls, "numbers", cls.live, objective.params):
        now = objective.params.get(field.name, field.default)
        names = [str(index) for index in range(len(now))]
        numbers = tuple(_number(field, name) for name in names)
        yield f"objective.{field.name}", _Place(numbers, dict(zip(names, now, strict=True)))


def _number(row: Field, name: str) -> Field:
    title = _("{title}: {number}").format(title=row.title, number=int(name) + 1)
    return msgspec.structs.replace(row, name=name, kind="float", type=float, title=title, extra={})


def _acting(
    cls: type[Declared], kind: str, names: tuple[str, ...], params: Mapping[str, Any]
) -> Iterator[Field]:
    """The named parameters of a kind that have a say, given the others."""
    values = {field.name: params.get(field.name, field.default) for field in cls.fields()}
    for field in cls.fields():
        of_kind = field.kind == kind and not field.optional
        if of_kind and field.name in names and applies(field, values):
            yield field


def _layer(node: Node) -> _Place:
    """The live parameters of a layer, and the penalties that it has of its own."""
    place = _plugged(LAYERS, Plug(node.type, node.params))
    own = {name: getattr(node, name) for name in PENALTIES if getattr(node, name) is not None}
    penalties = tuple(field for field in _of_networks() if field.name in own)
    return place._replace(fields=(*place.fields, *penalties), now={**node.params, **own})


def _penalised(network: Network) -> _Place:
    return _Place(_of_networks(), {name: getattr(network, name) for name in PENALTIES})


def _of_networks() -> tuple[Field, ...]:
    """The penalties as fields; those of a layer have the same bounds."""
    return tuple(field for field in fields_of(Network) if field.name in PENALTIES)
