"""Connecting, disconnecting and putting nodes into wires; neighbours make room."""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from projects.schema import Graph, Node, Project, Wire
from widgets.graph_metrics import COLUMN, NODE_WIDTH, snap
from workbench.edits.base import Position, graph_of, moved_to, ports, with_parts


def connect(project: Project, network: str, wire: Wire, instead_of: Wire | None = None) -> Project:
    """Connect two ports; a port that takes one wire lets go of the one it had.

    Args:
        project: The project.
        network: Name of the network.
        wire: The new wire.
        instead_of: A wire that this one replaces, keeping its place in the order.
    """
    graph = graph_of(project, network)
    if wire in graph.wires and wire != instead_of:
        return project
    target = graph.nodes[wire.target]
    many = {port.name for port in ports(project, target)[0] if port.many}
    wires = [wire if w == instead_of else w for w in graph.wires]
    if instead_of is None or instead_of not in graph.wires:
        wires.append(wire)
    if wire.target_port not in many:
        wires = [w for w in wires if w == wire or not _same_target(w, wire)]
    return with_parts(project, network, wires=wires)


def relink(
    project: Project, network: str, old: tuple[str, str], new: tuple[str, str], *, output: bool
) -> Project:
    """Take all wires of a port to another port of the same side.

    Args:
        project: The project.
        network: Name of the network.
        old: Node and port that have the wires.
        new: Node and port that get them; one that takes one wire lets go of the one it had.
        output: Whether the wires leave these ports.
    """
    made = project
    for wire in graph_of(project, network).wires:
        if output and (wire.source, wire.source_port) == old:
            taken = msgspec.structs.replace(wire, source=new[0], source_port=new[1])
        elif not output and (wire.target, wire.target_port) == old:
            taken = msgspec.structs.replace(wire, target=new[0], target_port=new[1])
        else:
            continue
        made = connect(made, network, taken, wire)
    return made


def _same_target(a: Wire, b: Wire) -> bool:
    return a.target == b.target and a.target_port == b.target_port


def disconnect(project: Project, network: str, wires: Collection[Wire]) -> Project:
    """Take wires away."""
    graph = graph_of(project, network)
    return with_parts(project, network, wires=[w for w in graph.wires if w not in wires])


def splice(project: Project, network: str, name: str, wire: Wire, *, room: bool = True) -> Project:
    """Put a node into a wire: ``a -> b`` becomes ``a -> name -> b``, and neighbours make room.

    Args:
        project: The project.
        network: Name of the network.
        name: A node that has at least one input and one output and is not connected.
        wire: The wire that it goes into.
        room: Whether what follows is moved to the right where the gap is too narrow.
    """
    graph = graph_of(project, network)
    inputs, outputs = ports(project, graph.nodes[name])
    if wire not in graph.wires or not inputs or not outputs:
        return project
    enter = Wire(wire.source, name, wire.source_port, inputs[0].name)
    leave = Wire(name, wire.target, outputs[0].name, wire.target_port)
    wires: list[Wire] = []
    for old in graph.wires:
        wires.extend((enter, leave) if old == wire else (old,))
    made = with_parts(project, network, wires=wires)
    return make_room(made, network, name, align=True) if room else made


def make_room(project: Project, network: str, name: str, *, align: bool = False) -> Project:
    """Move what follows a node to the right until it is as far away as neighbours usually are.

    Args:
        project: The project.
        network: Name of the network.
        name: The node that needs room.
        align: Also move the node itself onto the line of its predecessor, where that and the
            successor are on one line.
    """
    graph = graph_of(project, network)
    nodes = dict(graph.nodes)
    before = [nodes[w.source] for w in graph.wires if w.target == name]
    after = [w.target for w in graph.wires if w.source == name]
    if align and len(before) == 1 and len(after) == 1:
        nodes[name] = moved_to(nodes[name], _between(before[0], nodes[name], nodes[after[0]]))
    x = nodes[name].at[0]
    crowded = [
        nodes[other].at[0] for other in after if x - NODE_WIDTH <= nodes[other].at[0] < x + COLUMN
    ]
    if crowded:
        shift = snap(x + COLUMN - min(crowded))
        for other in _downstream(graph, name):
            nodes[other] = moved_to(nodes[other], (nodes[other].at[0] + shift, nodes[other].at[1]))
    return with_parts(project, network, nodes)


def _between(left: Node, node: Node, right: Node) -> Position:
    """Where a spliced node goes: on the line of its neighbours, not closer than usual to the left."""
    (x, y), (left_x, left_y), (right_x, right_y) = node.at, left.at, right.at
    if right_x <= left_x:
        return (snap(x), snap(y))
    return (snap(max(x, left_x + COLUMN)), left_y if left_y == right_y else snap(y))


def _downstream(graph: Graph, name: str) -> set[str]:
    """Nodes that follow on the same line: along wires that run to the right."""
    ahead: dict[str, list[str]] = {}
    for wire in graph.wires:
        ahead.setdefault(wire.source, []).append(wire.target)
    found: set[str] = set()
    waiting = [
        n for n in ahead.get(name, ()) if graph.nodes[n].at[0] > graph.nodes[name].at[0] - COLUMN
    ]
    while waiting:
        here = waiting.pop()
        if here not in found and here != name:
            found.add(here)
            waiting.extend(
                n for n in ahead.get(here, ()) if graph.nodes[n].at[0] > graph.nodes[here].at[0]
            )
    return found
