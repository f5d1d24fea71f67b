"""Layers put into one node that stands for a block, and taken out again."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from gettext import gettext as _
from typing import Any

import msgspec

from engine.blocks import MOST_NODES, PLACING, block_of, block_ports
from engine.layers.base import LAYERS
from engine.layers.ends import Input, Noise, Output
from projects.errors import ProjectError
from projects.fields import read_struct
from projects.schema import BLOCK, Block, Graph, Node, Placing, Project, Wire
from widgets.graph_metrics import COLUMN, NODE_WIDTH, ROW, snap
from workbench.edits.base import Position, graph_of, unique_id, with_block, with_parts

ENDS = (Input.tag(), Noise.tag(), Output.tag())
ENTER, LEAVE = "in", "out"


def collapse(
    project: Project, place: str, ids: Collection[str], wanted: str = BLOCK
) -> tuple[Project, str]:
    """Put nodes into a new block and one node in their place, and return that node's id too.

    Every node outside that feeds the group becomes an Input of the block, every one inside that
    feeds others an Output; the order of wires stays. The ends of a network stay outside.

    Args:
        project: The project.
        place: The graph.
        ids: The nodes.
        wanted: What the block is called, if that name is free.

    Raises:
        ProjectError: There is nothing to put in, a path would leave the block and come back, or weights
            would be shared across its border.
    """
    graph = graph_of(project, place)
    inside = [n for n, node in graph.nodes.items() if n in ids and node.type not in ENDS]
    _check_group(graph, place, inside)
    group = {name: graph.nodes[name] for name in inside}
    left, right = min(n.at[0] for n in group.values()), max(n.at[0] for n in group.values())
    border = _Border(graph, inside)
    top = snap(graph.nodes[border.first].at[1]) if border.first else group[inside[0]].at[1]
    nodes = {
        name: Node(type=Input.tag(), at=(left - COLUMN, top + i * ROW))
        for i, name in enumerate(border.enters.values())
    }
    nodes |= group
    nodes |= {
        name: Node(type=Output.tag(), at=(right + COLUMN, top + i * ROW))
        for i, name in enumerate(border.leaves.values())
    }
    name = unique_id(project.blocks, wanted)
    node_id = unique_id(graph.nodes.keys() - set(inside), name)
    outer = {}
    for key, node in graph.nodes.items():
        if key == inside[0]:
            outer[node_id] = Node(type=BLOCK, at=(left, top), params={BLOCK: name})
        if key not in group:
            outer[key] = node
    made = with_block(project, name, Block(nodes=nodes, wires=tuple(border.inner)))
    return with_parts(made, place, outer, border.outer(node_id)), node_id


class _Border:
    """What crosses the border of a group: the ports of its block, and the wires on both sides.

    Attributes:
        enters: Names of the Inputs by what feeds them (node and port outside).
        leaves: Names of the Outputs by what they show (node and port inside).
        inner: Wires of the block, in the order in which they were.
        first: The inside node that is fed first from outside, or the first of all.
    """

    def __init__(self, graph: Graph, inside: Collection[str]) -> None:
        self._graph = graph
        self._inside = inside
        self.enters: dict[tuple[str, str], str] = {}
        self.leaves: dict[tuple[str, str], str] = {}
        self.inner: list[Wire] = []
        self.first = ""
        self._taken = set(inside)
        for wire in graph.wires:
            self._sort(wire)

    def _sort(self, wire: Wire) -> None:
        source, target = wire.source in self._inside, wire.target in self._inside
        end = (wire.source, wire.source_port)
        if source and target:
            self.inner.append(wire)
        elif target:
            self.first = self.first or wire.target
            port = self._port(self.enters, end, ENTER)
            self.inner.append(Wire(port, wire.target, "out", wire.target_port))
        elif source:
            known = end in self.leaves
            port = self._port(self.leaves, end, LEAVE)
            if not known:
                self.inner.append(Wire(wire.source, port, wire.source_port, "in"))

    def _port(self, ports: dict[tuple[str, str], str], end: tuple[str, str], wanted: str) -> str:
        if end not in ports:
            ports[end] = unique_id(self._taken, wanted)
            self._taken.add(ports[end])
        return ports[end]

    def outer(self, node: str) -> list[Wire]:
        """The wires that stay outside, with one node instead of the group."""
        found: dict[Wire, None] = {}
        for wire in self._graph.wires:
            source, target = wire.source in self._inside, wire.target in self._inside
            end = (wire.source, wire.source_port)
            if target and not source:
                found[Wire(wire.source, node, wire.source_port, self.enters[end])] = None
            elif source and not target:
                found[Wire(node, wire.target, self.leaves[end], wire.target_port)] = None
            elif not source:
                found[wire] = None
        return list(found)


def _check_group(graph: Graph, place: str, inside: list[str]) -> None:
    where = f"networks.{place}"
    if not inside:
        raise ProjectError(
            _("there are no layers to put into a block."),
            where=where,
            hint=_("Choose some; the ends of a network stay outside."),
        )
    group = set(inside)
    between = _between(graph, group)
    if between is not None:
        raise ProjectError(
            _("a path leaves these layers and comes back through “{name}”.").format(name=between),
            where=where,
            hint=_("Choose that one too."),
        )
    for name, node in graph.nodes.items():
        if node.shares is not None and (name in group) != (node.shares in group):
            raise ProjectError(
                _("“{name}” uses the weights of “{other}”, and only one of them is chosen.").format(
                    name=name, other=node.shares
                ),
                where=where,
                hint=_("Choose both, or let it have weights of its own."),
            )


def _between(graph: Graph, group: set[str]) -> str | None:
    """Return a node outside of a group that comes after some of it and before some of it."""
    after: dict[str, list[str]] = {}
    for wire in graph.wires:
        after.setdefault(wire.source, []).append(wire.target)
    waiting = [t for name in group for t in after.get(name, ()) if t not in group]
    seen = set(waiting)
    while waiting:
        name = waiting.pop()
        for target in after.get(name, ()):
            if target in group:
                return name
            if target not in seen:
                seen.add(target)
                waiting.append(target)
    return None


def expand(project: Project, place: str, name: str) -> tuple[Project, tuple[str, ...]]:
    """Put what is in a block in place of a node that stands for it, and return the new ids too.

    Settings that the node chose become those of the layers; copies in a row become copies. The block
    itself stays in the project.

    Raises:
        ProjectError: It is bypassed, stands for no block, shares weights with another node, says
            wrongly how often it is repeated, or would become too many layers.
    """
    graph = graph_of(project, place)
    node = graph.nodes[name]
    block = block_of(node, project.blocks)
    _check_expand(graph, place, name, block)
    assert block is not None
    copies = _Copies(graph, name, block)
    for number in range(_repeats(node, block, f"networks.{place}.nodes.{name}")):
        copies.add(node, number)
    nodes: dict[str, Node] = {}
    for key, there in graph.nodes.items():
        nodes.update(copies.nodes if key == name else {key: there})
    made = with_parts(project, place, nodes, copies.wires())
    return _with_room(made, place, tuple(copies.nodes), node.at), tuple(copies.nodes)


def _check_expand(graph: Graph, place: str, name: str, block: Block | None) -> None:
    node = graph.nodes[name]
    where = f"networks.{place}.nodes.{name}"
    partners = [key for key, other in graph.nodes.items() if other.shares == name]
    partner = node.shares or next(iter(partners), None)
    if block is None:
        raise ProjectError(_("“{name}” stands for no block.").format(name=name), where=where)
    if node.mute:
        raise ProjectError(
            _("“{name}” is bypassed.").format(name=name),
            where=where,
            hint=_("Take the bypass away first."),
        )
    if partner is not None:
        raise ProjectError(
            _("“{name}” and “{other}” share their weights.").format(name=name, other=partner),
            where=where,
            hint=_("Let each have weights of its own first."),
        )


def _repeats(node: Node, block: Block, where: str) -> int:
    """How often a block stands there in a row; a file may say anything."""
    settings = {key: value for key, value in node.params.items() if key in PLACING}
    repeat = read_struct(Placing, settings, where).repeat
    if repeat * len(block.nodes) > MOST_NODES:
        raise ProjectError(
            _("this would become {count:,} layers; the limit is {limit:,}.").format(
                count=repeat * len(block.nodes), limit=MOST_NODES
            ),
            where=where,
            hint=_("Repeat the block less often first."),
        )
    return repeat


class _Copies:
    """The layers of a block, put into a graph once or several times in a row."""

    def __init__(self, graph: Graph, name: str, block: Block) -> None:
        self._graph = graph
        self._name = name
        self._block = block
        self._inputs, self._outputs = block_ports(block)
        self._ends = {port.name for port in (*self._inputs, *self._outputs)}
        self.nodes: dict[str, Node] = {}
        self._names: list[dict[str, str]] = []
        self._inner: list[Wire] = []

    def add(self, stands: Node, number: int) -> None:
        """Add a copy."""
        names: dict[str, str] = {}
        taken = {*self._graph.nodes, *self.nodes} - {self._name}
        for name in self._block.nodes:
            names[name] = f"\0{number}.{name}" if name in self._ends else unique_id(taken, name)
            taken.add(names[name])
        values = _values(self._block, stands)
        inner = [n for key, n in self._block.nodes.items() if key not in self._ends]
        span = max((n.at[0] for n in inner), default=0) - min((n.at[0] for n in inner), default=0)
        left = min((n.at[0] for n in inner), default=0.0)
        entry = self._inputs[0].name if self._inputs else None
        top = self._block.nodes[entry].at[1] if entry else min((n.at[1] for n in inner), default=0)
        for name, node in self._block.nodes.items():
            if name in self._ends:
                continue
            x = stands.at[0] + node.at[0] - left + number * (span + COLUMN)
            shares = names.get(node.shares or "")
            if number and stands.params.get("weights") == "shared" and _has_weights(node):
                shares = self._names[0][name]
            self.nodes[names[name]] = msgspec.structs.replace(
                node,
                at=(x, stands.at[1] + node.at[1] - top),
                shares=shares,
                params={**node.params, **values.get(name, {})},
            )
        self._inner += [
            msgspec.structs.replace(w, source=names[w.source], target=names[w.target])
            for w in self._block.wires
            if w.source in names and w.target in names
        ]
        self._names.append(names)

    def wires(self) -> list[Wire]:
        """All wires of the graph: those of the copies, and where the node was those to and from them."""
        first, last = self._names[0], self._names[-1]
        wires = []
        for wire in self._graph.wires:
            if wire.target == self._name and wire.target_port in self._ends:
                wires.append(Wire(wire.source, first[wire.target_port], wire.source_port))
            elif wire.source == self._name and wire.source_port in self._ends:
                end = last[wire.source_port]
                wires.append(Wire(end, wire.target, "out", wire.target_port))
            elif self._name not in (wire.source, wire.target):
                wires.append(wire)
        wires += self._inner
        for left, right in zip(self._names, self._names[1:], strict=False):
            for leave, enter in zip(self._outputs, self._inputs, strict=False):
                wires.append(Wire(left[leave.name], right[enter.name]))
        for names in self._names:
            for end in self._ends:
                wires = list(_without(wires, names[end]))
        return wires


def _without(wires: list[Wire], end: str) -> Iterator[Wire]:
    """Yield the wires without a node that only passes on what enters it."""
    feed = next((w for w in wires if w.target == end), None)
    for wire in wires:
        if wire.source == end and feed is not None:
            yield msgspec.structs.replace(wire, source=feed.source, source_port=feed.source_port)
        elif end not in (wire.source, wire.target):
            yield wire


def _has_weights(node: Node) -> bool:
    layer = LAYERS.entries.get(node.type)
    return node.type == BLOCK or (layer is not None and layer.parametric)


def _values(block: Block, node: Node) -> dict[str, dict[str, Any]]:
    """Settings by node inside of a block, as a node that stands for it chooses them."""
    values: dict[str, dict[str, Any]] = {}
    for name, targets in block.params.items():
        if name in node.params:
            for target in targets:
                inside, _dot, setting = target.partition(".")
                values.setdefault(inside, {})[setting] = node.params[name]
    return values


def _with_room(project: Project, place: str, ids: tuple[str, ...], at: Position) -> Project:
    """Move what stands right of a place to the right, where new nodes would cover it."""
    nodes = dict(graph_of(project, place).nodes)
    new = [nodes[name].at for name in ids]
    if not new:
        return project
    right = max(x for x, _y in new)
    others = [name for name in nodes if name not in ids and nodes[name].at[0] > at[0]]
    low, high = min(y for _x, y in new), max(y for _x, y in new)
    covered = [
        nodes[name].at[0]
        for name in others
        if nodes[name].at[0] < right + NODE_WIDTH and low - ROW < nodes[name].at[1] < high + ROW
    ]
    if covered:
        shift = snap(right + COLUMN - min(covered))
        for name in others:
            x, y = nodes[name].at
            nodes[name] = msgspec.structs.replace(nodes[name], at=(x + shift, y))
    return with_parts(project, place, nodes)
