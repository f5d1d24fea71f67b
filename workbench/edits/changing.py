"""Changing nodes that are there: position, name, settings, shared weights."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from engine.blocks import block_of
from projects.errors import ProjectError
from projects.fields import join
from projects.schema import BLOCK, Network, Node, Project
from projects.translation import gettext as _
from workbench.edits.base import (
    Position,
    check_name,
    freed,
    graph_of,
    moved_to,
    ports,
    unique_id,
    with_graph,
    with_parts,
)
from workbench.edits.offers import after_rename, default_of, offered_value


def move(project: Project, network: str, positions: Mapping[str, Position]) -> Project:
    """Move nodes to new positions; the same position changes nothing."""
    graph = graph_of(project, network)
    if all(graph.nodes[name].at == tuple(at) for name, at in positions.items()):
        return project
    nodes = {
        name: moved_to(node, (float(positions[name][0]), float(positions[name][1])))
        if name in positions
        else node
        for name, node in graph.nodes.items()
    }
    return with_parts(project, network, nodes)


def rename(project: Project, network: str, old: str, new: str) -> Project:
    """Give a node another id; wires and shared weights follow.

    Raises:
        ProjectError: The id is not an identifier or is taken.
    """
    graph = graph_of(project, network)
    where = join(f"networks.{network}.nodes", old)
    if old == new:
        return project
    check_name(new, where)
    if new in graph.nodes:
        raise ProjectError(
            _("there is already a layer called “{name}” here.").format(name=new),
            where=where,
            hint=_("Choose another name, for example “{name}”.").format(
                name=unique_id(graph.nodes, new)
            ),
        )
    nodes = {
        new if name == old else name: msgspec.structs.replace(node, shares=new)
        if node.shares == old
        else node
        for name, node in graph.nodes.items()
    }
    wires = [
        msgspec.structs.replace(
            w,
            source=new if w.source == old else w.source,
            target=new if w.target == old else w.target,
        )
        if old in (w.source, w.target)
        else w
        for w in graph.wires
    ]
    return after_rename(with_parts(project, network, nodes, wires), network, old, new)


def set_param(project: Project, network: str, ids: Iterable[str], name: str, value: Any) -> Project:
    """Set one parameter of one or several nodes; a value equal to the default is left out.

    The value is not checked here: forms check it before, the engine's check after.
    """
    graph = graph_of(project, network)
    nodes = dict(graph.nodes)
    for node_id in ids:
        node = nodes[node_id]
        params = {key: old for key, old in node.params.items() if key != name}
        if value != _default(project, node, name):
            params[name] = value
        if params != node.params:
            nodes[node_id] = msgspec.structs.replace(node, params=params)
    return with_parts(project, network, nodes)


def _default(project: Project, node: Node, name: str) -> Any:
    block = block_of(node, project.blocks)
    if block is not None and name in block.params:
        return offered_value(project, block, name)
    return default_of(node.type, name)


def mute(project: Project, network: str, ids: Iterable[str], on: bool) -> Project:
    """Bypass nodes, or let them work again; the ends of a network always work."""
    graph = graph_of(project, network)
    nodes = dict(graph.nodes)
    for name in ids:
        node = nodes[name]
        if node.mute != on and (not on or all(ports(project, node))):
            nodes[name] = msgspec.structs.replace(node, mute=on)
    return with_parts(project, network, nodes)


def hold(
    project: Project, network: str, ids: Iterable[str], rules: Mapping[str, float | None]
) -> Project:
    """Let the weights of nodes, or without nodes of the whole network, be held to other rules.

    Args:
        project: The project.
        network: The place.
        ids: The nodes.
        rules: New values of some of ``l1``, ``l2`` and ``max_norm``.
    """
    graph = graph_of(project, network)
    nodes = dict(graph.nodes)
    for name in ids:
        nodes[name] = msgspec.structs.replace(nodes[name], **rules)
    if not ids and isinstance(graph, Network):
        return with_graph(project, network, msgspec.structs.replace(graph, **rules))
    return with_parts(project, network, nodes)


def share(project: Project, network: str, ids: Iterable[str], owner: str | None) -> Project:
    """Let nodes use the weights of another node, or (with None) weights of their own.

    Weights and settings go together: a node that shares has the settings of the owner, and keeps them
    when it gets weights of its own.
    """
    graph = graph_of(project, network)
    nodes = dict(graph.nodes)
    for name in ids:
        if owner is None:
            nodes[name] = freed(graph.nodes, name)
        elif name != owner:
            params = {k: v for k, v in nodes[name].params.items() if k == BLOCK}
            nodes[name] = msgspec.structs.replace(nodes[name], shares=owner, params=params)
    return with_parts(project, network, nodes)
