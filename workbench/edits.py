"""Edits of networks as pure functions: a project and what to do go in, a new project comes out.

Whatever an edit does not touch is the same object before and after, so "what changed?" is answered by
identity. Ids of nodes are unique inside their network and valid identifiers. Rules of ports (how
many wires may enter) come from the layer catalogue; layers it does not know count as plain ones.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping
from gettext import gettext as _
from typing import Any

import msgspec

from engine.layers.base import LAYERS, Port
from projects.errors import ProjectError
from projects.fields import join, shown
from projects.schema import IDENTIFIER, Network, Node, Project, Wire
from widgets.graph_metrics import COLUMN, GAP_X, NODE_WIDTH, snap
from workbench.layout import free_place

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


def _with(
    project: Project,
    name: str,
    nodes: Mapping[str, Node] | None = None,
    wires: Iterable[Wire] | None = None,
) -> Project:
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


def add(
    project: Project,
    network: str,
    layer: str,
    at: Position,
    params: Mapping[str, Any] | None = None,
) -> tuple[Project, str]:
    """Place a layer that is not connected to anything, and return its id too."""
    graph = project.networks[network]
    name = unique_id(graph.nodes, layer)
    node = Node(type=layer, at=free_place(graph, at), params=dict(params or {}))
    return _with(project, network, {**graph.nodes, name: node}), name


def add_into(
    project: Project, network: str, layer: str, at: Position, wire: Wire
) -> tuple[Project, str]:
    """Place a layer into a wire, with room around it, and return its id too."""
    made, name = _place(project, network, layer, at, None)
    return splice(made, network, name, wire), name


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
    graph = project.networks[network]
    left = graph.nodes[after]
    inputs, outputs = ports(layer)
    sources = ports(left.type)[1]
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
        return _with(made, network, wires=(*graph.wires, new)), name
    moved = {
        w: msgspec.structs.replace(w, source=name, source_port=outputs[0].name) for w in followers
    }
    made = _with(made, network, wires=(*(moved.get(w, w) for w in graph.wires), new))
    return (make_room(made, network, name) if followers else made), name


def _place(
    project: Project, network: str, layer: str, at: Position, params: Mapping[str, Any] | None
) -> tuple[Project, str]:
    """Place a layer exactly at ``at`` on the grid, whatever is there."""
    graph = project.networks[network]
    name = unique_id(graph.nodes, layer)
    node = Node(type=layer, at=(snap(at[0]), snap(at[1])), params=dict(params or {}))
    return _with(project, network, {**graph.nodes, name: node}), name


def reaches(network: Network, start: str, goal: str) -> bool:
    """Whether there is a path along the wires from one node to another (or they are one)."""
    ahead: dict[str, list[str]] = {}
    for wire in network.wires:
        ahead.setdefault(wire.source, []).append(wire.target)
    seen, waiting = {start}, deque([start])
    while waiting:
        name = waiting.popleft()
        if name == goal:
            return True
        for follower in ahead.get(name, ()):
            if follower not in seen:
                seen.add(follower)
                waiting.append(follower)
    return False


def connect(project: Project, network: str, wire: Wire, instead_of: Wire | None = None) -> Project:
    """Connect two ports; a port that takes one wire lets go of the one it had.

    Args:
        project: The project.
        network: Name of the network.
        wire: The new wire.
        instead_of: A wire that this one replaces, keeping its place in the order.
    """
    graph = project.networks[network]
    if wire in graph.wires and wire != instead_of:
        return project
    target = graph.nodes[wire.target]
    many = {port.name for port in ports(target.type)[0] if port.many}
    wires = [wire if w == instead_of else w for w in graph.wires]
    if instead_of is None or instead_of not in graph.wires:
        wires.append(wire)
    if wire.target_port not in many:
        wires = [w for w in wires if w == wire or not _same_target(w, wire)]
    return _with(project, network, wires=wires)


def _same_target(a: Wire, b: Wire) -> bool:
    return a.target == b.target and a.target_port == b.target_port


def disconnect(project: Project, network: str, wires: Collection[Wire]) -> Project:
    """Take wires away."""
    graph = project.networks[network]
    return _with(project, network, wires=[w for w in graph.wires if w not in wires])


def splice(project: Project, network: str, name: str, wire: Wire, *, room: bool = True) -> Project:
    """Put a node into a wire: ``a -> b`` becomes ``a -> name -> b``, and neighbours make room.

    Args:
        project: The project.
        network: Name of the network.
        name: A node that has at least one input and one output and is not connected.
        wire: The wire that it goes into.
        room: Whether what follows is moved to the right where the gap is too narrow.
    """
    graph = project.networks[network]
    inputs, outputs = ports(graph.nodes[name].type)
    if wire not in graph.wires or not inputs or not outputs:
        return project
    enter = Wire(wire.source, name, wire.source_port, inputs[0].name)
    leave = Wire(name, wire.target, outputs[0].name, wire.target_port)
    wires: list[Wire] = []
    for old in graph.wires:
        wires.extend((enter, leave) if old == wire else (old,))
    made = _with(project, network, wires=wires)
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
    graph = project.networks[network]
    nodes = dict(graph.nodes)
    before = [nodes[w.source] for w in graph.wires if w.target == name]
    after = [w.target for w in graph.wires if w.source == name]
    if align and len(before) == 1 and len(after) == 1:
        nodes[name] = _moved(nodes[name], _between(before[0], nodes[name], nodes[after[0]]))
    x = nodes[name].at[0]
    crowded = [
        nodes[other].at[0] for other in after if x - NODE_WIDTH <= nodes[other].at[0] < x + COLUMN
    ]
    if crowded:
        shift = snap(x + COLUMN - min(crowded))
        for other in _downstream(graph, name):
            nodes[other] = _moved(nodes[other], (nodes[other].at[0] + shift, nodes[other].at[1]))
    return _with(project, network, nodes)


def _between(left: Node, node: Node, right: Node) -> Position:
    """Where a spliced node goes: on the line of its neighbours, not closer than usual to the left."""
    (x, y), (left_x, left_y), (right_x, right_y) = node.at, left.at, right.at
    if right_x <= left_x:
        return (snap(x), snap(y))
    return (snap(max(x, left_x + COLUMN)), left_y if left_y == right_y else snap(y))


def _moved(node: Node, at: Position) -> Node:
    return node if node.at == at else msgspec.structs.replace(node, at=at)


def _downstream(graph: Network, name: str) -> set[str]:
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


def delete(
    project: Project,
    network: str,
    ids: Collection[str],
    *,
    heal: bool = True,
    allowed: Callable[[Wire], bool] = lambda wire: True,
) -> Project:
    """Take nodes and their wires away.

    Args:
        project: The project.
        network: Name of the network.
        ids: The nodes.
        heal: Connect what came before with what came after, where one wire led in.
        allowed: Asked for every wire that would heal a gap.
    """
    graph = project.networks[network]
    gone = {name for name in ids if name in graph.nodes}
    feeds = _feeds(graph, gone) if heal else {}
    wires: list[Wire] = []
    for wire in graph.wires:
        if wire.target in gone:
            continue
        if wire.source in gone:
            feed = feeds.get(wire.source)
            healed = feed and Wire(feed[0], wire.target, feed[1], wire.target_port)
            if healed and healed not in wires and allowed(healed):
                wires.append(healed)
            continue
        wires.append(wire)
    nodes = {
        name: node if node.shares not in gone else msgspec.structs.replace(node, shares=None)
        for name, node in graph.nodes.items()
        if name not in gone
    }
    return _with(project, network, nodes, wires)


def _feeds(graph: Network, gone: set[str]) -> dict[str, tuple[str, str]]:
    """For each node that goes: the one port that fed its group from outside, if it was one."""
    group = {name: name for name in gone}

    def root(name: str) -> str:
        while group[name] != name:
            name = group[name]
        return name

    for wire in graph.wires:
        if wire.source in gone and wire.target in gone:
            group[root(wire.source)] = root(wire.target)
    feeding: dict[str, set[tuple[str, str]]] = {}
    for wire in graph.wires:
        if wire.target in gone and wire.source not in gone:
            feeding.setdefault(root(wire.target), set()).add((wire.source, wire.source_port))
    return {
        name: next(iter(feeding[root(name)]))
        for name in gone
        if len(feeding.get(root(name), ())) == 1
    }


def move(project: Project, network: str, positions: Mapping[str, Position]) -> Project:
    """Move nodes to new positions; the same position changes nothing."""
    graph = project.networks[network]
    if all(graph.nodes[name].at == tuple(at) for name, at in positions.items()):
        return project
    nodes = {
        name: _moved(node, (float(positions[name][0]), float(positions[name][1])))
        if name in positions
        else node
        for name, node in graph.nodes.items()
    }
    return _with(project, network, nodes)


def rename(project: Project, network: str, old: str, new: str) -> Project:
    """Give a node another id; wires and shared weights follow.

    Raises:
        ProjectError: The id is not an identifier or is taken.
    """
    graph = project.networks[network]
    where = join(f"networks.{network}.nodes", old)
    if old == new:
        return project
    if not IDENTIFIER.match(new):
        raise ProjectError(
            _("expected letters, digits and _, beginning with a letter, got {name}.").format(
                name=shown(new)
            ),
            where=where,
        )
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
    return _with(project, network, nodes, wires)


def set_param(project: Project, network: str, ids: Iterable[str], name: str, value: Any) -> Project:
    """Set one parameter of one or several nodes; a value equal to the default is left out.

    The value is not checked here: forms check it before, the engine's check after.
    """
    graph = project.networks[network]
    nodes = dict(graph.nodes)
    for node_id in ids:
        node = nodes[node_id]
        params = {key: old for key, old in node.params.items() if key != name}
        if value != _default(node.type, name):
            params[name] = value
        if params != node.params:
            nodes[node_id] = msgspec.structs.replace(node, params=params)
    return _with(project, network, nodes)


def _default(layer: str, name: str) -> Any:
    if layer in LAYERS:
        for field in LAYERS.get(layer).fields():
            if field.name == name:
                default = field.default
                return list(default) if isinstance(default, tuple) else default
    return msgspec.NODEFAULT


def share(project: Project, network: str, ids: Iterable[str], owner: str | None) -> Project:
    """Let nodes use the weights of another node, or (with None) weights of their own."""
    graph = project.networks[network]
    nodes = dict(graph.nodes)
    for name in ids:
        if name != owner:
            nodes[name] = msgspec.structs.replace(nodes[name], shares=owner)
    return _with(project, network, nodes)


def fragment(network: Network, ids: Collection[str], *, incoming: bool = False) -> Network:
    """Return some nodes with the wires among them, as a network of their own.

    Args:
        network: Where they are.
        ids: Which nodes.
        incoming: Also keep the wires that lead in from outside.
    """
    inside = set(ids)
    nodes = {name: node for name, node in network.nodes.items() if name in inside}
    wires = tuple(
        w for w in network.wires if w.target in inside and (incoming or w.source in inside)
    )
    return Network(nodes=nodes, wires=wires)


def paste(
    project: Project, network: str, pieces: Network, at: Position | None = None
) -> tuple[Project, tuple[str, ...]]:
    """Put copied nodes into a network under free ids, and return these ids too.

    Args:
        project: The project.
        network: Name of the network.
        pieces: Nodes and wires as :func:`fragment` gave them. Wires that come from outside are
            kept where a node of that id exists and the port is free.
        at: Where the top-left corner of the group goes; None: a little beside where it was.
    """
    graph = project.networks[network]
    names: dict[str, str] = {}
    nodes = dict(graph.nodes)
    shift = _paste_shift(graph, pieces, at)
    for old, node in pieces.nodes.items():
        names[old] = unique_id(nodes, old)
        shares = names.get(node.shares or "", node.shares)
        shares = shares if shares in nodes else None
        place = (snap(node.at[0] + shift[0]), snap(node.at[1] + shift[1]))
        nodes[names[old]] = msgspec.structs.replace(node, at=place, shares=shares)
    wires = [
        msgspec.structs.replace(w, source=names.get(w.source, w.source), target=names[w.target])
        for w in pieces.wires
        if w.target in names and (w.source in names or w.source in graph.nodes)
    ]
    return _with(project, network, nodes, (*graph.wires, *wires)), tuple(names.values())


def _paste_shift(graph: Network, pieces: Network, at: Position | None) -> Position:
    """How far copies are moved: to ``at``, else down-right until no copy covers another node."""
    if at is not None and pieces.nodes:
        left = min(node.at[0] for node in pieces.nodes.values())
        top = min(node.at[1] for node in pieces.nodes.values())
        return (at[0] - left, at[1] - top)
    taken = {node.at for node in graph.nodes.values()}
    step = 0.0
    while any((n.at[0] + step, n.at[1] + step) in taken for n in pieces.nodes.values()):
        step += GAP_X / 2
    return (step, step)
