"""Blocks: graphs that stand for one node of others, and what a network is with all of them unfolded.

Torch-free. Everything that works with a network (its plan, its shapes, the modules, the exported code) works
with the unfolded one, where ids tell where a layer stands: ``res1/conv`` is the layer ``conv`` of the block
for which the node ``res1`` stands, ``res1/2/conv`` that of the second of several copies in a row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import msgspec

from engine.layers.base import LAYERS, Port
from engine.layers.ends import Input, Output
from engine.layers.reroute import Reroute
from projects.errors import Problem, ProjectError, did_you_mean
from projects.fields import fields_of, join, read_struct
from projects.schema import BLOCK, Block, Graph, Network, Node, Placing, Project, Wire
from projects.translation import gettext as _

MOST_NODES = 20_000
DEEPEST = 16
PLACING = tuple(entry.name for entry in fields_of(Placing))
_COPY = re.compile(r"/\d+(?=/|$)")

Ports = tuple[tuple[Port, ...], tuple[Port, ...]]
PLAIN: Ports = ((Port("in"),), (Port("out"),))


class Instance(NamedTuple):
    """A node that stands for a block.

    Attributes:
        inputs: The unfolded nodes at which it is entered, by port.
        outputs: The unfolded nodes at which it is left, by port.
    """

    inputs: dict[str, str]
    outputs: dict[str, str]


@dataclass(frozen=True)
class Flat:
    """A network with every block unfolded.

    Attributes:
        network: The layers and wires that work; without blocks the network itself.
        ports: Nodes that only pass on what enters or leaves a block: the node that stands for it,
            and the name of the port.
        instances: Nodes that stand for blocks, however deep.
        wires: For each wire the place that problems with it have (``wires.3``).
        given: For settings inside of blocks that were given from outside (``res1/conv.filters``, without
            the numbers of copies): where (``res1.filters``).
        problems: What is wrong with blocks and with the wires at them.
    """

    network: Network
    ports: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    instances: Mapping[str, Instance] = field(default_factory=dict)
    wires: tuple[str, ...] = ()
    given: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def place(self, inner: str) -> str:
        """Return where a problem is told whose place in the unfolded network is ``inner``.

        Args:
            inner: Dotted path below the network: ``nodes.res1/conv.filters``, ``wires.4``.
        """
        head, _dot, rest = inner.partition(".")
        name, _dot, setting = rest.partition(".")
        if head == "wires" and name.isdigit() and int(name) < len(self.wires):
            return self.wires[int(name)]
        if head != "nodes":
            return inner
        if name in self.ports:
            return f"nodes.{self.ports[name][0]}"
        place = f"{name}.{setting}"
        while (outside := self.given.get(_COPY.sub("", place))) is not None:
            place = outside
        return f"nodes.{place}".removesuffix(".")

    def told(self, problems: Iterable[Problem], where: str) -> list[Problem]:
        """Return problems at the places where people find them, those of copies once.

        Args:
            problems: What is wrong with the unfolded network.
            where: Dotted path of the network.
        """
        if not self.instances:
            return list(problems)
        seen: set[tuple[str, str]] = set()
        found = []
        for problem in problems:
            inner = problem.where.removeprefix(where).removeprefix(".")
            place = join(where, self.place(inner)) if inner else problem.where
            key = (_COPY.sub("", place), problem.message)
            if key not in seen:
                seen.add(key)
                found.append(msgspec.structs.replace(problem, where=place))
        return found


def block_of(node: Node, blocks: Mapping[str, Block]) -> Block | None:
    """Return the block for which a node stands, if it does and there is one."""
    name = node.params.get("block") if node.type == BLOCK else None
    return blocks.get(name) if isinstance(name, str) else None


def block_ports(block: Graph) -> Ports:
    """Return the ports that wires enter and leave at nodes that stand for a block."""
    ends: dict[str, list[Port]] = {Input.tag(): [], Output.tag(): []}
    for name, node in block.nodes.items():
        if node.type in ends:
            ends[node.type].append(Port(name, title=name))
    return tuple(ends[Input.tag()]), tuple(ends[Output.tag()])


def ports_of(node: Node, blocks: Mapping[str, Block]) -> Ports:
    """Return the ports that wires enter and leave at a node; an unknown layer has one of each."""
    block = block_of(node, blocks)
    if block is not None:
        return block_ports(block)
    layer = LAYERS.entries.get(node.type)
    return (layer.inputs, layer.outputs) if layer is not None else PLAIN


def leaves(name: str, port: str, node: Node, blocks: Mapping[str, Block]) -> str:
    """Return the unfolded node whose result leaves a node at a port.

    Args:
        name: The node as it is drawn.
        port: Name of the port.
        node: The node itself.
        blocks: Blocks of the project.
    """
    if block_of(node, blocks) is None or node.mute:
        return name
    return f"{_last(name, node)}{port}"


def users(graph: Graph, name: str) -> Iterator[str]:
    """Yield the nodes of a graph that stand for the block of this name."""
    for key, node in graph.nodes.items():
        if node.type == BLOCK and node.params.get("block") == name:
            yield key


def unfold(network: Network, blocks: Mapping[str, Block]) -> Flat:
    """Return a network with every block replaced by what is in it.

    Args:
        network: The network; nothing about it needs to be right.
        blocks: Blocks of the project.
    """
    if not any(node.type == BLOCK for node in network.nodes.values()):
        return Flat(network)
    return _Unfolder(blocks).unfold(network)


def kinds_of(project: Project) -> frozenset[str]:
    """Return the kinds of all nodes in the networks of a project and in its blocks."""
    graphs: tuple[Graph, ...] = (*project.networks.values(), *project.blocks.values())
    return frozenset(node.type for graph in graphs for node in graph.nodes.values())


def block_problems(blocks: Mapping[str, Block]) -> list[Problem]:
    """Say what is wrong with blocks by themselves: ends that are missing, settings that lead nowhere."""
    return [problem for name, block in blocks.items() for problem in _own_problems(name, block)]


def _own_problems(name: str, block: Block) -> Iterator[Problem]:
    inputs, outputs = block_ports(block)
    for missing, word in ((not inputs, _("Input")), (not outputs, _("Output"))):
        if missing:
            yield Problem(
                f"blocks.{name}",
                _(
                    "the block “{name}” has no {end} layer, so no wire can be drawn to it there."
                ).format(name=name, end=word),
                _("Enter it and add one."),
                "warning",
            )
    for offer, targets in block.params.items():
        for target in targets:
            inside = target.partition(".")[0]
            if inside not in block.nodes:
                yield Problem(
                    f"blocks.{name}.params.{offer}",
                    _("there is no layer called “{name}” in this block.").format(name=inside),
                    did_you_mean(inside, block.nodes),
                    "warning",
                )


def _repeat(node: Node) -> int:
    """How many copies there are, as far as the node says it rightly."""
    value = node.params.get("repeat", 1)
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 1 else 1


def _last(name: str, node: Node) -> str:
    count = _repeat(node)
    return f"{name}/{count}/" if count > 1 else f"{name}/"


class _WrongError(Exception):
    """A node cannot stand for a block; carries why."""

    def __init__(self, where: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.problem = Problem(where, message, hint)


class _Unfolder:
    """Collects the nodes and wires of one network."""

    def __init__(self, blocks: Mapping[str, Block]) -> None:
        self.blocks = blocks
        self.nodes: dict[str, Node] = {}
        self.wires: list[Wire] = []
        self.places: list[str] = []
        self.ports: dict[str, tuple[str, str]] = {}
        self.instances: dict[str, Instance] = {}
        self.given: dict[str, str] = {}
        self.problems: list[Problem] = []
        self._sizes: dict[str, int] = {}

    def unfold(self, network: Network) -> Flat:
        """Unfold everything; see :func:`unfold`."""
        self._graph(network, "", {}, None, ())
        flat = msgspec.structs.replace(network, nodes=self.nodes, wires=tuple(self.wires))
        return Flat(
            flat,
            self.ports,
            self.instances,
            tuple(self.places),
            self.given,
            tuple(self.problems),
        )

    # ---------------------------------------------------------------- graphs

    def _graph(
        self,
        graph: Graph,
        head: str,
        values: Mapping[str, Mapping[str, Any]],
        like: str | None,
        chain: tuple[str, ...],
    ) -> None:
        """Add the nodes and wires of a graph.

        Args:
            graph: What is drawn.
            head: What its ids begin with from now on.
            values: Settings by node that were given from outside.
            like: The head of another copy whose weights this one uses.
            chain: The blocks that are being unfolded.
        """
        for name, node in graph.nodes.items():
            inner = msgspec.structs.replace(node, params={**node.params, **values.get(name, {})})
            if node.type == BLOCK and not node.mute:
                self._place(graph, name, inner, head, like, chain)
            elif chain and node.type in (Input.tag(), Output.tag()):
                self.nodes[head + name] = Node(type=Reroute.tag())
                self.ports[head + name] = (_standing(head), name)
            else:
                self.nodes[head + name] = self._shared(inner, head, name, like)
        self._connect(graph, head)

    def _shared(self, node: Node, head: str, name: str, like: str | None) -> Node:
        """A layer whose weights are those of its counterpart, or of another one of its graph."""
        if node.shares is not None:
            return msgspec.structs.replace(node, shares=head + node.shares)
        layer = LAYERS.entries.get(node.type)
        if like is None or layer is None or not layer.parametric:
            return node
        return msgspec.structs.replace(node, shares=like + name)

    def _connect(self, graph: Graph, head: str) -> None:
        """Add the wires of a graph, each to the layers that it leads from and to."""
        entered: set[tuple[str, str]] = set()
        for index, wire in enumerate(graph.wires):
            place = f"nodes.{head}{wire.target}" if head else f"wires.{index}"
            source, target = head + wire.source, head + wire.target
            source_port, target_port = wire.source_port, wire.target_port
            if source in self.instances:
                outputs = self.instances[source].outputs
                if source_port not in outputs:
                    self._say_port(place, wire, wire.source, source_port, outputs)
                    continue
                source, source_port = outputs[source_port], "out"
            elif self._muted(graph, wire.source):
                source_port = "out"
            if target in self.instances:
                inputs = self.instances[target].inputs
                if target_port not in inputs:
                    self._say_port(place, wire, wire.target, target_port, inputs)
                    continue
                if (target, target_port) in entered:
                    self._say_crowded(target, target_port)
                    continue
                entered.add((target, target_port))
                target, target_port = inputs[target_port], "in"
            elif self._muted(graph, wire.target):
                first = ports_of(graph.nodes[wire.target], self.blocks)[0]
                if first and target_port != first[0].name:
                    continue
                target_port = "in"
            self.wires.append(Wire(source, target, source_port, target_port))
            self.places.append(place)

    def _muted(self, graph: Graph, name: str) -> bool:
        node = graph.nodes.get(name)
        return node is not None and node.mute and node.type == BLOCK

    # ---------------------------------------------------------------- nodes that stand for a block

    def _place(
        self,
        graph: Graph,
        name: str,
        node: Node,
        head: str,
        like: str | None,
        chain: tuple[str, ...],
    ) -> None:
        """Unfold one node, or say why that cannot be."""
        before = len(self.problems)
        try:
            self._unfold(graph, name, node, head, like, chain)
        except _WrongError as wrong:
            self.problems.append(wrong.problem)
        except ProjectError as error:
            self.problems.extend(error.problems)
        if len(self.problems) > before and head + name not in self.instances:
            self.nodes[head + name] = Node(type=BLOCK)

    def _unfold(
        self,
        graph: Graph,
        name: str,
        node: Node,
        head: str,
        like: str | None,
        chain: tuple[str, ...],
    ) -> None:
        key = head + name
        where = f"nodes.{key}"
        owner = self._owner(graph, name, where)
        params = {**graph.nodes[owner].params, **node.params} if owner != name else node.params
        settings = {k: v for k, v in params.items() if k in PLACING}
        placing = read_struct(Placing, settings, where)
        block = self._block(placing, where, chain)
        values = self._values(block, {k: v for k, v in params.items() if k not in PLACING}, key)
        self._check_size(placing, where)
        inputs, outputs = block_ports(block)
        if placing.repeat > 1 and len(inputs) != len(outputs):
            raise _WrongError(
                f"{where}.repeat",
                _(
                    "a block in a row needs as many outputs as inputs; “{name}” has {out} and {into}."
                ).format(name=placing.block, out=len(outputs), into=len(inputs)),
                _("Repeat it once, or change the block."),
            )
        if owner != name:
            like = head
        example = owner if owner != name else name
        heads = [f"{key}/{i}/" for i in range(1, placing.repeat + 1)]
        heads = heads if placing.repeat > 1 else [f"{key}/"]
        self.instances[key] = Instance(
            {port.name: heads[0] + port.name for port in inputs},
            {port.name: heads[-1] + port.name for port in outputs},
        )
        for number, inner in enumerate(heads):
            shared = number > 0 and placing.weights == "shared"
            model = None if like is None else f"{like}{example}{inner.removeprefix(key)}"
            model = heads[0] if shared else model
            self._graph(block, inner, values, model, (*chain, placing.block))
            if number:
                self._chain(heads[number - 1], inner, inputs, outputs, where)

    def _chain(
        self, left: str, right: str, inputs: tuple[Port, ...], outputs: tuple[Port, ...], where: str
    ) -> None:
        for leave, enter in zip(outputs, inputs, strict=True):
            self.wires.append(Wire(left + leave.name, right + enter.name))
            self.places.append(where)

    def _block(self, placing: Placing, where: str, chain: tuple[str, ...]) -> Block:
        block = self.blocks.get(placing.block)
        if block is None:
            raise _WrongError(
                f"{where}.block",
                _("the project has no block called “{name}”.").format(name=placing.block[:64]),
                did_you_mean(placing.block, self.blocks),
            )
        if placing.block in chain:
            circle = " → ".join([*chain[chain.index(placing.block) :], placing.block])
            raise _WrongError(
                where,
                _("a block cannot contain itself: {circle}.").format(circle=circle),
                _("Delete this node."),
            )
        if len(chain) >= DEEPEST:
            raise _WrongError(
                where,
                _("blocks can stand in each other {count} deep at most.").format(count=DEEPEST),
                _("Expand some of them."),
            )
        return block

    def _owner(self, graph: Graph, name: str, where: str) -> str:
        """Follow ``shares`` to the node that has the weights."""
        seen = [name]
        while (other := graph.nodes[seen[-1]].shares) is not None:
            node, own = graph.nodes.get(other), graph.nodes[name]
            if node is None:
                message = _("there is no layer called “{name}” here.").format(name=other)
                raise _WrongError(f"{where}.shares", message)
            if other in seen:
                message = _("layers share weights in a circle: {circle}.").format(
                    circle=" → ".join([*seen, other])
                )
                hint = _("One of them has to have weights of its own.")
                raise _WrongError(f"{where}.shares", message, hint)
            if node.type != BLOCK or node.params.get("block") != own.params.get("block"):
                message = _("cannot use the weights of “{name}”, which is not the same block.")
                hint = _("Share with a node of the same block.")
                raise _WrongError(f"{where}.shares", message.format(name=other), hint)
            if node.mute:
                message = _("uses the weights of “{name}”, which is bypassed.").format(name=other)
                hint = _("Bypass this layer too, or let it have its own weights.")
                raise _WrongError(f"{where}.shares", message, hint)
            seen.append(other)
        self._agree(graph.nodes[name], graph.nodes[seen[-1]], seen[-1], where)
        return seen[-1]

    def _agree(self, own: Node, owner: Node, name: str, where: str) -> None:
        """A node that shares has the settings of its owner; those it names itself must agree."""
        for key, value in own.params.items():
            if owner is not own and owner.params.get(key) != value:
                raise _WrongError(
                    f"{where}.{key}",
                    _(
                        "this layer uses the weights of “{name}”, where the value is {value}."
                    ).format(name=name, value=owner.params.get(key, _("another"))),
                    _("Set the same value, or let the layer have weights of its own."),
                )

    def _values(
        self, block: Block, params: Mapping[str, Any], key: str
    ) -> dict[str, dict[str, Any]]:
        """Settings by node inside, from what the node says from outside."""
        values: dict[str, dict[str, Any]] = {}
        for name, value in params.items():
            if name not in block.params:
                raise _WrongError(
                    f"nodes.{key}.{name}",
                    _("there is no setting of this name here."),
                    did_you_mean(name, [*block.params, *PLACING]),
                )
            for target in block.params[name]:
                inside, _dot, setting = target.partition(".")
                values.setdefault(inside, {})[setting] = value
                self.given[_COPY.sub("", f"{key}/{target}")] = f"{key}.{name}"
        return values

    def _check_size(self, placing: Placing, where: str) -> None:
        count = placing.repeat * self._size(placing.block, ()) + len(self.nodes)
        if count > MOST_NODES:
            raise _WrongError(
                where,
                _("the blocks unfold to {count:,} layers; the limit is {limit:,}.").format(
                    count=count, limit=MOST_NODES
                ),
                _("Repeat them less often."),
            )

    def _size(self, name: str, chain: tuple[str, ...]) -> int:
        """How many nodes a block unfolds to; one that contains itself is told elsewhere."""
        if name in chain or name not in self.blocks:
            return 1
        if name not in self._sizes:
            inner = (*chain, name)
            total = 0
            for node in self.blocks[name].nodes.values():
                inside = node.params.get("block") if node.type == BLOCK else None
                size = self._size(inside, inner) if isinstance(inside, str) else 1
                total += size * _repeat(node)
            self._sizes[name] = total
        return self._sizes[name]

    # ---------------------------------------------------------------- sentences

    def _say_port(self, place: str, wire: Wire, name: str, port: str, known: Iterable[str]) -> None:
        message = _("“{name}” has no port called “{port}” ({wire}).")
        self.problems.append(
            Problem(
                place, message.format(name=name, port=port, wire=wire), did_you_mean(port, known)
            )
        )

    def _say_crowded(self, key: str, port: str) -> None:
        self.problems.append(
            Problem(
                f"nodes.{key}",
                _("several wires enter at “{port}”, which takes one.").format(port=port),
                _("Join them with an Add or a Concatenate layer."),
            )
        )


def _standing(head: str) -> str:
    """The node that stands for the block whose ids begin with ``head``."""
    return re.sub(r"/\d+\Z", "", head.removesuffix("/"))
