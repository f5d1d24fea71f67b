"""Settings as plain values: projects become what forms show, and what is said of a setting becomes a new project."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from engine.adversarial.base import ADVERSARIAL
from engine.adversarial.conditioning.base import CONDITIONING
from engine.adversarial.penalties.base import PENALTIES
from engine.adversarial.tricks.base import TRICKS
from engine.augmentations.base import AUGMENTATIONS
from engine.data.base import SOURCES
from engine.declare import Catalogue
from engine.initializers.base import INITIALIZERS
from engine.objectives.base import OBJECTIVES
from engine.optimizers.base import OPTIMIZERS
from engine.pruning.base import PRUNINGS
from engine.quantisation.base import QUANTISATIONS
from engine.schedules.base import SCHEDULES
from projects.errors import ProjectError
from projects.fields import REQUIRED, Field, fields_of, read_field
from projects.paths import put_value
from projects.plain import plug_to, project_from, project_to
from projects.schema import Plug, Project

NETWORKS = "networks."  # how paths into them begin

CATALOGUES: dict[str, Catalogue[Any]] = {
    "adversarial": ADVERSARIAL,
    "augmentations": AUGMENTATIONS,
    "conditioning": CONDITIONING,
    "initializers": INITIALIZERS,
    "objectives": OBJECTIVES,
    "optimizers": OPTIMIZERS,
    "penalties": PENALTIES,
    "prunings": PRUNINGS,
    "quantisations": QUANTISATIONS,
    "schedules": SCHEDULES,
    "sources": SOURCES,
    "tricks": TRICKS,
}


def catalogue_of(field: Field) -> Catalogue[Any] | None:
    """Return the catalogue whose entries a field holds; None where it holds others."""
    return CATALOGUES.get(str(field.extra.get("catalogue", "")))


def values_of(struct: msgspec.Struct) -> dict[str, Any]:
    """Return the values of a struct as its form shows them."""
    return {
        field.name: _plain(field, getattr(struct, field.name)) for field in fields_of(type(struct))
    }


def plug_values(plug: Plug, catalogue: Catalogue[Any]) -> dict[str, Any]:
    """Return a plug as its form shows it: type, defaults, and what differs from them."""
    if plug.type not in catalogue:
        return plug_to(plug)
    fields = catalogue.get(plug.type).fields()
    inner = {
        field.name: _plug_inside(field, plug.params[field.name])
        for field in fields
        if field.kind == "plug" and field.name in plug.params
    }
    return {"type": plug.type, **defaults(fields), **plug.params, **inner}


def _plug_inside(field: Field, value: Any) -> Any:
    """A plug among the parameters of another one, as its form shows it."""
    if not isinstance(value, Mapping) or not isinstance(value.get("type"), str):
        return value
    params = {name: inner for name, inner in value.items() if name != "type"}
    return plug_values(Plug(value["type"], params), CATALOGUES[field.extra["catalogue"]])


def defaults(fields: Iterable[Field]) -> dict[str, Any]:
    """Return the default values of declared fields as forms show them."""
    return {f.name: _plain(f, f.default) for f in fields if f.default is not REQUIRED}


def _plain(field: Field, value: Any) -> Any:
    if isinstance(value, Plug):
        return plug_values(value, CATALOGUES[field.extra["catalogue"]])
    if isinstance(value, msgspec.Struct):
        return values_of(value)
    if field.kind == "plugs":
        return [plug_values(plug, CATALOGUES[field.extra["catalogue"]]) for plug in value]
    if field.kind == "mapping" and isinstance(value, Mapping):
        catalogue = CATALOGUES[field.extra["catalogue"]]
        return {name: plug_values(plug, catalogue) for name, plug in value.items()}
    return list(value) if isinstance(value, tuple) else value


# ----------------------------------------------------------------------------------- changes


def set_at(project: Project, path: str, value: Any) -> Project:
    """Return a project with what a form said about its data, objective or recipe, or with a setting of a network.

    Args:
        project: The project.
        path: Dotted path: ``recipe.optimizer.lr``, ``data.source.type``, ``networks.classifier.init``.
        value: A value that the form has read. A new ``type`` keeps the parameters that both types
            have; a value that is the default of a plug's parameter is left out of the file.

    Raises:
        ProjectError: The value does not fit; names the place.
    """
    if path.startswith(NETWORKS):
        return _with_networks_of(project, put_value(project, path, lambda: value))
    plain = project_to(msgspec.structs.replace(project, networks={}))
    *groups, last = path.split(".")
    holder: Any = plain
    holders = []
    for name in groups:
        if not isinstance(holder.get(name), dict):
            holder[name] = {}
        holder = holder[name]
        holders.append(holder)
    if last == "type":
        _retype(holder, value)
    else:
        holder[last] = list(value) if isinstance(value, tuple) else value
    for flat in reversed(holders):
        if isinstance(flat.get("type"), str):
            _leave_defaults_out(flat)
    return _sharing(project, project_from(plain))


def _with_networks_of(before: Project, after: Project) -> Project:
    """Return ``before`` with those networks of ``after`` that are others."""
    same = before.networks
    networks = {
        name: same[name] if network == same.get(name) else network
        for name, network in after.networks.items()
    }
    return msgspec.structs.replace(before, networks=networks)


def _sharing(before: Project, after: Project) -> Project:
    """Return ``after`` with the networks of ``before`` and the very parts that are equal to its own."""
    same = {"networks": before.networks}
    for name in before.__struct_fields__:
        if getattr(before, name) == getattr(after, name):
            same[name] = getattr(before, name)
    return msgspec.structs.replace(after, **same)


def _leave_defaults_out(flat: dict[str, Any]) -> None:
    """Take parameters that have their default out of a flat plug, in place."""
    for catalogue in CATALOGUES.values():  # no two of them have types of the same name
        if flat["type"] in catalogue:
            known = defaults(catalogue.get(flat["type"]).fields())
            for name in [key for key, value in flat.items() if known.get(key, REQUIRED) == value]:
                del flat[name]


def set_plug(plug: Plug, catalogue: Catalogue[Any], path: str, value: Any) -> Plug:
    """Return a plug with its type or one of its parameters changed; see :func:`set_at`."""
    flat = plug_to(plug)
    if path == "type":
        _retype(flat, value)
    else:
        flat[path] = list(value) if isinstance(value, tuple) else value
    known = defaults(catalogue.get(flat["type"]).fields()) if flat["type"] in catalogue else {}
    params = {k: v for k, v in flat.items() if k != "type" and known.get(k, REQUIRED) != v}
    return Plug(flat["type"], params)


def _retype(flat: dict[str, Any], tag: str) -> None:
    """Give a flat plug another type in place; parameters of the same name stay if they fit."""
    before = {key: value for key, value in flat.items() if key != "type"}
    flat.clear()
    flat["type"] = tag
    for catalogue in CATALOGUES.values():
        if tag not in catalogue:
            continue
        for field in catalogue.get(tag).fields():
            if field.name in before:
                try:
                    read_field(field, before[field.name], "")
                except ProjectError:
                    continue
                flat[field.name] = before[field.name]
        return
