"""Layers put into a block, and one node in their place."""

from __future__ import annotations

from collections.abc import Collection

from engine.layers.ends import Input, Noise, Output
from projects.errors import ProjectError
from projects.schema import BLOCK, Block, Graph, Node, Project, Wire
from projects.translation import gettext as _
from widgets.graph_metrics import COLUMN, ROW, snap
from workbench.edits.base import graph_of, unique_id, with_block, with_parts
from workbench.edits.offers import Offers, offers_of, with_offers

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
    within, offers = _passed_on(graph, group, node_id)
    made = with_block(project, name, Block(nodes=nodes, wires=tuple(border.inner), params=within))
    made = with_parts(made, place, outer, border.outer(node_id))
    return with_offers(made, place, offers), node_id


def _passed_on(graph: Graph, group: Collection[str], node: str) -> tuple[Offers, Offers]:
    """What a group and the block around it offer, so that a setting is still set from where it was.

    Returns:
        What the new block offers of what the block around it does, and what that one offers from now on.
    """
    within: Offers = {}
    offers: Offers = {}
    for name, targets in offers_of(graph).items():
        inner = tuple(target for target in targets if target.partition(".")[0] in group)
        if inner:
            within[name] = inner
        offers[name] = tuple(dict.fromkeys(f"{node}.{name}" if t in inner else t for t in targets))
    return within, offers


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
