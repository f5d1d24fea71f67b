"""What all edits stand on: putting a changed network back, ports of layers, free ids."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import msgspec

from engine.layers.base import LAYERS, Port
from projects.schema import IDENTIFIER, Network, Node, Project, Wire

Position = tuple[float, float]
PLAIN_INPUTS = (Port("in"),)
PLAIN_OUTPUTS = (Port("out"),)


def ports(layer: str) -> tuple[tuple[Port, ...], tuple[Port, ...]]:
    """Return the ports that wires enter and leave, of a layer type."""
    if layer in LAYERS:
        cls = LAYERS.get(layer)
        return cls.inputs, cls.outputs
    return PLAIN_INPUTS, PLAIN_OUTPUTS


def with_network(project: Project, name: str, network: Network) -> Project:
    """Return the project with one network replaced."""
    return msgspec.structs.replace(project, networks={**project.networks, name: network})


def with_parts(
    project: Project,
    name: str,
    nodes: Mapping[str, Node] | None = None,
    wires: Iterable[Wire] | None = None,
) -> Project:
    """Return the project with the nodes or the wires of one network replaced."""
    network = project.networks[name]
    changed = msgspec.structs.replace(
        network,
        nodes=network.nodes if nodes is None else dict(nodes),
        wires=network.wires if wires is None else tuple(wires),
    )
    return with_network(project, name, changed)


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
