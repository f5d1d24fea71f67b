"""Taking all wires of a port elsewhere is judged as if every wire had been asked about."""

from __future__ import annotations

import random

import pytest

from engine.blocks import ports_of
from engine.layers.base import Shape
from engine.protocol import NetworkReport, NodeReport
from projects.schema import Block, Network, Node, Project, Wire
from tests.workbench.test_edits import NET
from tests.workbench.test_edits import project as drawn
from workbench import edits
from workbench.fitting import Fitting
from workbench.moving_wires import MovingWires

TYPES = ("linear", "relu", "conv2d", "flatten", "add", "concat", "max_pool2d", "output", "input")
SHAPES = (Shape((4,)), Shape((3, 8, 8)), Shape((16, 4, 4)), None)
BLOCK = Block(
    nodes={
        "in": Node(type="input"),
        "conv": Node(type="conv2d"),
        "side": Node(type="input"),
        "out": Node(type="output"),
    },
    wires=(Wire("in", "conv"), Wire("conv", "out")),
)


def some_project(seed: int, count: int = 24) -> tuple[Project, NetworkReport]:
    """Layers wired by chance, forwards and backwards, with blocks, bypassed ones and many shapes."""
    chance = random.Random(seed)
    nodes = {
        f"n{i}": Node(type=chance.choice(TYPES), mute=chance.random() < 0.1) for i in range(count)
    }
    for i in range(0, count, 7):
        nodes[f"n{i}"] = Node(type="block", params={"block": "b"}, mute=chance.random() < 0.2)
    ends = {name: ports_of(node, {"b": BLOCK}) for name, node in nodes.items()}
    leave = [(name, port.name) for name, (_in, out) in ends.items() for port in out]
    enter = [(name, port.name) for name, (into, _out) in ends.items() for port in into]
    wires = {
        Wire(source, target, left, entered)
        for source, left in leave
        for target, entered in chance.sample(enter, chance.choice((0, 1, 1, 4)))
        if source != target
    }
    value = drawn()
    graph = Network(nodes=nodes, wires=tuple(sorted(wires, key=str)))
    value = edits.with_graph(edits.with_block(value, "b", BLOCK), NET, graph)
    reports = {
        name: NodeReport(out_shape=chance.choice(SHAPES))
        for name in [*nodes, *(f"{name}/out" for name in nodes)]
    }
    return value, NetworkReport(nodes=reports)


def one_by_one(fitting: Fitting, wires: list[Wire], output: bool, node: str, port: str) -> str:
    for wire in wires:
        ends = (node, wire.target, port, wire.target_port)
        moved = Wire(*ends) if output else Wire(wire.source, node, wire.source_port, port)
        if reason := fitting.why_not(moved, wire):
            return reason
    return ""


@pytest.mark.parametrize("output", [True, False])
@pytest.mark.parametrize("seed", range(8))
def test_the_answers_are_those_of_every_single_wire(seed: int, output: bool) -> None:
    value, report = some_project(seed)
    graph = edits.graph_of(value, NET)
    groups: dict[tuple[str, str], list[Wire]] = {}
    for wire in graph.wires:
        end = (wire.source, wire.source_port) if output else (wire.target, wire.target_port)
        groups.setdefault(end, []).append(wire)
    answers = set()
    for origin, wires in groups.items():
        moving = MovingWires(Fitting(value, NET, report), wires, output=output)
        fitting = Fitting(value, NET, report)
        for name, node in graph.nodes.items():
            for port in edits.ports(value, node)[output]:
                if (name, port.name) != origin:
                    expected = one_by_one(fitting, wires, output, name, port.name)
                    assert moving.why_not(name, port.name) == expected
                    answers.add(expected.split(":")[0])
    assert len(answers) > 3  # the layers by chance are of every kind


def test_a_wire_is_refused_where_its_shape_does_not_fit() -> None:
    """The one layer among three hundred that could not take it is named, whichever it is."""
    followers = {f"r{i}": Node(type="relu") for i in range(300)} | {"c": Node(type="conv2d")}
    nodes = {"a": Node(type="input"), "b": Node(type="linear"), **followers}
    graph = Network(nodes=nodes, wires=tuple(Wire("a", name) for name in followers))
    value = edits.with_graph(drawn(), NET, graph)
    shapes = {"a": Shape((3, 8, 8)), "b": Shape((4,))}
    report = NetworkReport(nodes={n: NodeReport(out_shape=s) for n, s in shapes.items()})
    fitting = Fitting(value, NET, report)
    wires = list(edits.graph_of(value, NET).wires)
    moving = MovingWires(fitting, wires, output=True)
    assert moving.why_not("b", "out") == fitting.why_not(Wire("b", "c"), Wire("a", "c")) != ""
    assert MovingWires(fitting, wires[:-1], output=True).why_not("b", "out") == ""
    assert "itself" in moving.why_not("r7", "out")
