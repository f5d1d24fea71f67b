"""Where all wires of a port may go together: asked once for hundreds of wires, not wire by wire."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterable, Sequence
from typing import TypeVar

from engine.layers.base import Shape
from projects.schema import Wire
from workbench.fitting import Fitting, Need

End = tuple[str, str]
Indices = dict[str, int]
K = TypeVar("K", bound=Hashable)


class MovingWires:
    """Judges the ports to which all wires of one port would be taken.

    A port is refused for the first of the wires that :class:`workbench.fitting.Fitting` refuses there. That
    one is looked up here; then only it is asked about.

    Args:
        fitting: Judges single wires of the same place.
        wires: The wires, in order; all of them have one end at the same port.
        output: Whether it is the output that they leave.
    """

    def __init__(self, fitting: Fitting, wires: Sequence[Wire], *, output: bool) -> None:
        self._fitting = fitting
        self._wires = wires
        self._output = output
        self._held = {_held(wire, output): index for index, wire in enumerate(wires)}
        self._nodes = _first((name, i) for (name, _port), i in self._held.items())
        self._reached = self._reach()
        self._there = self._existing()
        self._needs = self._first_needs() if output else {}
        self._shapes = {} if output else self._first_shapes()
        self._unfit: dict[Shape | Need, int | None] = {}

    def why_not(self, node: str, port: str) -> str:
        """Return why the wires can't be at a port, as a sentence, or an empty text."""
        found = [
            self._nodes.get(node),
            self._there.get((node, port)),
            self._reached.get(node),
            self._first_unfit(node, port),
        ]
        index = min((i for i in found if i is not None), default=None)
        return "" if index is None else self._ask(index, node, port)

    def _ask(self, index: int, node: str, port: str) -> str:
        wire = self._wires[index]
        return self._fitting.why_not(self._moved(wire, node, port), wire)

    def _moved(self, wire: Wire, node: str, port: str) -> Wire:
        if self._output:
            return Wire(node, wire.target, port, wire.target_port)
        return Wire(wire.source, node, wire.source_port, port)

    def _existing(self) -> dict[End, int]:
        """The ports at which one of the wires is already, each with the first such wire."""
        found: dict[End, int] = {}
        beside = self._fitting.into if self._output else self._fitting.out_of
        for name in self._nodes:
            for wire in beside.get(name, ()):
                index = self._held.get(_held(wire, self._output))
                if index is not None and wire != self._wires[index]:
                    end = _held(wire, not self._output)
                    found[end] = min(index, found.get(end, index))
        return found

    def _reach(self) -> Indices:
        """The nodes to or from which a path leads from what holds the wires, with the first of these.

        What is known to be reached from an earlier one need not be followed any further.
        """
        follow = self._fitting.targets if self._output else self._fitting.sources
        found: Indices = {}
        for name, index in sorted(self._nodes.items(), key=lambda entry: entry[1]):
            waiting = deque([name])
            while waiting:
                here = waiting.popleft()
                for other in follow(here):
                    if other not in found:
                        found[other] = index
                        waiting.append(other)
        return found

    # ------------------------------------------------------------------------------ shapes

    def _first_needs(self) -> dict[Need, int]:
        """What the held inputs need, each with the first wire that enters such a one."""
        needs = ((self._fitting.need(wire, wire), i) for i, wire in enumerate(self._wires))
        return _first((need, i) for need, i in needs if need is not None)

    def _first_shapes(self) -> dict[Shape, int]:
        """The shapes that leave the held outputs, each with the first wire that carries it."""
        shapes = (
            (self._fitting.shape_of(wire.source, wire.source_port), i)
            for i, wire in enumerate(self._wires)
        )
        return _first((shape, i) for shape, i in shapes if shape is not None)

    def _first_unfit(self, node: str, port: str) -> int | None:
        """The first wire that is refused for its shape; ports that are alike are judged once."""
        about: Shape | Need | None
        indices: Iterable[int]
        if self._output:
            about, indices = self._fitting.shape_of(node, port), self._needs.values()
        else:
            first = self._wires[0]
            about = self._fitting.need(self._moved(first, node, port), first)
            indices = self._shapes.values()
        if about is None:
            return None
        if about not in self._unfit:
            refused = (i for i in sorted(indices) if self._misfits(i, node, port))
            self._unfit[about] = next(refused, None)
        return self._unfit[about]

    def _misfits(self, index: int, node: str, port: str) -> bool:
        wire = self._wires[index]
        return bool(self._fitting.misfit(self._moved(wire, node, port), wire))


def _held(wire: Wire, output: bool) -> End:
    """The end that a wire keeps when the other, an output or an input, is taken elsewhere."""
    return (wire.target, wire.target_port) if output else (wire.source, wire.source_port)


def _first(entries: Iterable[tuple[K, int]]) -> dict[K, int]:
    """Every key with the first number that comes with it."""
    found: dict[K, int] = {}
    for key, number in entries:
        found.setdefault(key, number)
    return found
