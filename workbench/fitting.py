"""Whether two ports may be connected, and if not, why: in words, with the shapes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from engine.blocks import block_of
from engine.layers.base import LAYERS, Layer, Shape, ShapeError
from engine.protocol import NetworkReport
from projects.errors import ProjectError
from projects.schema import BLOCK, Block, Network, Node, Project, Wire
from projects.translation import gettext as _
from workbench import edits, scope
from workbench.problem_words import capital


class Need(NamedTuple):
    """What decides which shapes may enter a port.

    Attributes:
        what: The type of the layer, or the name of the block.
        settings: Those of the layer, as text.
        beside: What enters beside it.
        port: The port of a block; empty for layers.
    """

    what: str
    settings: str = ""
    beside: tuple[Shape, ...] = ()
    port: str = ""


class Fitting:
    """Judges wires of one place as it is now.

    Args:
        project: The project.
        place: A network, or inside of one of its blocks.
        report: What the last check found out about the network, or None.

    Attributes:
        into: The wires that enter each node.
        out_of: The wires that leave it.
    """

    def __init__(self, project: Project, place: str, report: NetworkReport | None) -> None:
        network = edits.found(project, place) or Network()
        self._project = project
        self._place = place
        self._network = network
        self._report = report
        self._origin = scope.origins(project, place)
        self._before: dict[str, frozenset[str]] = {}
        self._behind: dict[str, frozenset[str]] = {}
        self._answers: dict[tuple[Need, Shape], str] = {}
        self._wires = frozenset(network.wires)
        self.into: dict[str, list[Wire]] = {}
        self.out_of: dict[str, list[Wire]] = {}
        for wire in network.wires:
            self.into.setdefault(wire.target, []).append(wire)
            self.out_of.setdefault(wire.source, []).append(wire)

    def why_not(self, wire: Wire, instead_of: Wire | None = None) -> str:
        """Return why a wire can't be, as a sentence, or an empty text.

        Args:
            wire: The wire.
            instead_of: The wire that it would replace.
        """
        if wire.source == wire.target:
            return _("A layer can't feed itself.")
        if wire in self._wires and wire != instead_of:
            return _("These two are connected already.")
        if self._circles(wire):
            words = _("This would close a circle: what leaves “{name}” comes from here.")
            return words.format(name=wire.target)
        return self.misfit(wire, instead_of)

    def shape_of(self, name: str, port: str = "out") -> Shape | None:
        """Return the shape that leaves a node, if it is known."""
        found = self._report.nodes.get(self._origin(name, port)) if self._report else None
        return found.out_shape if found is not None else None

    def sources(self, name: str) -> Iterable[str]:
        """The nodes from which wires enter one."""
        return (wire.source for wire in self.into.get(name, ()))

    def targets(self, name: str) -> Iterable[str]:
        """The nodes to which wires lead from one."""
        return (wire.target for wire in self.out_of.get(name, ()))

    def need(self, wire: Wire, instead_of: Wire | None = None) -> Need | None:
        """Return all that decides which shapes may enter where a wire does; None: any may.

        Args:
            wire: The wire; where it comes from does not matter.
            instead_of: The wire that it would replace.
        """
        node = self._network.nodes[wire.target]
        block = block_of(node, self._project.blocks)
        if block is not None and not node.mute:
            return Need(str(node.params[BLOCK]), port=wire.target_port)
        inputs = edits.ports(self._project, node)[0]
        if len(inputs) != 1 or node.mute:
            return None
        if not inputs[0].many:
            return Need(node.type, repr(node.params))
        others = [w for w in self.into.get(wire.target, ()) if w != instead_of]
        known = [s for w in others if (s := self.shape_of(w.source, w.source_port)) is not None]
        if not known or len(known) < len(others):
            return None
        return Need(node.type, repr(node.params), beside=tuple(known))

    def _circles(self, wire: Wire) -> bool:
        """Whether a path leads from where a wire ends to where it begins.

        Whoever asks about many wires holds one end of them: what lies beyond that end is looked up once.
        """
        if wire.source in self._before:
            return wire.target in self._before[wire.source]
        if wire.target not in self._behind:
            self._before[wire.source] = _beyond(wire.source, self.sources)
            self._behind[wire.target] = _beyond(wire.target, self.targets)
        return wire.source in self._behind[wire.target]

    def misfit(self, wire: Wire, instead_of: Wire | None = None) -> str:
        """Return why a layer can't take what would flow in along a wire, or an empty text."""
        shape = self.shape_of(wire.source, wire.source_port)
        need = self.need(wire, instead_of) if shape is not None else None
        if shape is None or need is None:
            return ""
        question = (need, shape)
        if question not in self._answers:
            self._answers[question] = self._refusal(wire.target, need, shape)
        return self._answers[question]

    def _refusal(self, target: str, need: Need, shape: Shape) -> str:
        if need.port:
            return block_misfit(self._project.blocks[need.what], need.port, shape)
        return _misfit(self._network.nodes[target], [*need.beside, shape])


def _beyond(name: str, next_to: Callable[[str], Iterable[str]]) -> frozenset[str]:
    """Every node to which a path leads from this one."""
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        for other in next_to(waiting.pop()):
            if other not in seen:
                seen.add(other)
                waiting.append(other)
    return frozenset(seen)


def _misfit(node: Node, shapes: Sequence[Shape]) -> str:
    """Ask a node's layer; one with wrong settings has a problem of its own already."""
    if node.mute:
        return ""
    try:
        return misfit(LAYERS.make(node.type, node.params), *shapes)
    except ProjectError:
        return ""


def misfit(layer: Layer, *shapes: Shape) -> str:
    """Return why a layer can't take these shapes, with what would mend it, or an empty text."""
    try:
        layer.check(*shapes)
    except ShapeError as error:
        return capital(f"{error} {error.hint}".strip())
    return ""


def block_misfit(block: Block, port: str, shape: Shape) -> str:
    """Return why the first layers inside of a block can't take a shape, or an empty text."""
    for wire in block.wires:
        node = block.nodes.get(wire.target)
        if wire.source == port and node is not None and node.type in LAYERS:
            inputs = LAYERS.get(node.type).inputs
            if len(inputs) == 1 and not inputs[0].many and (why := _misfit(node, [shape])):
                return _("In “{layer}”: {message}").format(layer=wire.target, message=why)
    return ""


def fits_after(layer: str, shape: Shape | None) -> bool:
    """Whether a layer, as it comes from the palette, can take a shape (unknown ones fit)."""
    cls = LAYERS.get(layer)
    if not cls.inputs:
        return False
    if shape is None or len(cls.inputs) != 1 or cls.inputs[0].many:
        return True
    return not misfit(LAYERS.make(layer, {}), shape)
