"""What a proposal knows of a problem, and what it is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from engine.blocks import Ports
from engine.layers.base import LAYERS, Layer, Shape, ShapeError
from engine.protocol import Checked
from projects.errors import Problem, ProjectError
from projects.schema import Graph, Node, Project, Wire
from projects.translation import Phrase, phrases
from workbench import edits, scope


@dataclass(frozen=True)
class Candidate:
    """An edit that may mend a problem.

    Attributes:
        title: What it does, as a command: ``Insert Flatten before “linear”``.
        project: The project after it.
        last_resort: Whether it is worth offering only where nothing else helps.
        strict: Whether it helps only if no other error takes the place of the one that is gone.
    """

    title: str
    project: Project
    last_resort: bool = False
    strict: bool = False


@dataclass(frozen=True)
class Trouble:
    """A problem in a network, and what is known around it.

    Attributes:
        project: The project that has it.
        checked: What the check found out, the problem included.
        problem: The problem.
        network: The place of the graph: a network, or inside of one of its blocks.
        node: Id of the node, or empty when the problem is one of wires or of the whole network.
        rest: What follows in the problem's place: a parameter, or ``wires`` and a number.
    """

    project: Project
    checked: Checked
    problem: Problem
    network: str
    node: str = ""
    rest: tuple[str, ...] = ()

    @property
    def graph(self) -> Graph:
        """The graph."""
        return edits.graph_of(self.project, self.network)

    @property
    def layer(self) -> Node:
        """The node that has the problem."""
        return self.graph.nodes[self.node]

    @cached_property
    def into(self) -> tuple[Wire, ...]:
        """The wires that enter the node."""
        return tuple(wire for wire in self.graph.wires if wire.target == self.node)

    @cached_property
    def out_of(self) -> tuple[Wire, ...]:
        """The wires that leave the node."""
        return tuple(wire for wire in self.graph.wires if wire.source == self.node)

    def shape_of(self, name: str, port: str = "out") -> Shape | None:
        """The shape that leaves a node, if it is known."""
        report = self.checked.networks.get(scope.network_of(self.network))
        return scope.shape_at(report, self.project, self.network, name, port)

    def ports(self, name: str) -> Ports:
        """The ports that wires enter and leave at a node."""
        return edits.ports(self.project, self.graph.nodes[name])

    def insert(self, wire: Wire, *layers: tuple[str, dict[str, Any]]) -> Project:
        """The project with layers, in order, put into a wire."""
        made, entered = self.project, wire
        for layer, params in layers:
            at = self.graph.nodes[wire.target].at
            made, name = edits.add_into(made, self.network, layer, at, entered)
            for key, value in params.items():
                made = edits.set_param(made, self.network, (name,), key, value)
            port = LAYERS.get(layer).outputs[0].name
            entered = Wire(name, wire.target, port, wire.target_port)
        return made

    def set(self, node: str, **params: Any) -> Project:
        """The project with other parameters of a node."""
        made = self.project
        for key, value in params.items():
            made = edits.set_param(made, self.network, (node,), key, value)
        return made


def trouble_of(project: Project, checked: Checked, problem: Problem) -> Trouble | None:
    """Return what is known around a problem, or None where it is not one of a network.

    Args:
        project: The project that was checked.
        checked: What the check found out.
        problem: One of its problems.
    """
    head, *parts = problem.where.split(".")
    if head != "networks" or not parts or parts[0] not in project.networks:
        return None
    network, rest = parts[0], parts[1:]
    if len(rest) > 1 and rest[0] == "nodes":
        place, node = scope.place_of(network, rest[1])
        graph = edits.found(project, place)
        if graph is None:
            return None
        if node in graph.nodes:
            return Trouble(project, checked, problem, place, node, tuple(rest[2:]))
    return Trouble(project, checked, problem, network, "", tuple(rest))


def takes(layer: str, params: dict[str, Any], *shapes: Shape) -> bool:
    """Whether a layer with parameters takes these shapes."""
    try:
        LAYERS.make(layer, params).admit(*shapes)
    except (ShapeError, ProjectError):
        return False
    return True


def made_of(node: Node) -> Layer | None:
    """The layer of a node, or None when its parameters are wrong."""
    try:
        return LAYERS.make(node.type, node.params)
    except ProjectError:
        return None


def titled(layer: str) -> str:
    """What people call a type of layer."""
    return Phrase(lambda: LAYERS.get(layer).title)


def outputs_of(name: str, count: int) -> str:
    """The words for changing how many numbers leave a layer."""
    words = phrases("Give “{name}” {count} output", "Give “{name}” {count} outputs", count)
    return words.format(name=name, count=count)
