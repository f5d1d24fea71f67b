"""The working order of nodes, and everything that can be wrong with wires."""

from __future__ import annotations

import subprocess
import sys

import pytest

from engine.graph import plan
from projects.schema import Network, Node, Wire
from tests.engine.drawn import chain, drawn, node


def said(network: Network) -> list[tuple[str, str, str]]:
    return [(p.where, p.severity, f"{p.message} {p.hint}") for p in plan(network, "net").problems]


def only(network: Network) -> tuple[str, str, str]:
    problems = said(network)
    assert len(problems) == 1, problems
    return problems[0]


def test_a_chain_runs_from_input_to_output() -> None:
    found = plan(chain(node("linear"), node("relu")))
    assert [step.id for step in found.steps] == ["x", "n0", "n1", "y"]
    assert (found.entry, found.output, found.problems) == ("x", "y", ())


def test_order_does_not_hang_on_the_order_of_the_file() -> None:
    network = drawn(
        "x > a > b > y", y=node("output"), b=node("relu"), a=node("linear"), x=node("input")
    )
    assert [step.id for step in plan(network).steps] == ["x", "a", "b", "y"]


def test_wires_into_one_port_keep_their_order() -> None:
    network = drawn(
        "x > b, x > a, b > sum, a > sum > y",
        x=node("input"),
        a=node("relu"),
        b=node("tanh"),
        sum=node("concat"),
        y=node("output"),
    )
    assert next(s for s in plan(network).steps if s.id == "sum").sources == ("b", "a")


def test_an_empty_network_lacks_both_ends() -> None:
    words = " ".join(message for _, _, message in said(Network()))
    assert "no Input" in words
    assert "no Output" in words


def test_a_circle_is_shown_in_its_order() -> None:
    network = drawn(
        "x > add > a > b > add, b > y",
        x=node("input"),
        add=node("add"),
        a=node("relu"),
        b=node("relu"),
        y=node("output"),
    )
    where, severity, words = only(network)
    assert where.startswith("net.nodes.")
    assert severity == "error"
    assert any(c in words for c in ("add → a → b → add", "a → b → add → a", "b → add → a → b"))


def test_a_node_wired_to_itself_is_a_circle() -> None:
    network = drawn("x > a > a, x > y", x=node("input"), a=node("add"), y=node("output"))
    assert any("a → a" in words for _, _, words in said(network))


def test_a_dangling_wire_names_the_nearest_node() -> None:
    network = drawn(
        "x > relu1 > y, x > relu2", x=node("input"), relu1=node("relu"), y=node("output")
    )
    where, _, words = only(network)
    assert where == "net.wires.2"
    assert "relu2" in words
    assert "relu1" in words


@pytest.mark.parametrize(
    ("wire", "words"),
    [
        (Wire("x", "n0", "left", "in"), "no port called “left”"),
        (Wire("x", "n0", "out", "side"), "no port called “side”"),
        (Wire("y", "n0"), "nothing can leave “y”"),
        (Wire("n0", "x"), "nothing can flow into “x”"),
    ],
)
def test_a_wire_to_a_port_that_is_not_there(wire: Wire, words: str) -> None:
    network = chain(node("relu"))
    broken = Network(nodes=network.nodes, wires=(*network.wires, wire))
    where, severity, message = only(broken)
    assert (where, severity) == ("net.wires.2", "error")
    assert words in message


def test_several_wires_into_a_port_that_takes_one() -> None:
    network = drawn(
        "x > a > y, x > b > y", x=node("input"), a=node("relu"), b=node("tanh"), y=node("output")
    )
    where, _, words = only(network)
    assert where == "net.nodes.y"
    assert "from a, b" in words
    assert "Concatenate" in words


def test_the_same_wire_twice() -> None:
    network = chain(node("relu"))
    twice = Network(nodes=network.nodes, wires=(*network.wires, network.wires[0]))
    assert "twice" in only(twice)[2]


def test_a_layer_without_input_on_the_way_to_the_output() -> None:
    network = drawn("a > y, x", x=node("input"), a=node("relu"), y=node("output"))
    where, severity, words = only(network)
    assert (where, severity) == ("net.nodes.a", "error")
    assert "nothing flows in" in words


def test_a_merge_needs_two_wires() -> None:
    assert "at least 2" in only(chain(node("add")))[2]


def test_layers_that_take_no_part_are_a_warning_only() -> None:
    network = drawn(
        "x > a > y, x > b",
        x=node("input"),
        a=node("relu"),
        b=node("tanh"),
        c=node("linear"),
        y=node("output"),
    )
    assert [(where, severity) for where, severity, _ in said(network)] == [
        ("net.nodes.b", "warning"),
        ("net.nodes.c", "warning"),
    ]
    assert plan(network).needed == {"x", "a", "y"}


@pytest.mark.parametrize(
    ("extra", "where"), [("output", "net.nodes.more"), ("noise", "net.nodes.more")]
)
def test_each_end_is_there_once(extra: str, where: str) -> None:
    network = drawn(
        "x > y, x > more" if extra == "output" else "x > y",
        x=node("input"),
        y=node("output"),
        more=node(extra),
    )
    assert (where, "error") in [(place, severity) for place, severity, _ in said(network)]


def test_unknown_types_and_parameters_are_named_in_place() -> None:
    network = chain(node("liner"), node("linear", unit=3), node("linear", units=10**12))
    problems = said(network)
    assert [where for where, _, _ in problems[:3]] == [
        "net.nodes.n0.type",
        "net.nodes.n1.unit",
        "net.nodes.n2.units",
    ]
    assert "linear" in problems[0][2]


def test_names_that_no_code_could_use() -> None:
    network = Network(
        nodes={"a b": Node(type="relu"), "x": Node(type="input"), "y": Node(type="output")},
        wires=(Wire("x", "y"),),
    )
    assert said(network)[0][0] == "net.nodes.a b"


SHARING = [
    ("nowhere", "no layer called"),
    ("b", "in a circle"),
    ("r", "which is of type relu"),
]


@pytest.mark.parametrize(("target", "words"), SHARING)
def test_sharing_that_cannot_be(target: str, words: str) -> None:
    network = drawn(
        "x > a > r > b > y",
        x=node("input"),
        a=node("linear"),
        r=node("relu"),
        b=node("linear", shares=target),
        y=node("output"),
    )
    where, severity, message = only(network)
    assert (where, severity) == ("net.nodes.b.shares", "error")
    assert words in message


def test_a_layer_without_weights_cannot_share() -> None:
    network = chain(node("relu"), node("relu", shares="n0"))
    assert "no weights" in only(network)[2]


def test_a_sharing_layer_has_the_parameters_of_its_owner() -> None:
    agreeing = chain(node("linear", units=8), node("linear", shares="n0"))
    step = plan(agreeing).steps[2]
    assert step.owner == "n0"
    assert step.layer == plan(agreeing).steps[1].layer
    where, _, words = only(chain(node("linear", units=8), node("linear", shares="n0", units=9)))
    assert where == "net.nodes.n1.units"
    assert "where the value is 8" in words


def test_sharing_follows_a_line_of_shares() -> None:
    network = chain(node("linear"), node("linear", shares="n0"), node("linear", shares="n1"))
    assert [step.owner for step in plan(network).steps[1:4]] == ["n0", "n0", "n0"]


def test_planning_needs_no_torch() -> None:
    code = "import sys, engine.graph, engine.validate; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_guesses_are_made_for_the_first_problems_only() -> None:
    nodes = {f"layer{i}": Node(type="relu") for i in range(60)}
    wires = tuple(Wire(f"layer{i}", f"layr{i + 1}") for i in range(59))
    hints = [
        p.hint for p in plan(Network(nodes=nodes, wires=wires)).problems if "ends at" in p.message
    ]
    assert len(hints) == 59
    assert hints[0]
    assert not hints[-1]
