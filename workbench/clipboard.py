"""Layers, wires and frames as text that people can read, edit and send; any text may come back.

The text is the ``nodes``, ``wires``, ``frames`` and ``blocks`` part of a project file, so a piece of a project file can be
pasted as well as what was copied here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from engine.layers.base import LAYERS
from projects import yaml_reader, yaml_writer
from projects.errors import ProjectError
from projects.fields import shown
from projects.plain import BESIDE, block_to, blocks_from, frame_to, frames_from, node_to, rules_from
from projects.schema import BLOCK, IDENTIFIER, Block, Frame, Node, Wire
from projects.translation import gettext as _
from projects.writer import blocks_lines
from widgets.graph_metrics import FARTHEST, bounded
from workbench.edits import Pieces, used_blocks

MOST_TEXT = 2**20


def to_text(pieces: Pieces) -> str:
    """Return nodes, wires and frames as YAML.

    Args:
        pieces: What :func:`workbench.edits.fragment` gave.
    """
    lines = ["nodes:"] if pieces.nodes else []
    for name, node in pieces.nodes.items():
        lines.append(f"  {name}: {yaml_writer.flow(node_to(node))}")
    if pieces.wires:
        lines.append("wires:")
        lines.extend(f"  - {yaml_writer.text(str(wire))}" for wire in pieces.wires)
    if pieces.frames:
        lines.append("frames:")
        for name, frame in pieces.frames.items():
            plain = yaml_writer.flow(frame_to(_as_shown(frame)))
            lines.append(f"  {yaml_writer.text(name)}: {plain}")
    if pieces.blocks:
        lines += blocks_lines({name: block_to(block) for name, block in pieces.blocks.items()})
    return "\n".join(lines) + "\n"


def from_text(text: str) -> Pieces:
    """Return the nodes, wires and frames that a text describes.

    Args:
        text: Whatever the clipboard holds.

    Raises:
        ProjectError: It describes none, or wrong ones; says what and where.
    """
    place = _("clipboard")
    values = _values(text, place)
    nodes, framed = values.get("nodes") or {}, values.get("frames") or {}
    if not isinstance(nodes, Mapping) or not (nodes or framed):
        raise _nothing(place)
    made = {name: _node(name, value, f"{place}.nodes.{name}") for name, value in nodes.items()}
    wires = values.get("wires") or []
    if not isinstance(wires, list):
        raise ProjectError(
            _("expected a list of “a -> b”, got {value}.").format(value=shown(wires)),
            where=f"{place}.wires",
        )
    found = (_wire(value, f"{place}.wires.{index}") for index, value in enumerate(wires))
    kept = tuple(dict.fromkeys(wire for wire in found if wire.target in made))
    blocks = _blocks(values.get("blocks"), f"{place}.blocks")
    frames = _frames(framed, f"{place}.frames")
    used = used_blocks(made.values(), blocks)
    return Pieces(nodes=made, wires=kept, frames=frames, blocks=used)


def _as_shown(frame: Frame) -> Frame:
    """A frame as far out and as large as a canvas shows it, whatever its file says."""
    width, height = (min(max(0.0, size), FARTHEST) for size in frame.size)
    at = (bounded(frame.at[0]), bounded(frame.at[1]))
    return msgspec.structs.replace(frame, at=at, size=(width, height))


def _frames(values: Any, where: str) -> dict[str, Frame]:
    """Read frames; those that no canvas could show are wrong."""
    frames = frames_from(values, where)
    for name, frame in frames.items():
        if not all(0 <= size <= FARTHEST for size in frame.size):
            raise ProjectError(
                _("expected a width and a height from 0 to {most:,}, got {value}.").format(
                    most=round(FARTHEST), value=shown(list(frame.size))
                ),
                where=f"{where}.{name}.size",
            )
    return {name: _as_shown(frame) for name, frame in frames.items()}


def _blocks(values: Any, where: str) -> dict[str, Block]:
    """Read the blocks that come along, with everything inside them."""
    blocks = blocks_from(values, where)
    for name, block in blocks.items():
        for key, node in block.nodes.items():
            if node.type != BLOCK:
                LAYERS.make(node.type, node.params, f"{where}.{name}.nodes.{key}")
    return blocks


def _nothing(place: str) -> ProjectError:
    return ProjectError(
        _("there are no layers on the clipboard."),
        where=place,
        hint=_("Copy layers or frames on a canvas first, or a text that begins with “nodes:”."),
    )


def _values(text: str, place: str) -> Mapping[str, Any]:
    """Read the text strictly; one that names neither nodes nor frames is none at all."""
    named = "nodes" in text or "frames" in text
    if not text.strip() or len(text) > MOST_TEXT or not named:
        raise _nothing(place)
    values = yaml_reader.read(text, place).value
    if not isinstance(values, Mapping):
        raise _nothing(place)
    return values


def _node(name: str, value: Any, where: str) -> Node:
    if not IDENTIFIER.match(name):
        raise ProjectError(
            _("a layer's name has letters, digits and _ only, got {name}.").format(
                name=shown(name)
            ),
            where=where,
        )
    if not isinstance(value, Mapping) or not isinstance(value.get("type"), str):
        raise ProjectError(
            _("expected a layer such as {{type: relu}}, got {value}.").format(value=shown(value)),
            where=where,
        )
    params = {key: item for key, item in value.items() if key not in BESIDE}
    if value["type"] != BLOCK:
        LAYERS.make(value["type"], params, where)
    shares = value.get("shares")
    return Node(
        type=value["type"],
        at=_place(value.get("at", (0.0, 0.0)), where),
        shares=shares if isinstance(shares, str) else None,
        mute=value.get("mute") is True,
        **rules_from(value, where),
        params=params,
    )


def _place(value: Any, where: str) -> tuple[float, float]:
    try:
        x, y = msgspec.convert(value, tuple[float, float])
    except msgspec.ValidationError as error:
        raise ProjectError(
            _("expected two numbers, got {value}.").format(value=shown(value)), where=f"{where}.at"
        ) from error
    return (bounded(x), bounded(y))


def _wire(value: Any, where: str) -> Wire:
    """Read ``a -> b`` or ``a.port -> b.port``."""
    ends = str(value).split("->") if isinstance(value, str) else []
    if len(ends) != 2 or not all(end.strip() for end in ends):
        raise ProjectError(
            _("expected a wire such as “a -> b”, got {value}.").format(value=shown(value)),
            where=where,
        )
    source, _dot, source_port = ends[0].strip().partition(".")
    target, _dot, target_port = ends[1].strip().partition(".")
    return Wire(source, target, source_port or "out", target_port or "in")
