"""A drawn network as drawings need it: boxes with words, and wires with shapes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.compute.network import GraphModule
from engine.compute.survey import survey
from engine.declare import Declared
from engine.layers.base import LAYERS
from projects.errors import ProjectError
from projects.schema import BLOCK, Node
from projects.translation import written

BLOCKS = "Block"


@dataclass(frozen=True)
class Box:
    """A node of a drawing.

    Attributes:
        name: Its id.
        title: What it is.
        words: Its most important settings.
        category: Heading of its kind of layer.
        at: Its top left corner on the canvas.
        mute: Whether it is bypassed.
    """

    name: str
    title: str
    words: str
    category: str
    at: tuple[float, float]
    mute: bool


@dataclass(frozen=True)
class Link:
    """A wire of a drawing; ``shape`` is empty where it isn't known."""

    source: str
    target: str
    shape: str


@dataclass(frozen=True)
class Design:
    """A network to be drawn.

    Attributes:
        name: Its name.
        boxes: Its nodes.
        links: Its wires.
        frames: Title, top left corner and size of each frame.
    """

    name: str
    boxes: tuple[Box, ...]
    links: tuple[Link, ...]
    frames: tuple[tuple[str, tuple[float, float], tuple[float, float]], ...]


def design_of(name: str, module: GraphModule) -> Design:
    """Return a network as it is drawn on its canvas; texts are in English.

    Args:
        name: Its name.
        module: The network, built.
    """
    network = module.network
    report = survey(network, module.entries, blocks=module.blocks).report().nodes
    shapes = {node: str(found.out_shape) for node, found in report.items()}
    return Design(
        name=name,
        boxes=tuple(_boxes(network.nodes)),
        links=tuple(
            Link(wire.source, wire.target, shapes.get(wire.source, "")) for wire in network.wires
        ),
        frames=tuple((frame.title, frame.at, frame.size) for frame in network.frames.values()),
    )


def _boxes(nodes: dict[str, Node]) -> Iterator[Box]:
    for name, node in nodes.items():
        if node.type == BLOCK:
            title, words, category = str(node.params.get("block", "")), "", BLOCKS
        else:
            kind: type[Declared] = LAYERS.get(node.type)
            title, category = written(kind, "title"), kind.category
            words = _settings(node)
        yield Box(name, title, words, category, node.at, node.mute)


def _settings(node: Node) -> str:
    try:
        return LAYERS.make(node.type, node.params).summary()
    except ProjectError:
        return ""
