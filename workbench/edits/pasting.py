"""Pieces of networks, layers and frames: taking a copy, and putting it in under free names."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Mapping

import msgspec

from projects.errors import ProjectError
from projects.schema import Block, Frame, Graph, Node, Project
from projects.translation import gettext as _
from widgets.graph_metrics import GAP_X, bounded, snap
from workbench.edits.base import (
    Position,
    block_name,
    graph_of,
    unique_id,
    with_graph,
    with_parts,
)
from workbench.edits.blocks import renamed_node, used_blocks, with_blocks


class Pieces(Graph, frozen=True, kw_only=True):
    """Nodes, wires and frames that were copied, and the blocks for which some of them stand, by name."""

    blocks: dict[str, Block] = {}


def fragment(
    network: Graph,
    ids: Collection[str],
    *,
    frames: Collection[str] = (),
    incoming: bool = False,
    blocks: Mapping[str, Block] | None = None,
) -> Pieces:
    """Return some nodes with the wires among them, and frames, as pieces of their own.

    Args:
        network: Where they are.
        ids: Which nodes.
        frames: Which frames.
        incoming: Also keep the wires that lead in from outside.
        blocks: Blocks of the project; those that the nodes need come along.
    """
    inside, framed = set(ids), set(frames)
    nodes = {name: node for name, node in network.nodes.items() if name in inside}
    wires = tuple(
        w for w in network.wires if w.target in inside and (incoming or w.source in inside)
    )
    return Pieces(
        nodes=nodes,
        wires=wires,
        frames={name: frame for name, frame in network.frames.items() if name in framed},
        blocks=used_blocks(nodes.values(), blocks or {}),
    )


def paste(
    project: Project,
    network: str,
    pieces: Pieces,
    at: Position | None = None,
    *,
    incoming: bool = False,
) -> tuple[Project, tuple[str, ...]]:
    """Put copied nodes and frames into a network under free ids, and return those of the nodes too.

    Blocks that come with them are added to the project where it has not the same ones already.

    Args:
        project: The project.
        network: Name of the network.
        pieces: Nodes, wires and frames as :func:`fragment` gave them.
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
        copy = msgspec.structs.replace(node, at=_shifted(node.at, shift), shares=shares)
        nodes[names[old]] = renamed_node(copy, called)
    wires = [
        msgspec.structs.replace(w, source=names.get(w.source, w.source), target=names[w.target])
        for w in pieces.wires
        if w.target in names and (w.source in names or (incoming and w.source in graph.nodes))
    ]
    made = with_parts(project, network, nodes, (*graph.wires, *wires))
    return _with_copies(made, network, pieces.frames, shift), tuple(names.values())


def _with_copies(
    project: Project, network: str, copies: Mapping[str, Frame], shift: Position
) -> Project:
    """Add copied frames under free ids."""
    if not copies:
        return project
    graph = graph_of(project, network)
    frames = dict(graph.frames)
    for old, frame in copies.items():
        moved = msgspec.structs.replace(frame, at=_shifted(frame.at, shift))
        frames[unique_id(frames, old)] = moved
    return with_graph(project, network, msgspec.structs.replace(graph, frames=frames))


def _shifted(at: Position, shift: Position) -> Position:
    """Where a copy stands: on the grid, as far away as all the others."""
    return (snap(bounded(at[0]) + shift[0]), snap(bounded(at[1]) + shift[1]))


def _check_circle(project: Project, place: str, nodes: Iterable[Node]) -> None:
    inside = block_name(project, place)
    if inside is not None and inside in used_blocks(nodes, project.blocks):
        raise ProjectError(
            _("the block “{name}” cannot be put into itself.").format(name=inside),
            where=f"blocks.{inside}",
        )


def _paste_shift(graph: Graph, pieces: Graph, at: Position | None) -> Position:
    """How far copies are moved: to ``at``, else down-right until none covers what is there."""
    nodes = [node.at for node in pieces.nodes.values()]
    frames = [frame.at for frame in pieces.frames.values()]
    copies = [*nodes, *frames]
    if at is not None and copies:
        return (at[0] - min(x for x, _y in copies), at[1] - min(y for _x, y in copies))
    taken = {_reachable(node.at) for node in graph.nodes.values()}
    framed = {_reachable(frame.at) for frame in graph.frames.values()}
    step = 0.0
    while _covers(nodes, taken, step) or _covers(frames, framed, step):
        step += GAP_X / 2
    return (step, step)


def _covers(copies: Iterable[Position], taken: Container[Position], step: float) -> bool:
    """Whether a copy, moved so far down-right, stands exactly where something is."""
    return any((x + step, y + step) in taken for x, y in map(_reachable, copies))


def _reachable(at: Position) -> Position:
    """Where a node is shown; beyond that a step would be lost in rounding and never lead away."""
    return (bounded(at[0]), bounded(at[1]))
