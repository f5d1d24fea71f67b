"""Putting nodes in order by eye: on one line, at equal distances, wires level."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from engine.layers.reroute import Reroute
from projects.schema import Graph, Node, Project, Wire
from widgets.graph_metrics import BEND, NODE_WIDTH, node_height, port_y, snap
from workbench.edits.base import Position, graph_of, ports
from workbench.edits.changing import move

Side = Literal["left", "center", "right", "top", "middle", "bottom"]
Axis = Literal["across", "down"]
_SIDES: dict[Side, tuple[int, float]] = {
    "left": (0, 0.0),
    "center": (0, 0.5),
    "right": (0, 1.0),
    "top": (1, 0.0),
    "middle": (1, 0.5),
    "bottom": (1, 1.0),
}


def size_of(project: Project, node: Node) -> tuple[float, float]:
    """Return how wide and high a node is on the canvas."""
    if node.type == Reroute.tag():
        return (float(BEND), float(BEND))
    inputs, outputs = ports(project, node)
    return (float(NODE_WIDTH), float(node_height(len(inputs), len(outputs))))


def align(project: Project, network: str, ids: Collection[str], side: Side) -> Project:
    """Bring one side, or the middle, of nodes onto one line: that of the outermost one.

    Args:
        project: The project.
        network: Name of the network.
        ids: The nodes; fewer than two have no line.
        side: Which edge; ``center`` and ``middle`` take the middle of all of them together.
    """
    nodes = graph_of(project, network).nodes
    chosen = [name for name in ids if name in nodes]
    if len(chosen) < 2:
        return project
    axis, share = _SIDES[side]
    edges = [nodes[name].at[axis] + share * size_of(project, nodes[name])[axis] for name in chosen]
    low, high = min(edges), max(edges)
    line = low + share * (high - low)
    places = {
        name: _with(nodes[name].at, axis, _near(line - share * size_of(project, nodes[name])[axis]))
        for name in chosen
    }
    return move(project, network, places)


def distribute(project: Project, network: str, ids: Collection[str], axis: Axis) -> Project:
    """Make the gaps between nodes equal; the outermost ones stay where they are.

    Args:
        project: The project.
        network: Name of the network.
        ids: The nodes; fewer than three have no gaps to share out.
        axis: Gaps from left to right, or from top to bottom.
    """
    nodes = graph_of(project, network).nodes
    index = 0 if axis == "across" else 1
    chosen = sorted((n for n in ids if n in nodes), key=lambda name: nodes[name].at[index])
    if len(chosen) < 3:
        return project
    first, last = nodes[chosen[0]].at[index], nodes[chosen[-1]].at[index]
    inner = sum(size_of(project, nodes[name])[index] for name in chosen[:-1])
    gap = (last - first - inner) / (len(chosen) - 1)
    places: dict[str, Position] = {}
    at = first
    for name in chosen[:-1]:
        places[name] = _with(nodes[name].at, index, _near(at))
        at += size_of(project, nodes[name])[index] + gap
    return move(project, network, places)


def straighten(project: Project, network: str, ids: Collection[str]) -> Project:
    """Move nodes up or down until the wires that run forward from node to node are level.

    Where a path forks or joins, one wire becomes level: the one that is nearest to it already.

    Args:
        project: The project.
        network: Name of the network.
        ids: The nodes whose wires are meant.
    """
    graph = graph_of(project, network)
    inside = {name for name in ids if name in graph.nodes}
    tops = {name: graph.nodes[name].at[1] for name in inside}
    for wire in _level_wires(graph, inside):
        start = _port_height(project, graph.nodes[wire.source], wire.source_port, output=True)
        end = _port_height(project, graph.nodes[wire.target], wire.target_port, output=False)
        tops[wire.target] = tops[wire.source] + start - end
    return move(project, network, {n: (graph.nodes[n].at[0], y) for n, y in tops.items()})


def _level_wires(graph: Graph, inside: Collection[str]) -> list[Wire]:
    """Forward wires among some nodes from left to right, one into and one out of each at most."""
    nodes = graph.nodes
    forward = [
        w
        for w in graph.wires
        if w.source in inside
        and w.target in inside
        and nodes[w.target].at[0] >= nodes[w.source].at[0] + NODE_WIDTH
    ]
    forward.sort(key=lambda w: abs(nodes[w.source].at[1] - nodes[w.target].at[1]))
    left: set[str] = set()
    entered: set[str] = set()
    chosen = []
    for wire in forward:
        if wire.source not in left and wire.target not in entered:
            left.add(wire.source)
            entered.add(wire.target)
            chosen.append(wire)
    return sorted(chosen, key=lambda w: nodes[w.source].at[0])


def _port_height(project: Project, node: Node, port: str, *, output: bool) -> float:
    """How far below the top of its node a port is."""
    names = [p.name for p in ports(project, node)[1 if output else 0]]
    height = size_of(project, node)[1]
    return port_y(names.index(port), len(names), height) if port in names else height / 2


def _with(at: Position, axis: int, value: float) -> Position:
    return (value, at[1]) if axis == 0 else (at[0], value)


def _near(value: float) -> float:
    """The nearest half step of the grid: nodes that differ in height have their middles there."""
    return snap(value * 2) / 2
