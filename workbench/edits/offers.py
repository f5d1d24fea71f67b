"""Settings of layers inside of a block that every node that stands for it may choose, and its ports."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from engine.blocks import DEEPEST, PLACING, block_of, block_ports, users
from engine.layers.base import LAYERS
from engine.layers.ends import Input, Output
from projects.errors import ProjectError
from projects.fields import fields_of
from projects.plain import RESERVED
from projects.schema import BLOCK, Block, Graph, Node, Placing, Project, Wire
from projects.translation import gettext as _
from workbench.edits.base import block_name, check_name, graph_of, with_block, with_graph
from workbench.edits.blocks import everywhere, stands_for, with_nodes, with_params

Offers = dict[str, tuple[str, ...]]


def offer_of(block: Block, node: str, setting: str) -> str | None:
    """Return under which name a block offers a setting of a layer inside, if it does."""
    target = f"{node}.{setting}"
    return next((name for name, targets in block.params.items() if target in targets), None)


def offered_value(project: Project, block: Block, name: str, depth: int = DEEPEST) -> Any:
    """Return what a setting is that a block offers, where nothing else is chosen.

    Args:
        project: The project.
        block: The block.
        name: What it calls the setting.
        depth: How many blocks inside of each other are looked into.
    """
    inside, _dot, setting = next(iter(block.params.get(name, ())), "").partition(".")
    node = block.nodes.get(inside)
    if node is None:
        return msgspec.NODEFAULT
    if setting in node.params:
        return node.params[setting]
    inner = block_of(node, project.blocks)
    if inner is not None and setting not in PLACING:
        return offered_value(project, inner, setting, depth - 1) if depth else msgspec.NODEFAULT
    return default_of(node.type, setting)


def offered_settings(
    project: Project, block: Block, name: str, depth: int = DEEPEST
) -> tuple[tuple[str, str], ...]:
    """Return what is set by a setting that a block offers: types of layers and names of their settings.

    Args:
        project: The project.
        block: The block.
        name: What it calls the setting.
        depth: How many blocks inside of each other are looked into.
    """
    found: dict[tuple[str, str], None] = {}
    for target in block.params.get(name, ()):
        inside, _dot, setting = target.partition(".")
        node = block.nodes.get(inside)
        inner = block_of(node, project.blocks) if node is not None else None
        if inner is not None and setting not in PLACING:
            deeper = offered_settings(project, inner, setting, depth - 1) if depth else ()
            found.update(dict.fromkeys(deeper))
        elif node is not None:
            found[node.type, setting] = None
    return tuple(found)


def default_of(layer: str, name: str) -> Any:
    """Return the value of a layer's setting that a file does not name."""
    fields = fields_of(Placing) if layer == BLOCK else ()
    fields = LAYERS.get(layer).fields() if layer in LAYERS else fields
    for field in fields:
        if field.name == name:
            return list(field.default) if isinstance(field.default, tuple) else field.default
    return msgspec.NODEFAULT


def offer(project: Project, place: str, node: str, setting: str, name: str) -> Project:
    """Let every node that stands for a block choose a setting of a layer inside.

    Args:
        project: The project.
        place: Inside of the block.
        node: The layer inside.
        setting: Which of its settings.
        name: What it is called outside; one that is offered already then sets both.

    Raises:
        ProjectError: The name is no identifier or has a meaning already.
    """
    block = _block_at(project, place)
    _check_offer(place, name)
    bare = without_targets(block, lambda target: target == f"{node}.{setting}")
    params = {**bare.params, name: (*bare.params.get(name, ()), f"{node}.{setting}")}
    return settled(project, place, msgspec.structs.replace(bare, params=params))


def withdraw(project: Project, place: str, node: str, setting: str) -> Project:
    """Offer a setting of a layer no longer; what nodes chose for it is forgotten with it."""
    block = without_targets(_block_at(project, place), lambda t: t == f"{node}.{setting}")
    return settled(project, place, block)


def rename_offer(project: Project, place: str, old: str, new: str) -> Project:
    """Call an offered setting something else; what nodes chose for it stays.

    Raises:
        ProjectError: The name is no identifier, has a meaning already or is taken.
    """
    block = _block_at(project, place)
    if old == new:
        return project
    _check_offer(place, new)
    if new in block.params:
        raise ProjectError(
            _("there is already a setting called “{name}”.").format(name=new),
            where=f"networks.{place}",
        )
    params = {new if name == old else name: targets for name, targets in block.params.items()}
    name = block_name(project, place)

    def follow(node: Node) -> Node:
        if not stands_for(node, name):
            return node
        return with_params(node, {new if k == old else k: v for k, v in node.params.items()})

    made = with_graph(project, place, msgspec.structs.replace(block, params=params))
    return everywhere(made, lambda graph: with_nodes(graph, follow))


def _block_at(project: Project, place: str) -> Block:
    block = graph_of(project, place)
    assert isinstance(block, Block)
    return block


def _check_offer(place: str, name: str) -> None:
    where = f"networks.{place}"
    check_name(name, where)
    if name in RESERVED:
        raise ProjectError(
            _("a setting of a block cannot be called “{name}”: that has a meaning already.").format(
                name=name
            ),
            where=where,
        )


def without_targets(block: Block, gone: Callable[[str], bool]) -> Block:
    """Return a block that offers no longer what is gone, and nothing that would set nothing."""
    params = {
        name: tuple(target for target in targets if not gone(target))
        for name, targets in block.params.items()
    }
    return msgspec.structs.replace(block, params={k: t for k, t in params.items() if t})


def settled(project: Project, place: str, block: Block) -> Project:
    """Put a changed block back; nodes that stand for it forget what it no longer offers."""
    name = block_name(project, place)
    made = with_graph(project, place, block)
    before = project.blocks[name or ""].params

    gone = before.keys() - block.params.keys()

    def forget(node: Node) -> Node:
        if not stands_for(node, name):
            return node
        return with_params(node, {k: v for k, v in node.params.items() if k not in gone})

    return everywhere(made, lambda graph: with_nodes(graph, forget)) if gone else made


def offers_of(graph: Graph) -> Offers:
    """Return what a block offers; a network offers nothing."""
    return graph.params if isinstance(graph, Block) else {}


def with_offers(project: Project, place: str, offers: Offers) -> Project:
    """Return the project where the block of a place offers this; a network offers nothing."""
    block = graph_of(project, place)
    if not isinstance(block, Block) or offers == block.params:
        return project
    return settled(project, place, msgspec.structs.replace(block, params=offers))


def after_delete(project: Project, place: str) -> Project:
    """Return the project after nodes inside of a block are gone: its ports and offers are what is left.

    Wires to ports that are gone go with them.
    """
    name = block_name(project, place)
    if name is None:
        return project
    block = project.blocks[name]
    left = without_targets(block, lambda target: target.partition(".")[0] not in block.nodes)
    made = settled(project, place, left) if left.params != block.params else project
    ports = [{port.name for port in side} for side in block_ports(block)]
    return _rewired(
        made,
        name,
        lambda wire, leaving: (
            wire if (wire.source_port if leaving else wire.target_port) in ports[leaving] else None
        ),
    )


def after_rename(project: Project, place: str, old: str, new: str) -> Project:
    """Return the project after a node inside of a block was renamed: offers and wires at its port follow."""
    name = block_name(project, place)
    if name is None:
        return project
    block = project.blocks[name]
    params = {
        key: tuple(
            f"{new}.{target.partition('.')[2]}" if target.partition(".")[0] == old else target
            for target in targets
        )
        for key, targets in block.params.items()
    }
    made = with_block(project, name, msgspec.structs.replace(block, params=params))
    if block.nodes[new].type not in (Input.tag(), Output.tag()):
        return made

    def follow(wire: Wire, leaving: bool) -> Wire:
        if leaving and wire.source_port == old:
            return msgspec.structs.replace(wire, source_port=new)
        if not leaving and wire.target_port == old:
            return msgspec.structs.replace(wire, target_port=new)
        return wire

    return _rewired(made, name, follow)


def _rewired(project: Project, name: str, change: Callable[[Wire, bool], Wire | None]) -> Project:
    """Return the project with the wires changed that enter or leave nodes that stand for a block."""

    def rewired(graph: Graph) -> Graph:
        nodes = set(users(graph, name))
        wires = [w for wire in graph.wires if (w := _changed(wire, nodes, change)) is not None]
        if wires == list(graph.wires):
            return graph
        return msgspec.structs.replace(graph, wires=tuple(wires))

    return everywhere(project, rewired)


def _changed(
    wire: Wire, nodes: set[str], change: Callable[[Wire, bool], Wire | None]
) -> Wire | None:
    kept = change(wire, True) if wire.source in nodes else wire
    return change(kept, False) if kept is not None and kept.target in nodes else kept
