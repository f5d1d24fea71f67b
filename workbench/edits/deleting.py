"""Taking nodes away, and closing the gaps that they leave."""

from __future__ import annotations

from collections.abc import Callable, Collection

from projects.schema import Graph, Project, Wire
from workbench.edits.base import freed, graph_of, with_parts
from workbench.edits.offers import after_delete


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
    graph = graph_of(project, network)
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
        name: node if node.shares not in gone else freed(graph.nodes, name)
        for name, node in graph.nodes.items()
        if name not in gone
    }
    return after_delete(with_parts(project, network, nodes, wires), network)


def _feeds(graph: Graph, gone: set[str]) -> dict[str, tuple[str, str]]:
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
