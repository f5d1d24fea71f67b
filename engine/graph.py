"""The order in which a network's nodes work, and everything wrong with how they are wired.

Torch-free: the window, the checks, the builder and the exporter all read the same :class:`Plan`.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import msgspec

from engine.blocks import Flat, unfold
from engine.layers.base import LAYERS, Layer
from engine.roster import roster
from projects.errors import Problem, did_you_mean
from projects.fields import join
from projects.schema import Block, Network, Node, Wire
from projects.translation import gettext as _

MOST_HINTS = 20  # guessing takes long among many names, and nobody reads a thousand guesses


class Step(NamedTuple):
    """One node at work.

    Attributes:
        id: The node.
        layer: Its layer with parameters; None when these are wrong.
        sources: Nodes whose results flow in, by port and then by wire; empty for entries.
        owner: The node whose weights this one uses; itself unless it shares.
        complete: Whether every port has what it needs.
        passes: Whether it is bypassed or only a bend: what its first source gives leaves unchanged.
    """

    id: str
    layer: Layer | None
    sources: tuple[str, ...]
    owner: str
    complete: bool
    passes: bool = False


@dataclass(frozen=True)
class Plan:
    """A network in working order.

    Attributes:
        steps: Nodes in an order in which each comes after its sources; nodes of a cycle are left out.
        needed: Nodes on which the output depends; every node when there is no output.
        entry: The node through which the network is fed, or None.
        labels: The nodes at which it is told a class, all of them the same one.
        output: The node that marks the result, or None.
        problems: What is wrong with layers and wires.
        flat: The network with its blocks unfolded; the ids of steps are those of this one.
    """

    steps: tuple[Step, ...]
    needed: frozenset[str]
    entry: str | None
    output: str | None
    problems: tuple[Problem, ...]
    flat: Flat
    labels: tuple[str, ...] = ()


def plan(network: Network, where: str = "", blocks: Mapping[str, Block] | None = None) -> Plan:
    """Put a network in working order.

    Args:
        network: The network; nothing about it needs to be right.
        where: Its dotted path (``networks.generator``), for problems.
        blocks: Blocks of the project, for nodes that stand for one.
    """
    return _Planner(unfold(network, blocks or {}), where).plan()


class _Planner:
    """Collects problems while it reads one network."""

    def __init__(self, flat: Flat, where: str) -> None:
        self.flat = flat
        self.nodes: Mapping[str, Node] = flat.network.nodes
        self.wires = flat.network.wires
        self.where = where
        self.roster = roster(flat.network, where)
        self.problems: list[Problem] = list(self.roster.problems)

    def plan(self) -> Plan:
        """Read everything; see :func:`plan`."""
        incoming = self._incoming()
        order = self._order(incoming)
        entry = self._only("entry")
        output = self._only("output")
        needed = _ancestors(output, incoming) if output else frozenset(self.nodes)
        steps = tuple(self._step(name, incoming[name], name in needed) for name in order)
        self._idle(needed, incoming)
        found = self.flat.told(self.problems, self.where)
        own = [
            msgspec.structs.replace(problem, where=join(self.where, problem.where))
            for problem in self.flat.problems
        ]
        labels = tuple(name for name in order if name in needed and self._is_label(name))
        return Plan(steps, needed, entry, output, (*own, *found), self.flat, labels)

    def _say(self, where: str, message: str, hint: str = "", severity: str = "error") -> None:
        place = join(self.where, where) if where else self.where
        self.problems.append(Problem(place, message, hint, severity))

    # ---------------------------------------------------------------- wires

    def _incoming(self) -> dict[str, list[Wire]]:
        """Wires that make sense, by target."""
        incoming: dict[str, list[Wire]] = {name: [] for name in self.nodes}
        seen: set[tuple[str, str, str, str]] = set()
        for index, wire in enumerate(self.wires):
            key = (wire.source, wire.source_port, wire.target, wire.target_port)
            if not self._sensible(index, wire):
                continue
            if key in seen and not self._many(wire):
                self._say(
                    f"wires.{index}", _("this wire is there twice ({wire}).").format(wire=wire)
                )
                continue
            seen.add(key)
            incoming[wire.target].append(wire)
        return incoming

    def _many(self, wire: Wire) -> bool:
        layer = LAYERS.entries.get(self.nodes[wire.target].type)
        return layer is None or any(p.many for p in layer.inputs if p.name == wire.target_port)

    def _sensible(self, index: int, wire: Wire) -> bool:
        for name in (wire.source, wire.target):
            if name not in self.nodes:
                self._say(
                    f"wires.{index}",
                    _("the wire {wire} ends at “{name}”, which is not there.").format(
                        wire=wire, name=name
                    ),
                    did_you_mean(name, self.nodes) if len(self.problems) < MOST_HINTS else "",
                )
                return False
        return self._port(index, wire, wire.source, wire.source_port, True) and self._port(
            index, wire, wire.target, wire.target_port, False
        )

    def _port(self, index: int, wire: Wire, name: str, port: str, leaves: bool) -> bool:
        layer = LAYERS.entries.get(self.nodes[name].type)
        if layer is None:  # said already; its ports are not known
            return True
        side = layer.outputs if leaves else layer.inputs
        for candidate in side:
            if candidate.name == port:
                return True
        known = [p.name for p in side]
        if known:
            message = _("“{name}” has no port called “{port}” ({wire}).")
        elif leaves:
            message = _("nothing can leave “{name}”, which marks the result ({wire}).")
        else:
            message = _("nothing can flow into “{name}”, where the network begins ({wire}).")
        hint = did_you_mean(port, known) if known else _("Delete this wire.")
        self._say(f"wires.{index}", message.format(name=name, port=port, wire=wire), hint)
        return False

    def _order(self, incoming: Mapping[str, list[Wire]]) -> list[str]:
        """Kahn's algorithm; ties go by the order in the file."""
        waiting = {name: len(wires) for name, wires in incoming.items()}
        after: dict[str, list[str]] = defaultdict(list)
        for name, wires in incoming.items():
            for wire in wires:
                after[wire.source].append(name)
        ready = deque(name for name, count in waiting.items() if count == 0)
        order = []
        while ready:
            name = ready.popleft()
            order.append(name)
            for target in after[name]:
                waiting[target] -= 1
                if waiting[target] == 0:
                    ready.append(target)
        if len(order) < len(self.nodes):
            self._say_cycle(_cycle({n for n, count in waiting.items() if count}, incoming))
        return order

    def _say_cycle(self, circle: list[str]) -> None:
        self._say(
            f"nodes.{circle[0]}",
            _("the wires run in a circle: {circle}.").format(
                circle=" → ".join([*circle, circle[0]])
            ),
            _("Delete one of these wires: what flows through a network never returns."),
        )

    # ---------------------------------------------------------------- ends and gaps

    def _only(self, end: str) -> str | None:
        """The one entry, or the one output; says so when there is none or several."""
        found = [n for n, node in self.nodes.items() if _is_end(node.type, end)]
        if not found:
            self._say("", *_MISSING_END[end]())
        for name in found[1:]:
            self._say(f"nodes.{name}", *_SECOND_END[end](found[0]))
        return found[0] if found else None

    def _step(self, name: str, wires: Sequence[Wire], needed: bool) -> Step:
        if name in self.roster.passing:
            return self._passing(name, wires, needed)
        sources: list[str] = []
        complete = True
        layer = LAYERS.entries.get(self.nodes[name].type)
        for port in layer.inputs if layer else ():
            enter = [wire.source for wire in wires if wire.target_port == port.name]
            sources += enter
            fewest = layer.fewest if layer and port.many else 1
            if len(enter) < fewest:
                complete = False
                if needed:
                    self._say_missing(name, port.name, len(enter), fewest)
            elif len(enter) > 1 and not port.many:
                complete = False
                self._say_crowded(name, enter)
        return Step(
            name, self.roster.layers[name], tuple(sources), self.roster.owners[name], complete
        )

    def _passing(self, name: str, wires: Sequence[Wire], needed: bool) -> Step:
        """A node that only passes on what enters first: at its first port, by its first wire."""
        if len(wires) > 1:
            layer = LAYERS.entries.get(self.nodes[name].type)
            ports = [port.name for port in layer.inputs] if layer else []
            wires = sorted(wires, key=lambda wire: _place(wire.target_port, ports))
        sources = tuple(wire.source for wire in wires[:1])
        if not sources and needed:
            _node, port = self.flat.ports.get(name, ("", "in"))
            self._say_missing(name, port, 0, 1)
        elif len(wires) > 1 and not self.nodes[name].mute:
            self._say_crowded(name, [wire.source for wire in wires])
        return Step(name, None, sources, name, bool(sources), passes=True)

    def _say_missing(self, name: str, port: str, given: int, fewest: int) -> None:
        if fewest > 1:
            message = _("needs at least {fewest} wires that enter it, has {given}.")
            self._say(f"nodes.{name}", message.format(fewest=fewest, given=given))
            return
        message = _("nothing flows in.") if port == "in" else _("nothing flows in at “{port}”.")
        hint = _("Draw a wire to it from the layer that comes before, or delete it.")
        self._say(f"nodes.{name}", message.format(port=port), hint)

    def _say_crowded(self, name: str, sources: list[str]) -> None:
        self._say(
            f"nodes.{name}",
            _("several wires enter a port that takes one: from {names}.").format(
                names=", ".join(sources)
            ),
            _("Join them with an Add or a Concatenate layer."),
        )

    def _idle(self, needed: frozenset[str], incoming: Mapping[str, list[Wire]]) -> None:
        wired = {wire.source for wires in incoming.values() for wire in wires}
        taking_part = {name.partition("/")[0] for name in needed}
        told: set[str] = set()
        for name in self.nodes:
            if name in needed or name in self.flat.ports or self._is_entry(name):
                continue
            outer = name.partition("/")[0]
            shown = name if outer in taking_part else outer  # a block that is idle as a whole
            loose = shown == name and name not in wired and not incoming[name]
            message = (
                _("is not connected and takes no part.")
                if loose
                else _("nothing leads from here to the output, so it takes no part.")
            )
            if shown not in told:
                told.add(shown)
                self._say(f"nodes.{shown}", message, _("Connect it, or delete it."), "warning")

    def _is_entry(self, name: str) -> bool:
        return _is_end(self.nodes[name].type, "entry")

    def _is_label(self, name: str) -> bool:
        layer = LAYERS.entries.get(self.nodes[name].type)
        return layer is not None and layer.entry == "label"


def _place(port: str, ports: Sequence[str]) -> int:
    return ports.index(port) if port in ports else len(ports)


def _is_end(tag: str, end: str) -> bool:
    layer = LAYERS.entries.get(tag)
    if layer is None:
        return False
    return layer.entry in ("input", "noise") if end == "entry" else not layer.outputs


_MISSING_END = {
    "entry": lambda: (
        _("the network has no Input (or Noise) layer, so nothing can flow in."),
        _("Add one and connect it to the first layer."),
    ),
    "output": lambda: (
        _("the network has no Output layer."),
        _("Add one after the last layer to mark the result."),
    ),
}

_SECOND_END = {
    "entry": lambda first: (
        _("a network is fed at one place, and “{name}” is that already.").format(name=first),
        _("Delete one of them, and draw all its wires from the other."),
    ),
    "output": lambda first: (
        _("a network has one result, and “{name}” marks it already.").format(name=first),
        _("Delete one of the two Output layers."),
    ),
}


def _ancestors(name: str, incoming: Mapping[str, list[Wire]]) -> frozenset[str]:
    found = {name}
    queue = [name]
    while queue:
        for wire in incoming[queue.pop()]:
            if wire.source not in found:
                found.add(wire.source)
                queue.append(wire.source)
    return frozenset(found)


def _cycle(stuck: set[str], incoming: Mapping[str, list[Wire]]) -> list[str]:
    """Walk upstream inside ``stuck`` until a node comes up again; every stuck node has a stuck source."""
    path: list[str] = []
    name = min(stuck)
    while name not in path:
        path.append(name)
        name = next(wire.source for wire in incoming[name] if wire.source in stuck)
    circle = path[path.index(name) :]
    return circle[::-1]
