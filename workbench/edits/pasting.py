"""Pieces of networks: taking a copy, and putting it in under free names."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from gettext import gettext as _

import msgspec

from projects.errors import ProjectError
from projects.schema import Block, Graph, Node, Project
from widgets.graph_metrics import GAP_X, bounded, snap
from workbench.edits.base import Position, block_name, graph_of, unique_id, with_parts
from workbench.edits.blocks import renamed_node, used_blocks, with_blocks


class Pieces(Graph, frozen=True, kw_only=True):
    """Nodes and wires that were copied, and the blocks for which some of them stand, by name."""

    blocks: dict[str, Block] = {}


def fragment(
    network: Graph,
    ids: Collection[str],
    *,
    incoming: bool = False,
    blocks: Mapping[str, Block] | None = None,
) -> Pieces:
    """Return some nodes with the wires among them, as pieces of their own.

    Args:
        network: Where they are.
        ids: Which nodes.
        incoming: Also keep the wires that lead in from outside.
        blocks: Blocks of the project; those that the nodes need come along.
    """
    inside = set(ids)
    nodes = {name: node for name, node in network.nodes.items() if name in inside}
    wires = tuple(
        w for w in network.wires if w.target in inside and (incoming or w.source in inside)
    )
    return Pieces(nodes=nodes, wires=wires, blocks=used_blocks(nodes.values(), blocks or {}))


def paste(
    project: Project,
    network: str,
    pieces: Pieces,
    at: Position | None = None,
    *,
    incoming: bool = False,
) -> tuple[Project, tuple[str, ...]]:
    """Put copied nodes into a network under free ids, and return these ids too.

    Blocks that come with them are added to the project where it has not the same ones already.

    Args:
        project: The project.
        network: Name of the network.
        pieces: Nodes and wires as :func:`fragment` gave them.
        at: Where the top-left corner of the group goes; None: a little beside where it was.
        incoming: Whether wires that come from outside are kept, where a node of that id is there.

    Raises:
        ProjectError: A block would be put into itself.
    """
    graph = graph_of(project, network)
    project, called = with_blocks(project, pieces.blocks)
    _check_circle(project, network, (renamed_node(n, called) for n in pieces.nodes.values()))
    names: dict[str, str] = {}
    nodes = dict(graph.nodes)
    shift = _paste_shift(graph, pieces, at)
    for old, node in pieces.nodes.items():
        names[old] = unique_id(nodes, old)
        shares = names.get(node.shares or "", node.shares)
        shares = shares if shares in nodes else None
        place = (snap(bounded(node.at[0]) + shift[0]), snap(bounded(node.at[1]) + shift[1]))
        copy = msgspec.structs.replace(node, at=place, shares=shares)
        nodes[names[old]] = renamed_node(copy, called)
    wires = [
        msgspec.structs.replace(w, source=names.get(w.source, w.source), target=names[w.target])
        for w in pieces.wires
        if w.target in names and (w.source in names or (incoming and w.source in graph.nodes))
    ]
    return with_parts(project, network, nodes, (*graph.wires, *wires)), tuple(names.values())


def _check_circle(project: Project, place: str, nodes: Iterable[Node]) -> None:
    inside = block_name(project, place)
    if inside is not None and inside in used_blocks(nodes, project.blocks):
        raise ProjectError(
            _("the block “{name}” cannot be put into itself.").format(name=inside),
            where=f"blocks.{inside}",
        )


def _paste_shift(graph: Graph, pieces: Graph, at: Position | None) -> Position:
    """How far copies are moved: to ``at``, else down-right until no copy covers another node."""
    if at is not None and pieces.nodes:
        left = min(node.at[0] for node in pieces.nodes.values())
        top = min(node.at[1] for node in pieces.nodes.values())
        return (at[0] - left, at[1] - top)
    taken = {_reachable(node.at) for node in graph.nodes.values()}
    places = [_reachable(node.at) for node in pieces.nodes.values()]
    step = 0.0
    while any((x + step, y + step) in taken for x, y in places):
        step += GAP_X / 2
    return (step, step)


def _reachable(at: Position) -> Position:
    """Where a node is shown; beyond that a step would be lost in rounding and never lead away."""
    return (bounded(at[0]), bounded(at[1]))
