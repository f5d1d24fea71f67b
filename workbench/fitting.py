"""Whether two ports may be connected, and if not, why: in words, with the shapes."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from gettext import gettext as _

from engine.layers.base import LAYERS, Layer, Shape, ShapeError
from engine.protocol import NetworkReport
from projects.errors import ProjectError
from projects.schema import Network, Node, Wire
from workbench.edits import ports


class Fitting:
    """Judges wires of one network as it is now.

    Args:
        network: The network.
        report: What the last check found out about it, or None.
    """

    def __init__(self, network: Network, report: NetworkReport | None) -> None:
        self._network = network
        self._report = report
        self._ancestors: dict[str, frozenset[str]] = {}
        self._answers: dict[tuple[str, str, tuple[Shape, ...]], str] = {}
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

    def shape_of(self, name: str) -> Shape | None:
        """Return the shape that leaves a node, if it is known."""
        node = self._report.nodes.get(name) if self._report else None
        return node.out_shape if node else None

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
        inputs = ports(node.type)[0]
        shape = self.shape_of(wire.source)
        if shape is None or len(inputs) != 1:
            return ""
        shapes = [shape]
        if inputs[0].many:
            others = [w for w in self._into.get(wire.target, ()) if w != instead_of]
            known = [s for w in others if (s := self.shape_of(w.source)) is not None]
            if not known or len(known) < len(others):
                return ""
            shapes = [*known, shape]
        question = (node.type, repr(node.params), tuple(shapes))
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


def fits_after(layer: str, shape: Shape | None) -> bool:
    """Whether a layer, as it comes from the palette, can take a shape (unknown ones fit)."""
    cls = LAYERS.get(layer)
    if not cls.inputs:
        return False
    if shape is None or len(cls.inputs) != 1 or cls.inputs[0].many:
        return True
    return not misfit(LAYERS.make(layer, {}), shape)
