"""Blocks by name: copied between projects, renamed, deleted, found; their nodes wherever they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

import msgspec

from engine.blocks import block_of, users
from projects.errors import ProjectError
from projects.schema import BLOCK, Block, Graph, Node, Project
from projects.translation import gettext as _
from workbench.edits.base import check_name, unique_id, with_block

G = TypeVar("G", bound=Graph)


def used_blocks(nodes: Iterable[Node], blocks: Mapping[str, Block]) -> dict[str, Block]:
    """Return the blocks for which nodes stand, and those inside of these."""
    found: dict[str, Block] = {}
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        block = block_of(node, blocks)
        if block is not None and node.params[BLOCK] not in found:
            found[node.params[BLOCK]] = block
            waiting.extend(block.nodes.values())
    return {name: found[name] for name in blocks if name in found}


def with_blocks(project: Project, blocks: Mapping[str, Block]) -> tuple[Project, dict[str, str]]:
    """Return the project with blocks of another one, and what each is called here.

    One that is there already with the same content is used; one whose name is taken by other content gets
    another name.
    """
    names: dict[str, str] = {}
    for name in blocks:
        there = project.blocks.get(name)
        same = there is not None and _deep(there, project.blocks) == _deep(blocks[name], blocks)
        names[name] = name if same else unique_id({*project.blocks, *names.values()}, name)
    new = {
        names[name]: _renamed(block, names)
        for name, block in blocks.items()
        if names[name] not in project.blocks
    }
    if not new:
        return project, names
    return msgspec.structs.replace(project, blocks={**project.blocks, **new}), names


def _deep(block: Block, blocks: Mapping[str, Block]) -> tuple[Block, dict[str, Block]]:
    return block, used_blocks(block.nodes.values(), blocks)


def renamed_node(node: Node, names: Mapping[str, str]) -> Node:
    """Return a node that stands for the block under its new name."""
    name = node.params.get(BLOCK) if node.type == BLOCK else None
    if not isinstance(name, str) or names.get(name, name) == name:
        return node
    return msgspec.structs.replace(node, params={**node.params, BLOCK: names[name]})


def _renamed(graph: Block, names: Mapping[str, str]) -> Block:
    return with_nodes(graph, lambda node: renamed_node(node, names))


def contains(project: Project, name: str, other: str) -> bool:
    """Whether a block is another one, or has it inside."""
    block = project.blocks.get(name)
    if name == other or block is None:
        return name == other
    return other in used_blocks(block.nodes.values(), project.blocks)


def rename_block(project: Project, old: str, new: str) -> Project:
    """Give a block another name; the nodes that stand for it follow.

    Raises:
        ProjectError: The name is no identifier or is taken.
    """
    where = f"blocks.{old}"
    if old == new:
        return project
    check_name(new, where)
    if new in project.blocks:
        raise ProjectError(
            _("there is already a block called “{name}”.").format(name=new), where=where
        )
    names = {old: new}
    made = everywhere(project, lambda graph: with_nodes(graph, lambda n: renamed_node(n, names)))
    blocks = {new if name == old else name: block for name, block in made.blocks.items()}
    return msgspec.structs.replace(made, blocks=blocks)


def describe_block(project: Project, name: str, description: str) -> Project:
    """Give a block another description."""
    block = msgspec.structs.replace(project.blocks[name], description=description)
    return with_block(project, name, block)


def delete_block(project: Project, name: str) -> Project:
    """Take a block out of the project.

    Raises:
        ProjectError: Some node stands for it.
    """
    for where, graph in graphs(project):
        for key in users(graph, name):
            raise ProjectError(
                _("the block “{name}” is used.").format(name=name),
                where=f"{where}.nodes.{key}",
                hint=_("Delete or expand the nodes that stand for it first."),
            )
    blocks = {key: block for key, block in project.blocks.items() if key != name}
    return msgspec.structs.replace(project, blocks=blocks)


def graphs(project: Project) -> Iterator[tuple[str, Graph]]:
    """Yield the graphs of all networks and blocks with their dotted paths."""
    for name, network in project.networks.items():
        yield f"networks.{name}", network
    for name, block in project.blocks.items():
        yield f"blocks.{name}", block


def count_uses(project: Project, name: str) -> int:
    """Return how many nodes of networks and blocks stand for a block."""
    return sum(1 for _where, graph in graphs(project) for _key in users(graph, name))


def where_used(project: Project, name: str) -> str | None:
    """Return a place from which a block can be entered: a network and the way there; None if unused."""
    waiting: list[tuple[str, Graph]] = list(project.networks.items())
    seen: set[str] = set()
    while waiting:
        place, graph = waiting.pop(0)
        for key, node in graph.nodes.items():
            block = block_of(node, project.blocks)
            if block is None:
                continue
            if node.params[BLOCK] == name:
                return join_place(place, key, node)
            if node.params[BLOCK] not in seen:
                seen.add(node.params[BLOCK])
                waiting.append((join_place(place, key, node), block))
    return None


def join_place(place: str, key: str, node: Node) -> str:
    """Return the place inside of a node that stands for a block: its first copy."""
    repeat = node.params.get("repeat", 1)
    copies = isinstance(repeat, int) and repeat > 1
    return f"{place}/{key}/1" if copies else f"{place}/{key}"


def everywhere(project: Project, change: Callable[[Graph], Graph]) -> Project:
    """Return the project with every graph changed; those that stay the same are the same objects."""
    networks = {name: _kept(network, change(network)) for name, network in project.networks.items()}
    blocks = {name: _kept(block, change(block)) for name, block in project.blocks.items()}
    return msgspec.structs.replace(project, networks=networks, blocks=blocks)


def with_nodes(graph: G, change: Callable[[Node], Node]) -> G:
    """Return a graph with every node changed."""
    nodes = {key: change(node) for key, node in graph.nodes.items()}
    if all(nodes[key] is node for key, node in graph.nodes.items()):
        return graph
    return msgspec.structs.replace(graph, nodes=nodes)


def _kept(before: G, after: Graph) -> G:
    assert isinstance(after, type(before))
    return after


def stands_for(node: Node, name: str | None) -> bool:
    """Whether a node stands for the block of this name."""
    return node.type == BLOCK and node.params.get(BLOCK) == name


def with_params(node: Node, params: Mapping[str, Any]) -> Node:
    """Return a node with other settings; the same object where they are the same."""
    return node if params == node.params else msgspec.structs.replace(node, params=dict(params))
