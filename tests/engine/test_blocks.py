"""Blocks unfolded: which layers and weights there are, where problems are told, what is refused."""

from __future__ import annotations

import msgspec
import pytest
import torch

from engine.blocks import MOST_NODES, block_problems, unfold
from engine.compute import carry
from engine.compute.network import GraphModule, build, count_parameters
from engine.compute.survey import survey
from engine.export.pytorch import document
from engine.layers.base import Shape
from projects.errors import Problem
from projects.schema import BLOCK, Block, Network, Node, Wire
from tests.engine.drawn import drawn, node

FED = {"input": Shape((8,))}


def stands(block: str = "res", **params: object) -> Node:
    shares = params.pop("shares", None)
    mute = bool(params.pop("mute", False))
    named: str | None = shares if isinstance(shares, str) else None
    return Node(type=BLOCK, shares=named, mute=mute, params={"block": block, **params})


def residual(**changes: object) -> Block:
    inner = drawn(
        "in > fc > act > sum, in > sum > out",
        nodes={
            "in": node("input"),
            "fc": node("linear", units=8),
            "act": node("relu"),
            "sum": node("add"),
            "out": node("output"),
        },
    )
    made = Block(nodes=inner.nodes, wires=inner.wires, params={"units": ("fc.units",)})
    return msgspec.structs.replace(made, **changes)


def network(*nodes: Node, **named: Node) -> Network:
    inner = {f"res{i}": n for i, n in enumerate(nodes, 1)} | named
    return drawn(
        " > ".join(("x", *inner, "y")), nodes={"x": node("input"), **inner, "y": node("output")}
    )


def made(drawn_: Network, **blocks: Block) -> GraphModule:
    torch.manual_seed(0)
    return build(drawn_, FED, blocks=blocks or {"res": residual()})


def problems(drawn_: Network, **blocks: Block) -> list[Problem]:
    return survey(drawn_, FED, "networks.net", blocks or {"res": residual()}).problems


def only(drawn_: Network, **blocks: Block) -> Problem:
    (found,) = problems(drawn_, **blocks)
    return found


def test_a_network_without_blocks_is_itself() -> None:
    plain = network(res1=node("relu"))
    assert unfold(plain, {}).network is plain


def test_a_block_computes_what_its_layers_compute_drawn_out() -> None:
    inside = made(network(stands()))
    outside = build(
        drawn(
            "x > fc > act > sum, x > sum > y",
            x=node("input"),
            fc=node("linear", units=8),
            act=node("relu"),
            sum=node("add"),
            y=node("output"),
        ),
        FED,
    )
    outside.load_state_dict({k.replace("res1_", ""): v for k, v in inside.state_dict().items()})
    x = torch.randn(5, 8)
    assert torch.equal(inside(x), outside(x))
    assert list(inside.layer_modules()) == ["res1/fc", "res1/act", "res1/sum"]


def test_settings_from_outside_reach_the_layers_inside() -> None:
    wide = msgspec.structs.replace(residual(), wires=_without_skip())
    found = survey(network(stands(units=24)), FED, "", {"res": wide})
    assert found.shapes["res1/fc"] == Shape((24,))
    assert not found.errors


def _without_skip() -> tuple[Wire, ...]:
    return (Wire("in", "fc"), Wire("fc", "act"), Wire("act", "out"))


def test_copies_in_a_row_have_weights_of_their_own_or_those_of_the_first() -> None:
    one = count_parameters(made(network(stands())))
    own, shared = made(network(stands(repeat=3))), made(network(stands(repeat=3, weights="shared")))
    assert count_parameters(own) == 3 * one
    assert count_parameters(shared) == one
    x = torch.randn(4, 8)
    (layer,) = (m for m in shared.modules() if isinstance(m, torch.nn.Linear))
    value = x
    for _copy in range(3):
        value = torch.relu(layer(value)) + value
    assert torch.allclose(shared(x), value)
    assert "res1/2/fc" in own.layer_modules()


def test_two_nodes_of_a_block_can_share_all_their_weights() -> None:
    module = made(network(stands(), stands(shares="res1")))
    assert count_parameters(module) == 72
    x = torch.randn(4, 8)
    (layer,) = (m for m in module.modules() if isinstance(m, torch.nn.Linear))
    once = torch.relu(layer(x)) + x
    assert torch.allclose(module(x), torch.relu(layer(once)) + once)


def test_blocks_stand_in_blocks_and_pass_settings_on() -> None:
    outer = Block(
        nodes={
            "in": node("input"),
            "a": stands(repeat=2),
            "b": stands(shares="a", repeat=2),
            "out": node("output"),
        },
        wires=(Wire("in", "a"), Wire("a", "b"), Wire("b", "out")),
        params={"units": ("a.units",)},
    )
    module = made(network(stands("outer", repeat=2)), res=residual(), outer=outer)
    assert count_parameters(module) == 2 * 2 * 72
    assert "res1/2/a/1/fc" in module.layer_modules()
    (problem,) = {
        (p.where, p.message)
        for p in problems(network(stands("outer", units=0)), res=residual(), outer=outer)
        if p.where.endswith("units")
    }
    assert problem[0] == "networks.net.nodes.res1.units"


def test_several_ports_keep_their_order() -> None:
    two = Block(
        nodes={
            "in": node("input"),
            "in_2": node("input"),
            "out": node("output"),
            "out_2": node("output"),
            "flip": node("tanh"),
        },
        wires=(Wire("in", "flip"), Wire("flip", "out_2"), Wire("in_2", "out")),
    )
    net = Network(
        nodes={
            "x": node("input"),
            "act": node("relu"),
            "cross": stands("two"),
            "both": node("concat"),
            "y": node("output"),
        },
        wires=(
            Wire("x", "act"),
            Wire("x", "cross"),
            Wire("act", "cross", "out", "in_2"),
            Wire("cross", "both", "out_2"),
            Wire("cross", "both", "out"),
            Wire("both", "y"),
        ),
    )
    x = torch.randn(3, 8)
    expected = torch.cat((torch.tanh(x), torch.relu(x)), 1)
    assert torch.equal(build(net, FED, blocks={"two": two})(x), expected)


def test_a_bypassed_block_passes_on_what_enters() -> None:
    module = made(network(stands(mute=True), res2=node("relu")))
    x = torch.randn(3, 8)
    assert torch.equal(module(x), torch.relu(x))
    assert count_parameters(module) == 0


def test_exported_code_has_the_layers_of_blocks() -> None:
    module = build(network(stands(repeat=2)), FED, blocks={"res": residual()})
    text = document({"net": module}, "net.safetensors")
    assert "self.res1_1_fc = nn.Linear(8, 8)" in text
    assert "self.res1_2_fc = nn.Linear(8, 8)" in text
    assert "reroute" not in text


def test_names_inside_blocks_never_clash_with_those_outside() -> None:
    module = made(network(stands(), res1_fc=node("linear", units=8)))
    assert count_parameters(module) == 2 * 72
    assert set(module.layer_modules()) >= {"res1/fc", "res1_fc"}


def test_the_report_has_the_sums_of_blocks_and_what_is_inside() -> None:
    report = survey(network(stands(repeat=2)), FED, "", {"res": residual()}).report()
    assert report.parameters == 144
    assert report.nodes["res1"].parameters == 144
    assert report.nodes["res1"].in_shapes == (Shape((8,)),)
    assert report.nodes["res1"].out_shape == Shape((8,))
    assert report.nodes["res1/2/fc"].parameters == 72


@pytest.mark.parametrize(
    ("drawn_", "where", "words"),
    [
        (network(stands("rse")), "res1.block", "no block called “rse”"),
        (network(Node(type=BLOCK)), "res1.block", "missing"),
        (network(stands(block=3)), "res1.block", "expected text"),  # type: ignore[arg-type]
        (network(stands(repeat=0)), "res1.repeat", "1 to 1,000"),
        (network(stands(repeat=10**12)), "res1.repeat", "1 to 1,000"),
        (network(stands(weights="lent")), "res1.weights", "one of own, shared"),
        (network(stands(unit=3)), "res1.unit", "no setting of this name"),
        (network(stands(units=-1)), "res1.units", "whole number"),
        (network(stands(units=10**12)), "res1.units", "whole number"),
        (network(stands(shares="nobody")), "res1.shares", "no layer called “nobody”"),
        (network(stands(shares="res1")), "res1.shares", "circle"),
        (network(stands(shares="fc"), fc=node("relu")), "res1.shares", "not the same block"),
        (network(stands(mute=True), stands(shares="res1")), "res2.shares", "bypassed"),
        (network(stands(), stands(shares="res1", repeat=2)), "res2.repeat", "weights of “res1”"),
    ],
)
def test_what_is_wrong_with_a_node_is_told_at_it(drawn_: Network, where: str, words: str) -> None:
    found = [p for p in problems(drawn_) if p.severity == "error"]
    assert [p.where for p in found] == [f"networks.net.nodes.{where}"], found
    assert words in found[0].message


def test_a_problem_inside_is_told_inside_and_once_for_all_copies() -> None:
    wrong = residual()
    wrong = msgspec.structs.replace(wrong, nodes={**wrong.nodes, "fc": node("conv2d")})
    found = [p.where for p in problems(network(stands(repeat=5), stands()), res=wrong)]
    assert found[0] == "networks.net.nodes.res1/1/fc"


def test_a_block_that_does_not_fit_itself_is_told_at_the_copy_that_fails() -> None:
    narrowing = msgspec.structs.replace(
        residual(),
        nodes={**residual().nodes, "less": node("linear", units=4)},
        wires=(
            *(w for w in residual().wires if w.target != "out"),
            Wire("sum", "less"),
            Wire("less", "out"),
        ),
    )
    found = problems(network(stands("g", repeat=3)), g=narrowing)
    assert [p.where for p in found] == ["networks.net.nodes.res1/2/sum"]


def test_a_block_needs_its_wires() -> None:
    apart = msgspec.structs.replace(network(stands()), wires=(Wire("res1", "y"),))
    missing = [p for p in problems(apart) if p.severity == "error"]
    assert [p.where for p in missing] == ["networks.net.nodes.res1"]
    twice = network(stands())
    twice = msgspec.structs.replace(
        twice,
        nodes={**twice.nodes, "x2": node("relu")},
        wires=(*twice.wires, Wire("x", "x2"), Wire("x2", "res1")),
    )
    assert "several wires" in problems(twice)[0].message
    wrong = msgspec.structs.replace(
        network(stands()), wires=(Wire("x", "res1", "out", "inn"), Wire("res1", "y"))
    )
    assert any("no port called “inn”" in p.message and "“in”" in p.hint for p in problems(wrong))


def test_a_block_that_is_idle_as_a_whole_is_told_once() -> None:
    idle = network(res1=node("relu"))
    idle = msgspec.structs.replace(idle, nodes={**idle.nodes, "spare": stands(repeat=4)})
    found = only(idle)
    assert (found.where, found.severity) == ("networks.net.nodes.spare", "warning")


def test_a_block_cannot_contain_itself() -> None:
    a = residual()
    a = msgspec.structs.replace(a, nodes={**a.nodes, "fc": stands("b")})
    b = msgspec.structs.replace(a, nodes={**a.nodes, "fc": stands("a")}, params={})
    a = msgspec.structs.replace(a, params={})
    found = [p for p in problems(network(stands("a")), a=a, b=b) if p.severity == "error"]
    assert found[0].where == "networks.net.nodes.res1/fc/fc"
    assert "a → b → a" in found[0].message


def test_more_layers_than_the_limit_are_refused_before_any_is_made() -> None:
    blocks = {"b0": residual(params={})}
    for depth in range(1, 6):
        outer = residual(params={})
        blocks[f"b{depth}"] = msgspec.structs.replace(
            outer, nodes={**outer.nodes, "fc": stands(f"b{depth - 1}", repeat=1000)}
        )
    found = [
        p for p in problems(network(stands("b5", repeat=1000)), **blocks) if p.severity == "error"
    ]
    assert [p.where for p in found] == ["networks.net.nodes.res1"]
    assert f"{MOST_NODES:,}" in found[0].message


def test_blocks_are_not_nested_without_end() -> None:
    blocks = {"b0": residual(params={})}
    for depth in range(1, 40):
        outer = residual(params={})
        blocks[f"b{depth}"] = msgspec.structs.replace(
            outer, nodes={**outer.nodes, "fc": stands(f"b{depth - 1}")}
        )
    found = [p for p in problems(network(stands("b39")), **blocks) if p.severity == "error"]
    assert any("deep at most" in p.message for p in found)


def test_a_block_says_which_ends_and_targets_it_lacks() -> None:
    lame = residual(params={"units": ("fcc.units",)})
    lame = msgspec.structs.replace(lame, nodes={k: v for k, v in lame.nodes.items() if k != "in"})
    found = {p.where: p for p in block_problems({"lame": lame})}
    assert "no Input" in found["blocks.lame"].message
    assert "“fc”" in found["blocks.lame.params.units"].hint


def test_weights_are_found_again_when_layers_go_into_a_block_and_out_of_it() -> None:
    plain = build(
        drawn(
            "x > fc > act > y",
            x=node("input"),
            fc=node("linear", units=8),
            act=node("relu"),
            y=node("output"),
        ),
        FED,
    )
    before = {f"net.{k}": tuple(v.shape) for k, v in plain.state_dict().items()}
    inside = survey(network(stands()), FED, "", {"res": residual()})
    assert carry.plan(inside, "net", before) == {"res1/fc": "kept"}
    inner = made(network(stands()))
    after = {f"net.{k}": tuple(v.shape) for k, v in inner.state_dict().items()}
    outside = survey(plain.network, FED)
    assert carry.plan(outside, "net", after) == {"fc": "kept"}
    two = survey(network(stands(), stands()), FED, "", {"res": residual()})
    assert sorted(carry.plan(two, "net", before).values()) == ["kept", "new"]
