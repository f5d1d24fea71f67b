"""Where something of a project is, in words that people know: *Classifier › linear1 › Units*; files have dotted paths."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from engine.layers.base import LAYERS
from engine.objectives.base import OBJECTIVES
from projects.errors import Problem
from projects.fields import Field, fields_of
from projects.schema import Graph, Node, Project
from projects.translation import gettext as _
from workbench.forms import struct_of
from workbench.names import network_words
from workbench.problem_words import placed
from workbench.values import CATALOGUES, catalogue_of, plug_values, values_of

BETWEEN = " › "
SETTINGS = ("objective", "data", "recipe")
BESIDE = ("mute", "shares", "l1", "l2", "max_norm")


def place_words(project: Project, where: str) -> str:
    """Return a place of a project in words; a dotted path that leads nowhere known as it is.

    Args:
        project: The project.
        where: The dotted path: ``networks.classifier.nodes.linear1.units``.
    """
    head, *rest = where.split(".")
    return BETWEEN.join(_known(project, head, rest)) or where


def placed_in(project: Project, problem: Problem) -> str:
    """Return what is wrong with a value of a project, and before it in words where that is."""
    where = place_words(project, problem.where) if problem.where else ""
    head, last = problem.where.partition(".")[0], problem.where.rpartition(".")[2]
    if head in SETTINGS and where.endswith(f"{BETWEEN}{last}"):  # no form has such a place
        where = problem.where
    return placed(msgspec.structs.replace(problem, where=where))


def _known(project: Project, head: str, rest: Sequence[str]) -> Iterator[str]:
    match head, *rest:
        case "networks", str(name), *inner if name in project.networks:
            yield network_words(name)
            yield from _in_graph(project.networks[name], inner)
        case "blocks", str(name), *inner if name in project.blocks:
            yield _("Block: {name}").format(name=name)
            yield from _in_graph(project.blocks[name], inner)
        case "data", *_inner:
            yield _("Data")
            yield from _in_struct(project.data, rest)
        case "recipe", *_inner:
            yield _("Recipe")
            yield from _in_struct(project.recipe, rest)
        case "objective", *_inner:
            yield _("Objective")
            if (kind := project.objective.type) in OBJECTIVES:
                values = plug_values(project.objective, OBJECTIVES)
                yield from _titles(OBJECTIVES.get(kind).fields(), values, rest)


def _in_graph(graph: Graph, rest: Sequence[str]) -> Iterator[str]:
    match rest:
        case "nodes", str(name), *inner:
            yield name
            node = graph.nodes.get(name)
            if inner and inner[0] in BESIDE:
                yield of_every_layer(inner[0])
            elif inner == ["type"]:
                yield _("Type")
            elif node is not None and node.type in LAYERS:
                yield from _titles(LAYERS.get(node.type).fields(), node.params, inner)
            else:
                yield from inner
        case "wires", str(number), *_inner if number.isdecimal() and int(number) < len(graph.wires):
            wire = graph.wires[int(number)]
            yield f"{wire.source} → {wire.target}"
        case _:
            fields = fields_of(type(graph))
            plugs = {
                field.name: plug_values(
                    getattr(graph, field.name), CATALOGUES[field.extra["catalogue"]]
                )
                for field in fields
                if field.kind == "plug"
            }
            yield from _titles(fields, plugs, rest)


def of_every_layer(name: str) -> str:
    """What forms call a setting that every layer has."""
    own = {"mute": _("Bypass"), "shares": _("Weights")}
    return own.get(name) or next(field.title for field in fields_of(Node) if field.name == name)


def _in_struct(struct: msgspec.Struct, rest: Sequence[str]) -> Iterator[str]:
    yield from _titles(fields_of(type(struct)), values_of(struct), rest)


def _titles(fields: Iterable[Field], values: Any, rest: Sequence[str]) -> Iterator[str]:
    """What forms write beside the fields along a path; what is no field as it is."""
    if not rest:
        return
    field = next((field for field in fields if field.name == rest[0]), None)
    if field is None:
        yield from (name for name in rest if name != "type")  # the type of what was named
        return
    yield field.title
    inside = values.get(field.name) if isinstance(values, Mapping) else None
    left = list(rest[1:])
    if field.kind == "plugs" and left and left[0].isdecimal() and isinstance(inside, Sequence):
        number = int(left.pop(0))
        inside = inside[number] if number < len(inside) else None
    catalogue = catalogue_of(field)
    if field.kind == "mapping" and catalogue is not None and left:
        name = left.pop(0)
        yield network_words(name)
        inside = inside.get(name) if isinstance(inside, Mapping) else None
    tag = str(inside.get("type")) if isinstance(inside, Mapping) else ""
    if catalogue is not None and tag in catalogue:
        if field.kind == "plugs":
            yield catalogue.get(tag).title
        yield from _titles(catalogue.get(tag).fields(), inside, [n for n in left if n != "type"])
    elif field.kind == "struct":
        yield from _titles(fields_of(struct_of(field)), inside, left)
    else:
        yield from (name for name in left if name != "type")
