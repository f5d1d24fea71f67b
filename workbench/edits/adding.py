"""Placing new layers: loose, into a wire, or behind another layer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from engine.layers.reroute import Reroute
from projects.layout import free_place
from projects.schema import BLOCK, Graph, Node, Project, Wire
from widgets.graph_metrics import COLUMN, snap
from workbench.edits.base import Position, graph_of, ports, unique_id, with_parts
from workbench.edits.wiring import make_room, splice


def add(
    project: Project,
    network: str,
    layer: str,
    at: Position,
    params: Mapping[str, Any] | None = None,
) -> tuple[Project, str]:
    """Place a layer that is not connected to anything, and return its id too."""
    graph = graph_of(project, network)
    name = _free_id(graph, layer, params)
    node = Node(type=layer, at=free_place(graph, at), params=dict(params or {}))
    return with_parts(project, network, {**graph.nodes, name: node}), name


def add_into(
    project: Project,
    network: str,
    layer: str,
    at: Position,
    wire: Wire,
    params: Mapping[str, Any] | None = None,
) -> tuple[Project, str]:
    """Place a layer into a wire, with room around it, and return its id too."""
    made, name = _place(project, network, layer, at, params)
    return splice(made, network, name, wire), name


def bend(project: Project, network: str, at: Position, wire: Wire) -> tuple[Project, str]:
    """Put a bend into a wire where it is, and return its id too; nothing moves."""
    made, name = _place(project, network, Reroute.tag(), at, None)
    return splice(made, network, name, wire, room=False), name


def add_after(
    project: Project,
    network: str,
    layer: str,
    after: str,
    params: Mapping[str, Any] | None = None,
) -> tuple[Project, str]:
    """Place a layer behind another one and connect it; what followed that one now follows the new.

    A layer without inputs, or behind one without outputs, is placed there unconnected.
    """
    graph = graph_of(project, network)
    left = graph.nodes[after]
    inputs, outputs = ports(project, Node(type=layer, params=dict(params or {})))
    sources = ports(project, left)[1]
    at = (left.at[0] + COLUMN, left.at[1])
    if not inputs or not sources:
        return add(project, network, layer, at, params)
    followers = [w for w in graph.wires if w.source == after and w.source_port == sources[0].name]
    if len(followers) == 1 and outputs:
        made, name = _place(project, network, layer, at, params)
        return splice(made, network, name, followers[0]), name
    room = graph if followers and outputs else None
    made, name = _place(project, network, layer, at if room else free_place(graph, at), params)
    new = Wire(after, name, sources[0].name, inputs[0].name)
    if not outputs:
        return with_parts(made, network, wires=(*graph.wires, new)), name
    moved = {
        w: msgspec.structs.replace(w, source=name, source_port=outputs[0].name) for w in followers
    }
    made = with_parts(made, network, wires=(*(moved.get(w, w) for w in graph.wires), new))
    return (make_room(made, network, name) if followers else made), name


def _place(
    project: Project, network: str, layer: str, at: Position, params: Mapping[str, Any] | None
) -> tuple[Project, str]:
    """Place a layer exactly at ``at`` on the grid, whatever is there."""
    graph = graph_of(project, network)
    name = _free_id(graph, layer, params)
    node = Node(type=layer, at=(snap(at[0]), snap(at[1])), params=dict(params or {}))
    return with_parts(project, network, {**graph.nodes, name: node}), name


def _free_id(graph: Graph, layer: str, params: Mapping[str, Any] | None) -> str:
    """A node is called like its layer, or like the block for which it stands."""
    block = (params or {}).get(BLOCK) if layer == BLOCK else None
    return unique_id(graph.nodes, block if isinstance(block, str) else layer)
