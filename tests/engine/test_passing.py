"""Layers that are bypassed, and bends in wires: no steps of the network."""

from __future__ import annotations

import pytest
import torch

from engine.compute.network import build
from engine.compute.survey import survey
from engine.export.pytorch import document
from engine.graph import plan
from engine.layers.base import Shape
from projects import files
from projects.schema import Data, Network, Plug, Project, Wire
from tests.engine.drawn import chain, drawn, node

VECTOR = {"input": Shape((6,))}


def said(network: Network) -> list[tuple[str, str]]:
    return [(p.where, f"{p.message} {p.hint}") for p in survey(network, VECTOR, "net").problems]


def test_a_bypassed_layer_is_as_if_it_were_not_there() -> None:
    network = chain(node("linear", units=6), node("tanh", mute=True), node("linear", units=6))
    without = chain(node("linear", units=6), node("linear", units=6))
    torch.manual_seed(0)
    module = build(network, VECTOR)
    torch.manual_seed(0)
    plain = build(without, VECTOR)
    x = torch.randn(4, 6)
    assert torch.equal(module(x), plain(x))
    assert [name for name, _child in module.named_children()] == ["n0", "n2"]
    assert torch.equal(module.forward_to("n1", x), module.forward_to("n0", x))


def test_several_in_a_row_pass_on_what_entered_the_first() -> None:
    network = chain(
        node("linear", units=6), node("relu", mute=True), node("reroute"), node("tanh", mute=True)
    )
    module = build(network, VECTOR)
    x = torch.randn(4, 6)
    assert torch.equal(module(x), module.get_submodule("n0")(x))
    found = survey(network, VECTOR)
    assert {str(found.shapes[name]) for name in ("n0", "n1", "n2", "n3", "y")} == {"6"}
    assert found.costs.keys() == {"n0", "y"}


def test_a_bypassed_layer_of_several_ports_passes_on_what_enters_the_first() -> None:
    nodes = {
        "x": node("input"),
        "a": node("relu"),
        "b": node("tanh"),
        "pair": node("bilinear", mute=True),
        "y": node("output"),
    }
    wires = (
        Wire("x", "a"),
        Wire("x", "b"),
        Wire("b", "pair", target_port="other"),
        Wire("a", "pair"),
        Wire("pair", "y"),
    )
    x = torch.randn(4, 6)
    assert torch.equal(build(Network(nodes=nodes, wires=wires), VECTOR)(x), torch.relu(x))


def test_a_bypassed_junction_passes_on_what_enters_first() -> None:
    network = drawn(
        "x > a, x > b, a > sum > y, b > sum",
        x=node("input"),
        a=node("relu"),
        b=node("tanh"),
        sum=node("add", mute=True),
        y=node("output"),
    )
    module = build(network, VECTOR)
    x = torch.randn(4, 6)
    assert torch.equal(module(x), torch.relu(x))


def test_shapes_that_do_not_fit_are_no_matter_while_a_layer_is_bypassed() -> None:
    convolution = chain(node("conv2d", mute=True), node("linear"))
    assert said(convolution) == []
    assert [where for where, _words in said(chain(node("conv2d"), node("linear")))] == [
        "net.nodes.n0"
    ]
    wrong = chain(node("linear", mute=True, units=-1), node("no_such_layer", mute=True))
    assert said(wrong) == []


@pytest.mark.parametrize("end", ["x", "y"])
def test_the_ends_of_a_network_cannot_be_bypassed(end: str) -> None:
    nodes = {"x": node("input", mute=end == "x"), "y": node("output", mute=end == "y")}
    ((where, words),) = said(drawn("x > y", nodes=nodes))
    assert where == f"net.nodes.{end}.mute"
    assert "bypass" in words


def test_weights_of_a_bypassed_layer_are_not_there_for_others() -> None:
    network = chain(node("linear", units=6, mute=True), node("linear", shares="n0"))
    ((where, words),) = said(network)
    assert where == "net.nodes.n1.shares"
    assert "bypassed" in words
    both = chain(node("linear", units=6, mute=True), node("linear", shares="n0", mute=True))
    assert said(both) == []


def test_nothing_passes_what_nothing_enters() -> None:
    network = drawn("a > y", x=node("input"), a=node("reroute"), y=node("output"))
    ((where, words),) = said(network)
    assert where == "net.nodes.a"
    assert "nothing flows in" in words


def test_bends_carry_indices_too() -> None:
    words = {"input": Shape((8,), "index", 50)}
    network = chain(node("reroute"), node("embedding", features=4))
    assert survey(network, words).problems == []


def test_the_written_code_knows_nothing_of_them() -> None:
    network = chain(node("linear", units=3), node("reroute"), node("dropout", mute=True))
    text = document({"net": build(network, VECTOR)}, "net.safetensors")
    assert "Identity" not in text
    assert "Dropout" not in text
    assert text == document(
        {"net": build(chain(node("linear", units=3)), VECTOR)}, "net.safetensors"
    )


def test_order_and_needs_are_those_of_the_wires() -> None:
    found = plan(chain(node("relu", mute=True)))
    assert [step.id for step in found.steps] == ["x", "n0", "y"]
    assert found.needed == {"x", "n0", "y"}


def test_the_file_says_it_and_leaves_it_out_otherwise() -> None:
    project = Project(
        data=Data(source=Plug("digits")),
        objective=Plug("classification"),
        networks={"classifier": chain(node("relu", mute=True), node("tanh"))},
    )
    text = files.dumps(project)
    assert "n0: {type: relu, at: [0, 0], mute: true}" in text
    assert text.count("mute") == 1
    assert files.loads(text) == project
