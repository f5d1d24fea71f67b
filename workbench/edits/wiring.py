"""Connecting, disconnecting and putting nodes into wires; neighbours make room."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

import msgspec

from engine.layers.reroute import Reroute
from projects.schema import Graph, Node, Project, Wire
from widgets.graph_metrics import (
    BEND,
    COLUMN,
    FARTHEST,
    GAP_X,
    GAP_Y,
    NODE_HEIGHT,
    NODE_WIDTH,
    node_height,
    snap,
)
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
    spliced = align and len(before) == 1 and len(after) == 1
    forward = spliced and nodes[after[0]].at[0] > before[0].at[0]
    if spliced:
        nodes[name] = moved_to(nodes[name], _between(before[0], nodes[name], nodes[after[0]]))
    ahead = _downstream(graph, name)
    if forward:
        ahead |= {after[0], *_downstream(graph, after[0])} - {name}
    back = spliced and not forward
    if not back:
        _push(nodes, name, after, ahead, forward)
    _part(project, graph, nodes, name, down=back)
    return with_parts(project, network, nodes)


def _push(
    nodes: dict[str, Node], name: str, after: Iterable[str], ahead: Iterable[str], forward: bool
) -> None:
    """Move what follows a node to the right until it is as far away as neighbours usually are.

    What lies far to the left follows along a wire that runs back, and stays; not in a wire that ran ``forward``.
    """
    x = nodes[name].at[0]
    least = -FARTHEST if forward else x - NODE_WIDTH
    crowded = [nodes[other].at[0] for other in after if least <= nodes[other].at[0] < x + COLUMN]
    if crowded:
        _shift(nodes, ahead, (snap(x + COLUMN - min(crowded)), 0.0))


def _part(project: Project, graph: Graph, nodes: dict[str, Node], name: str, *, down: bool) -> None:
    """Move what a node has come to lie on: to the right with all that follows, or down with all below."""
    for _time in nodes:
        mine = _box(project, nodes[name])
        hit = {other: _box(project, nodes[other]) for other in nodes if other != name}
        hit = {other: box for other, box in hit.items() if box.intersects(mine)}
        if not hit:
            return
        above = [box.bottom for box in hit.values() if box.top < mine.top]
        if down and above:
            nodes[name] = moved_to(nodes[name], (mine.left, snap(max(above) + GAP_Y)))
        elif down:
            top = min(box.top for box in hit.values())
            below = [n for n in nodes if n != name and nodes[n].at[1] >= top]
            _shift(nodes, below, (0.0, snap(mine.bottom + GAP_Y - top)))
        else:
            ahead = set(hit).union(*(_downstream(graph, other) for other in hit)) - {name}
            left = min(box.left for box in hit.values())
            _shift(nodes, ahead, (snap(mine.left + COLUMN - left), 0.0))


class _Box(NamedTuple):
    """Where a node lies, in scene pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def intersects(self, other: _Box) -> bool:
        """Whether one lies on the other; edges may touch."""
        beside = self.right <= other.left or other.right <= self.left
        return not (beside or self.bottom <= other.top or other.bottom <= self.top)


def _box(project: Project, node: Node) -> _Box:
    (x, y), (inputs, outputs) = node.at, ports(project, node)
    if node.type == Reroute.tag():
        return _Box(x, y, x + BEND, y + BEND)
    return _Box(x, y, x + NODE_WIDTH, y + node_height(len(inputs), len(outputs)))


def _shift(nodes: dict[str, Node], names: Iterable[str], by: Position) -> None:
    for name in names:
        (x, y), (right, down) = nodes[name].at, by
        nodes[name] = moved_to(nodes[name], (x + right, y + down))


def _between(left: Node, node: Node, right: Node) -> Position:
    """Where a spliced node goes: on the line of its neighbours, not closer than usual to the left."""
    (x, y), left_x, right_x = node.at, left.at[0], right.at[0]
    if right_x <= left_x:
        return (snap(x), snap(y))
    width = BEND if left.type == Reroute.tag() else NODE_WIDTH
    level = _level(left) == _level(right)
    return (snap(max(x, left_x + width + GAP_X)), _level(left) if level else snap(y))


def _level(node: Node) -> float:
    """How high a layer lies that is on one line with a node; bends are lower than layers."""
    return node.at[1] - ((NODE_HEIGHT - BEND) / 2 if node.type == Reroute.tag() else 0)


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
