"""Fields of nodes that stand for blocks, and of blocks themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

import msgspec

from engine.blocks import block_of
from engine.layers.base import LAYERS
from projects.fields import Field, fields_of
from projects.schema import BLOCK, Block, Node, Placing, Project
from widgets.forms import FormField
from workbench import edits
from workbench.forms import form_field, read_all, words
from workbench.problem_words import capital
from workbench.values import defaults


class Offered(NamedTuple):
    """A setting that a block offers.

    Attributes:
        name: What the block calls it.
        settings: What it sets: types of layers and names of their settings.
    """

    name: str
    settings: tuple[tuple[str, str], ...]


def offers_of(project: Project, block: str) -> tuple[Offered, ...]:
    """Return the settings that a block of a project offers."""
    there = project.blocks[block]
    found = (Offered(name, edits.offered_settings(project, there, name)) for name in there.params)
    return tuple(offered for offered in found if offered.settings)


def placing_fields(offers: Iterable[Offered]) -> tuple[FormField, ...]:
    """Return the fields of a node that stands for a block: what the block offers, and its copies."""
    chosen = (field for offered in offers if (field := _offered_field(offered)) is not None)
    repeat, weights = (form_field(f) for f in fields_of(Placing) if f.name != BLOCK)
    return (*chosen, repeat, replace(weights, when={"repeat": _several}))


def description_field() -> FormField:
    """Return the field that says what a block is for."""
    field = next(field for field in fields_of(Block) if field.name == "description")
    return form_field(field)


def block_values(project: Project, node: Node) -> dict[str, Any]:
    """Return what the fields of a node that stands for a block show where it chooses nothing."""
    block = block_of(node, project.blocks)
    offered: dict[str, Any] = {}
    for name in block.params if block is not None else ():
        value = edits.offered_value(project, block, name) if block is not None else None
        if value is not msgspec.NODEFAULT:
            offered[name] = value
    return {**offered, **defaults(f for f in fields_of(Placing) if f.name != BLOCK)}


def _several(repeat: object) -> bool:
    return isinstance(repeat, int) and repeat > 1


def _offered_field(offered: Offered) -> FormField | None:
    """The field of the first setting; what is entered has to be good for each."""
    declared = [f for layer, name in offered.settings if (f := _declared(layer, name)) is not None]
    if not declared or declared[0].kind == "mapping":
        return None
    fields = [form_field(field) for field in declared]
    title = words(offered.name)
    return replace(
        fields[0],
        name=offered.name,
        title=capital(title),
        read=partial(read_all, [field.read for field in fields]),
        when={},
    )


def _declared(layer: str, name: str) -> Field | None:
    fields = LAYERS.get(layer).fields() if layer in LAYERS else ()
    fields = fields_of(Placing) if layer == BLOCK else fields
    return next((field for field in fields if field.name == name), None)
