"""A project as text for people: keys in a fixed order, a layer on one line, prose folded.

The same project always gives the same text, so that a difference between two files is a difference
between two projects. Settings of the recipe that have their defaults are left out, the main ones not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from projects.plain import RULES, plug_to, project_to, recipe_to
from projects.schema import Project, Recipe
from projects.yaml_writer import WIDTH, flow, folded, text

_MAIN = ("epochs", "batch_size", "seed", "optimizer", "schedule")


def write(project: Project) -> str:
    """Return the canonical text of a project."""
    return "\n".join(_sections(project)) + "\n"


def _sections(project: Project) -> Iterator[str]:
    values = project_to(project)
    yield f"format: {text(project.format)}"
    yield f"name: {text(project.name)}"
    if project.description:
        yield f"description: {folded(project.description, 2)}"
    if project.guide:
        yield f"guide: {text(project.guide)}"
    yield ""
    yield from _entry("objective", plug_to(project.objective), 0)
    yield "data:"
    for key, value in values["data"].items():
        yield from _items(key, value, 2) if key == "augment" else _entry(key, value, 2)
    yield ""
    yield from _networks(values["networks"])
    yield ""
    if values["blocks"]:
        yield from blocks_lines(values["blocks"])
        yield ""
    yield "recipe:"
    for key, value in _told(project.recipe).items():
        yield from _entry(key, value, 2, block=key == "optimizers")
    yield ""
    yield from _items("probes", values["probes"], 0)


def _networks(networks: Mapping[str, Any]) -> Iterator[str]:
    if not networks:
        yield "networks: {}"
        return
    yield "networks:"
    for name, network in networks.items():
        yield f"  {name}:"
        yield f"    init: {flow(network['init'])}"
        for rule in RULES:
            if rule in network:
                yield f"    {rule}: {flow(network[rule])}"
        yield from _graph(network)


def blocks_lines(blocks: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of blocks, as :func:`projects.plain.block_to` gives them by name."""
    yield "blocks:"
    for name, block in blocks.items():
        yield f"  {name}:"
        if block["description"]:
            yield f"    description: {folded(block['description'], 6)}"
        if block["params"]:
            yield "    params:"
            for key, targets in block["params"].items():
                yield f"      {text(key)}: {flow(targets)}"
        yield from _graph(block)


def _graph(graph: Mapping[str, Any]) -> Iterator[str]:
    if graph["nodes"]:
        yield "    nodes:"
        for key, node in graph["nodes"].items():
            yield f"      {text(key)}: {flow(node)}"
    else:
        yield "    nodes: {}"
    yield from _items("wires", graph["wires"], 4)
    if graph["frames"]:
        yield "    frames:"
        for key, frame in graph["frames"].items():
            yield f"      {text(key)}: {flow(frame)}"


def _items(key: str, items: list[Any], indent: int) -> Iterator[str]:
    margin = " " * indent
    if not items:
        yield f"{margin}{key}: []"
        return
    yield f"{margin}{key}:"
    for item in items:
        yield f"{margin}  - {flow(item)}"


def _entry(key: str, value: Any, indent: int, block: bool = False) -> Iterator[str]:
    """Yield a setting: on one line, or a group that would be too long as a block."""
    line = f"{' ' * indent}{text(key)}: {flow(value)}"
    if not (isinstance(value, Mapping) and value and (block or len(line) > WIDTH)):
        yield line
        return
    yield f"{' ' * indent}{text(key)}:"
    for name, inner in value.items():
        yield from _entry(str(name), inner, indent + 2)


def _told(recipe: Recipe) -> dict[str, Any]:
    """Return the settings of a recipe that the file names."""
    defaults = recipe_to(Recipe())
    return {
        key: value
        for key, value in recipe_to(recipe).items()
        if key in _MAIN or flow(value) != flow(defaults[key])
    }
