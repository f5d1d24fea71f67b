"""The networks in words: a line for every layer, those of blocks under the nodes that stand for them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from engine.blocks import block_of
from engine.layers.base import Shape
from engine.protocol import Checked, NetworkReport
from projects.errors import Problem
from projects.schema import BLOCK, Graph, Project
from projects.translation import gettext as _
from projects.translation import ngettext
from widgets.canvas import NodeSpec
from workbench import edits, scope
from workbench.names import network_words
from workbench.node_faces import node_spec

MOST_INSIDE = 4_000


class Row(NamedTuple):
    """A line of the outline.

    Attributes:
        place: Where the layer stands; of a network's own line the network.
        id: The layer; empty for a network's own line.
        depth: How far it is indented: 0 for networks.
        text: What is written.
        spoken: Everything that the canvas shows of it, as sentences.
        severity: ``error``, ``warning`` or empty.
    """

    place: str
    id: str
    depth: int
    text: str
    spoken: str = ""
    severity: str = ""


def rows(project: Project, checked: Checked | None) -> list[Row]:
    """Return the lines of all networks, in working order, those in a circle last.

    Args:
        project: The project.
        checked: What the last check found out about it.
    """
    found: list[Row] = []
    for name, network in project.networks.items():
        report = checked.networks.get(name) if checked is not None else None
        problems = checked.problems if checked is not None else ()
        teller = _Teller(project, report, problems)
        count = ngettext("{count} layer", "{count} layers", len(network.nodes))
        title = network_words(name)
        found.append(Row(name, "", 0, f"{title} · {count.format(count=len(network.nodes))}"))
        found += teller.lines(name, network, 1, ())
    return found


class _Teller:
    """Tells the layers of one network."""

    def __init__(
        self, project: Project, report: NetworkReport | None, problems: Iterable[Problem]
    ) -> None:
        self._project = project
        self._report = report
        self._problems = tuple(problems)
        self._inside = 0

    def lines(self, place: str, graph: Graph, depth: int, chain: tuple[str, ...]) -> Iterator[Row]:
        """Yield the lines of a place, with what is in its blocks as long as these are not too many."""
        self._inside += len(graph.nodes) if chain else 0
        head = scope.head_of(place)
        before, after = _neighbours(graph)
        problems = scope.problems_at(self._problems, place)
        blocks = self._project.blocks
        for name in in_order(graph):
            node = graph.nodes[name]
            found = self._report.nodes.get(head + name) if self._report is not None else None
            spec = node_spec(name, node, found, problems.get(name, ()), blocks)
            shape = found.out_shape if found is not None else None
            yield _row(place, depth, spec, shape, _spoken(spec, before[name], after[name]))
            inner = block_of(node, blocks)
            shown = self._inside < MOST_INSIDE
            if inner is not None and shown and node.params[BLOCK] not in chain:
                inside = edits.join_place(place, name, node)
                yield from self.lines(inside, inner, depth + 1, (*chain, node.params[BLOCK]))


def in_order(graph: Graph) -> list[str]:
    """Return the nodes in an order in which they can work; those in a circle come last."""
    waiting = dict.fromkeys(graph.nodes, 0)
    after: dict[str, list[str]] = {name: [] for name in graph.nodes}
    for wire in graph.wires:
        if wire.source in after and wire.target in waiting:
            after[wire.source].append(wire.target)
            waiting[wire.target] += 1
    ready = deque(name for name, count in waiting.items() if not count)
    order = []
    while ready:
        name = ready.popleft()
        order.append(name)
        for target in after[name]:
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    there = set(order)
    return [*order, *(name for name in graph.nodes if name not in there)]


def _neighbours(graph: Graph) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Where the wires of every node come from, and where they go."""
    before: dict[str, list[str]] = {name: [] for name in graph.nodes}
    after: dict[str, list[str]] = {name: [] for name in graph.nodes}
    for wire in graph.wires:
        if wire.source in after and wire.target in before:
            before[wire.target].append(wire.source)
            after[wire.source].append(wire.target)
    return before, after


def _row(place: str, depth: int, spec: NodeSpec, shape: Shape | None, spoken: str) -> Row:
    made = str(shape) if shape is not None else ""
    words = " · ".join(filter(None, (spec.title, spec.subtitle, made)))
    severity = spec.badge.severity if spec.badge is not None else ""
    return Row(place, spec.id, depth, f"{spec.id}: {words}", spoken, severity)


def _spoken(spec: NodeSpec, before: Iterable[str], after: Iterable[str]) -> str:
    """Everything that the canvas shows of a layer, as sentences."""
    sources, targets = ", ".join(before), ", ".join(after)
    parts = [
        " ".join(filter(None, (spec.title, spec.subtitle))),
        spec.note,
        _("from {names}").format(names=sources) if sources else "",
        _("to {names}").format(names=targets) if targets else "",
        spec.tip.replace("\n", ", "),
        spec.badge.text if spec.badge is not None else "",
    ]
    return ". ".join(part for part in parts if part)
