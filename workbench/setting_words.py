"""Settings of runs in words that people know: *Optimizer*, *Adam*; lists keep them as files have them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from engine.declare import Catalogue
from engine.layers.base import LAYERS
from engine.objectives.base import OBJECTIVES
from projects.fields import Field, fields_of
from projects.schema import Data, Network, Node, Plug, Recipe
from projects.translation import gettext as _
from workbench.forms import struct_of
from workbench.names import network_words
from workbench.place_words import BESIDE, BETWEEN, of_every_layer
from workbench.values import catalogue_of

MOST_PARTS = 2  # of a place, in a heading


class _Found(NamedTuple):
    """What a path leads to.

    Attributes:
        titles: What forms write beside the fields along it.
        field: The last one; None where it is the type of a layer or of the objective.
        catalogue: Of what the path names the type; None where it names a value.
    """

    titles: list[str]
    field: Field | None
    catalogue: Catalogue[Any] | None


def setting_title(key: str, settings: Mapping[str, object]) -> str:
    """Return what stands above a setting; empty where nothing is declared of it.

    Args:
        key: Its dotted path.
        settings: Those of a run that has it, by their paths.
    """
    found = _found(key, settings)
    return BETWEEN.join(found.titles[-MOST_PARTS:]) if found is not None else ""


def setting_words(key: str, value: object, settings: Mapping[str, object]) -> str:
    """Return what forms call a type, a value of a choice, or yes and no; empty for all others.

    Args:
        key: The dotted path of the setting.
        value: Its value, as files have it.
        settings: All of the run, by their paths.
    """
    found = _found(key, settings)
    if found is None or not isinstance(value, str):
        return ""
    if found.catalogue is not None:
        return str(found.catalogue.get(value).title) if value in found.catalogue else ""
    if found.field is None:
        return ""
    if found.field.kind == "bool":
        return {"true": _("yes"), "false": _("no")}.get(value, "")
    return found.field.words_of(value) if value in found.field.choices else ""


def setting_field(key: str, settings: Mapping[str, object]) -> Field | None:
    """Return the declaration of a setting; None where there is none, or the path leads to a part of one.

    Args:
        key: The dotted path of the setting.
        settings: All of a run, by their paths.
    """
    found = _found(key, settings)
    field = found.field if found is not None else None
    return field if field is not None and key.rpartition(".")[2] == field.name else None


def _found(key: str, settings: Mapping[str, object]) -> _Found | None:
    match key.split("."):
        case ["recipe", *rest]:
            return _along(fields_of(Recipe), "recipe", rest, settings)
        case ["data", *rest]:
            return _along(fields_of(Data), "data", rest, settings)
        case ["objective", *rest]:
            return _inside(OBJECTIVES, "objective", rest, settings, [_("Objective")])
        case ["probes"]:
            return _Found([_("Probes")], None, None)
        case ["networks" | "blocks", _graph, "nodes", node, str(name)] if name in BESIDE:
            field = next(field for field in fields_of(Node) if field.name == name)
            return _Found([node, of_every_layer(name)], field, None)
        case ["networks" | "blocks" as holder, graph, "nodes", node, *rest]:
            where = f"{holder}.{graph}.nodes.{node}"
            return _inside(LAYERS, where, rest, settings, [node])
        case ["networks", network, *rest]:
            titles = [network_words(network)]
            return _along(fields_of(Network), f"networks.{network}", rest, settings, titles)
    return None


def _inside(
    catalogue: Catalogue[Any],
    where: str,
    rest: list[str],
    settings: Mapping[str, object],
    titles: list[str],
) -> _Found | None:
    """Go on inside of what has a type of its own."""
    if rest == ["type"]:
        return _Found(titles, None, catalogue)
    tag = str(settings.get(f"{where}.type"))
    if tag not in catalogue:
        return None
    return _along(catalogue.get(tag).fields(), where, rest, settings, titles)


def _along(
    fields: Iterable[Field],
    where: str,
    rest: list[str],
    settings: Mapping[str, object],
    titles: Iterable[str] = (),
) -> _Found | None:
    name = rest[0] if rest else ""
    field = next((field for field in fields if field.name == name), None)
    if field is None:
        return None
    titles, where, rest = [*titles, field.title], f"{where}.{name}", rest[1:]
    catalogue = catalogue_of(field)
    if field.kind == "mapping" and catalogue is not None and rest:
        titles, where, rest = [*titles, network_words(rest[0])], f"{where}.{rest[0]}", rest[1:]
    if not rest:
        return _Found(titles, field, None)
    if catalogue is not None:
        if isinstance(field.default, Plug):  # files leave out what is as it is by itself
            settings = {f"{where}.type": field.default.type, **settings}
        return _inside(catalogue, where, rest, settings, titles)
    if field.kind == "struct":
        return _along(fields_of(struct_of(field)), where, rest, settings, titles)
    return None
