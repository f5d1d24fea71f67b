"""What all edits stand on: which graph is meant, putting a changed one back, ports of nodes, names and free ids.

The graph that an edit changes is named by a *place*: the name of a network (``classifier``), or, for
the block for which a node of it stands, that name and the way there (``classifier/res1``, and with the
number of a copy ``classifier/res1/2/inner``). Edits inside of a block change the block, wherever it stands.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import msgspec

from engine.blocks import Ports, block_of, ports_of
from projects.errors import ProjectError
from projects.fields import shown
from projects.schema import BLOCK, IDENTIFIER, Block, Graph, Network, Node, Project, Wire
from projects.translation import gettext as _

Position = tuple[float, float]


def ports(project: Project, node: Node) -> Ports:
    """Return the ports that wires enter and leave at a node."""
    return ports_of(node, project.blocks)


def block_name(project: Project, place: str) -> str | None:
    """Return the name of the block that a place is inside of, None for a network itself.

    Raises:
        KeyError: There is no such place.
    """
    network, *way = place.split("/")
    graph: Graph = project.networks[network]
    name = None
    for step in way:
        if step.isdigit():
            continue
        node = graph.nodes[step]
        block = block_of(node, project.blocks)
        if block is None:
            raise KeyError(place)
        name, graph = str(node.params[BLOCK]), block
    return name


def graph_of(project: Project, place: str) -> Graph:
    """Return the graph of a place.

    Raises:
        KeyError: There is no such place.
    """
    name = block_name(project, place)
    return project.networks[place] if name is None else project.blocks[name]


def found(project: Project, place: str) -> Graph | None:
    """Return the graph of a place, or None when there is no such place."""
    try:
        return graph_of(project, place)
    except KeyError:
        return None


def with_graph(project: Project, place: str, graph: Graph) -> Project:
    """Return the project with the graph of a place replaced."""
    name = block_name(project, place)
    if name is None:
        assert isinstance(graph, Network)
        return msgspec.structs.replace(project, networks={**project.networks, place: graph})
    assert isinstance(graph, Block)
    return with_block(project, name, graph)


def with_block(project: Project, name: str, block: Block) -> Project:
    """Return the project with a block replaced or added."""
    return msgspec.structs.replace(project, blocks={**project.blocks, name: block})


def with_parts(
    project: Project,
    name: str,
    nodes: Mapping[str, Node] | None = None,
    wires: Iterable[Wire] | None = None,
) -> Project:
    """Return the project with the nodes or the wires of the graph of a place replaced."""
    network = graph_of(project, name)
    changed = msgspec.structs.replace(
        network,
        nodes=network.nodes if nodes is None else dict(nodes),
        wires=network.wires if wires is None else tuple(wires),
    )
    return with_graph(project, name, changed)


def check_name(name: str, where: str) -> None:
    """Say what is wrong with a name that a person has given.

    Args:
        name: The name.
        where: What it is to be the name of, as a dotted path.

    Raises:
        ProjectError: It is no identifier.
    """
    if not IDENTIFIER.match(name):
        raise ProjectError(
            _("expected letters, digits and _, beginning with a letter, got {name}.").format(
                name=shown(name)
            ),
            where=where,
        )


def unique_id(taken: Collection[str], wanted: str) -> str:
    """Return ``wanted`` as a valid identifier that is not taken: ``conv2d``, then ``conv2d_2``."""
    base = re.sub(r"[^A-Za-z0-9_]", "_", wanted)[:56] or "layer"
    base = base if IDENTIFIER.match(base) else f"n_{base}"
    if base not in taken:
        return base
    stem = re.sub(r"_\d+\Z", "", base)
    number = 2
    while f"{stem}_{number}" in taken:
        number += 1
    return f"{stem}_{number}"


def settings(nodes: Mapping[str, Node], name: str) -> dict[str, Any]:
    """Return the parameters that a node works with: its own, or with shared weights their owner's."""
    node, owner, seen = nodes[name], nodes[name], {name}
    while (other := owner.shares) is not None and other in nodes and other not in seen:
        seen.add(other)
        owner = nodes[other]
    return {**owner.params, **node.params} if owner.type == node.type else node.params


def freed(nodes: Mapping[str, Node], name: str) -> Node:
    """Return a node with weights of its own and the settings that it had with shared ones."""
    return msgspec.structs.replace(nodes[name], shares=None, params=settings(nodes, name))


def moved_to(node: Node, at: Position) -> Node:
    """Return the node at a position; the same object if it is there already."""
    return node if node.at == at else msgspec.structs.replace(node, at=at)
