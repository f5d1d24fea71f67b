"""What is in a block put in place of a node that stands for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from engine.blocks import MOST_NODES, PLACING, block_of, block_ports
from engine.layers.base import LAYERS
from projects.errors import ProjectError
from projects.fields import read_struct
from projects.schema import BLOCK, Block, Graph, Node, Placing, Project, Wire
from projects.translation import gettext as _
from widgets.graph_metrics import COLUMN, NODE_WIDTH, ROW, snap
from workbench.edits.base import Position, graph_of, unique_id, with_graph, with_parts
from workbench.edits.offers import Offers, offers_of, with_offers


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
    made = with_graph(
        made, place, msgspec.structs.replace(graph_of(made, place), frames=copies.frames)
    )
    made = with_offers(made, place, copies.offers(offers_of(graph)))
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
    for offer, targets in offers_of(graph).items():
        if any(target in targets for target in (f"{name}.{setting}" for setting in PLACING)):
            raise ProjectError(
                _("“{offer}” of the block around it sets how often “{name}” stands there.").format(
                    offer=offer, name=name
                ),
                where=where,
                hint=_("Offer that setting no longer first."),
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
        self.frames = dict(graph.frames)
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
        x = stands.at[0] - left + number * (span + COLUMN)
        y = stands.at[1] - top
        for name, node in self._block.nodes.items():
            if name in self._ends:
                continue
            shares = names.get(node.shares or "")
            params = {**node.params, **values.get(name, {})}
            if number and stands.params.get("weights") == "shared" and _has_weights(node):
                shares = self._names[0][name]
                params = {key: value for key, value in params.items() if key == BLOCK}
            self.nodes[names[name]] = msgspec.structs.replace(
                node, at=(node.at[0] + x, node.at[1] + y), shares=shares, params=params
            )
        for name, frame in self._block.frames.items():
            at = (frame.at[0] + x, frame.at[1] + y)
            self.frames[unique_id(self.frames, name)] = msgspec.structs.replace(frame, at=at)
        self._inner += [
            msgspec.structs.replace(w, source=names[w.source], target=names[w.target])
            for w in self._block.wires
            if w.source in names and w.target in names
        ]
        self._names.append(names)

    def offers(self, offers: Mapping[str, tuple[str, ...]]) -> Offers:
        """What the block around it offers, with the layers in place of the node."""
        found: Offers = {}
        for offer, targets in offers.items():
            new: dict[str, None] = {}
            for target in targets:
                inside, _dot, setting = target.partition(".")
                new |= dict.fromkeys(self._targets(setting) if inside == self._name else [target])
            if new:
                found[offer] = tuple(new)
        return found

    def _targets(self, offer: str) -> Iterator[str]:
        """What a setting that the block offers sets of the copies; those that share follow by themselves."""
        for names in self._names:
            for target in self._block.params.get(offer, ()):
                inside, _dot, setting = target.partition(".")
                node = self.nodes.get(names.get(inside, ""))
                if node is not None and node.shares is None:
                    yield f"{names[inside]}.{setting}"

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
