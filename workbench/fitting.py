"""Whether two ports may be connected, and if not, why: in words, with the shapes."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from gettext import gettext as _

from engine.blocks import block_of
from engine.layers.base import LAYERS, Layer, Shape, ShapeError
from engine.protocol import NetworkReport
from projects.errors import ProjectError
from projects.schema import Block, Network, Node, Project, Wire
from workbench import edits, scope


class Fitting:
    """Judges wires of one place as it is now.

    Args:
        project: The project.
        place: A network, or inside of one of its blocks.
        report: What the last check found out about the network, or None.
    """

    def __init__(self, project: Project, place: str, report: NetworkReport | None) -> None:
        network = edits.found(project, place) or Network()
        self._project = project
        self._place = place
        self._network = network
        self._report = report
        self._ancestors: dict[str, frozenset[str]] = {}
        self._answers: dict[tuple[str, str, bool, tuple[Shape, ...]], str] = {}
        self._wires = frozenset(network.wires)
        self._into: dict[str, list[Wire]] = {}
        for wire in network.wires:
            self._into.setdefault(wire.target, []).append(wire)

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
        if wire.target in self._before(wire.source):
            return _("This would close a circle: what leaves “{name}” comes from here.").format(
                name=wire.target
            )
        return self._shapes(wire, instead_of)

    def shape_of(self, name: str, port: str = "out") -> Shape | None:
        """Return the shape that leaves a node, if it is known."""
        return scope.shape_at(self._report, self._project, self._place, name, port)

    def _before(self, name: str) -> frozenset[str]:
        """Every node from which a path leads to this one."""
        if name not in self._ancestors:
            seen: set[str] = set()
            waiting = deque([name])
            while waiting:
                for wire in self._into.get(waiting.popleft(), ()):
                    if wire.source not in seen:
                        seen.add(wire.source)
                        waiting.append(wire.source)
            self._ancestors[name] = frozenset(seen)
        return self._ancestors[name]

    def _shapes(self, wire: Wire, instead_of: Wire | None) -> str:
        """Ask the layer about what would flow in."""
        node = self._network.nodes[wire.target]
        inputs = edits.ports(self._project, node)[0]
        shape = self.shape_of(wire.source, wire.source_port)
        block = block_of(node, self._project.blocks)
        if shape is not None and block is not None and not node.mute:
            return block_misfit(block, wire.target_port, shape)
        if shape is None or len(inputs) != 1:
            return ""
        shapes = [shape]
        if inputs[0].many:
            others = [w for w in self._into.get(wire.target, ()) if w != instead_of]
            known = [s for w in others if (s := self.shape_of(w.source, w.source_port)) is not None]
            if not known or len(known) < len(others):
                return ""
            shapes = [*known, shape]
        question = (node.type, repr(node.params), node.mute, tuple(shapes))
        if question not in self._answers:
            self._answers[question] = _misfit(node, shapes)
        return self._answers[question]


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
        return f"{error} {error.hint}".strip()
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
