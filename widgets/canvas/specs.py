"""Plain descriptions of what a canvas shows; it knows nothing of networks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class PortSpec:
    """Where wires attach.

    Attributes:
        name: Its key in wires.
        many: Whether several wires may enter.
        title: What people read.
    """

    name: str
    many: bool = False
    title: str = ""


@dataclass(frozen=True, slots=True)
class Badge:
    """A mark on a node that something is wrong.

    Attributes:
        severity: ``error`` or ``warning``; they differ in form, not only in colour.
        text: What is wrong, shown as a tooltip.
    """

    severity: str
    text: str


class NodeSpec(NamedTuple):
    """One node.

    Attributes:
        id: Its key.
        title: First line.
        subtitle: Second line: the settings that matter.
        note: Small, at the lower left: the id.
        figure: Small, at the lower right: a count.
        category: Decides the colour.
        inputs: Ports on the left.
        outputs: Ports on the right.
        position: Top-left corner in scene pixels.
        badge: What is wrong with it, or None.
        linked: Id of another node that it shares something with, or empty.
        tip: More words for the tooltip.
        muted: Whether it takes no part for now; drawn pale, with a line through it.
        bend: Whether it is only a bend in a wire; drawn as a dot.
        nested: Whether it stands for nodes of its own; drawn as a stack of cards.
        locked: Whether nothing about it can be set; drawn with a dashed outline and a padlock.
    """

    id: str
    title: str
    subtitle: str = ""
    note: str = ""
    figure: str = ""
    category: str = ""
    inputs: tuple[PortSpec, ...] = (PortSpec("in"),)
    outputs: tuple[PortSpec, ...] = (PortSpec("out"),)
    position: tuple[float, float] = (0.0, 0.0)
    badge: Badge | None = None
    linked: str = ""
    tip: str = ""
    muted: bool = False
    bend: bool = False
    nested: bool = False
    locked: bool = False


class WireKey(NamedTuple):
    """What tells wires apart."""

    source: str
    source_port: str
    target: str
    target_port: str


class WireSpec(NamedTuple):
    """One wire.

    Attributes:
        key: Its ends.
        label: Words in its middle: the shape of what flows.
        broken: Whether nothing can flow along it; drawn dashed.
    """

    key: WireKey
    label: str = ""
    broken: bool = False


@dataclass(frozen=True, slots=True)
class FrameSpec:
    """A titled rectangle behind nodes.

    Attributes:
        id: Its key.
        title: What stands in its bar.
        position: Top-left corner in scene pixels.
        size: Width and height in scene pixels.
        color: Name of its colour.
    """

    id: str
    title: str = ""
    position: tuple[float, float] = (0.0, 0.0)
    size: tuple[float, float] = (400.0, 240.0)
    color: str = "grey"


class PortRef(NamedTuple):
    """One port of one node.

    Attributes:
        node: Id of the node.
        port: Name of the port.
        output: Whether wires leave it.
    """

    node: str
    port: str
    output: bool
