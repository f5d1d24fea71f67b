"""Every block of the library: what goes in and comes out, what it costs, and that it learns."""

from __future__ import annotations

import re
from typing import Any

import pytest
import torch

from engine.blocks import block_problems, unfold
from engine.compute.network import GraphModule, build, count_parameters
from engine.compute.survey import survey
from engine.export.pytorch import document
from engine.layers.base import Shape
from projects.library import Shipped, library
from projects.schema import BLOCK, Network, Node
from tests.engine.drawn import drawn, node

IMAGE, SEQUENCE = Shape((32, 8, 8)), Shape((6, 64))
BN = 2  # weights of batch norm for each channel


def conv(into: int, out: int, kernel: int, bias: bool = False) -> int:
    return out * (into * kernel**2 + bias)


def affine(into: int, out: int) -> int:
    return out * (into + 1)


# What flows in, what leaves, and how many weights the papers' formulas give for it.
EXPECTED: dict[str, tuple[Shape, Shape, int]] = {
    "residual": (IMAGE, IMAGE, 2 * conv(32, 32, 3) + 2 * BN * 32),
    "residual_projection": (
        IMAGE,
        Shape((64, 4, 4)),
        conv(32, 64, 3) + conv(64, 64, 3) + conv(32, 64, 1) + 3 * BN * 64,
    ),
    "bottleneck": (
        Shape((64, 8, 8)),
        Shape((64, 8, 8)),
        conv(64, 16, 1) + conv(16, 16, 3) + conv(16, 64, 1) + BN * (16 + 16 + 64),
    ),
    "dense_block": (
        IMAGE,
        Shape((32 + 4 * 12, 8, 8)),
        sum(conv(c, 12, 3) + BN * c for c in (32, 44, 56, 68)),
    ),
    "inception": (
        IMAGE,
        Shape((64, 8, 8)),
        sum(
            conv(into, out, kernel, bias=True)
            for into, out, kernel in (
                (32, 16, 1), (32, 24, 1), (24, 32, 3), (32, 4, 1), (4, 8, 5), (32, 8, 1),
            )
        ),
    ),
    "squeeze_excite": (IMAGE, IMAGE, affine(32, 4) + affine(4, 32)),
    "dcgan_up": (IMAGE, Shape((64, 16, 16)), conv(32, 64, 4) + BN * 64),
    "dcgan_down": (IMAGE, Shape((64, 4, 4)), conv(32, 64, 4) + BN * 64),
    "transformer_encoder": (
        SEQUENCE,
        SEQUENCE,
        2 * 2 * 64 + 4 * affine(64, 64) + affine(64, 256) + affine(256, 64),
    ),
}  # fmt: skip

every = pytest.mark.parametrize("entry", library(), ids=lambda entry: entry.name)


def placed(entry: Shipped, **params: Any) -> Network:
    stands = Node(type=BLOCK, params={BLOCK: entry.name, **params})
    return drawn("x > it > y", x=node("input"), it=stands, y=node("output"))


def made(entry: Shipped, **params: Any) -> GraphModule:
    torch.manual_seed(0)
    return build(placed(entry, **params), {"input": EXPECTED[entry.name][0]}, blocks=entry.blocks)


def test_the_library_holds_what_it_says() -> None:
    assert {entry.name for entry in library()} == EXPECTED.keys()
    assert [entry.order for entry in library()] == sorted({entry.order for entry in library()})


@every
def test_it_is_described_and_offers_settings_that_are_there(entry: Shipped) -> None:
    assert re.search(r"(19|20)\d\d", entry.source)
    first = entry.block.description.split("\n")[0]
    assert first.endswith(".")
    assert len(first) < 90
    assert entry.block.params
    assert not block_problems(entry.blocks)


@every
def test_shapes_and_weights_are_those_of_the_paper(entry: Shipped) -> None:
    entering, leaving, parameters = EXPECTED[entry.name]
    found = survey(placed(entry), {"input": entering}, "", entry.blocks)
    assert not found.problems
    module = made(entry)
    assert count_parameters(module) == parameters
    assert tuple(module(torch.randn(2, *entering.dims)).shape[1:]) == leaving.dims


@every
def test_every_weight_of_it_learns(entry: Shipped) -> None:
    module = made(entry)
    module(torch.randn(8, *EXPECTED[entry.name][0].dims)).square().sum().backward()
    for name, weight in module.named_parameters():
        assert weight.grad is not None, name
        assert torch.isfinite(weight.grad).all(), name
    assert sum(float(w.grad.abs().sum()) > 0 for w in module.parameters() if w.grad is not None) > 1


@every
def test_exported_code_is_the_same(entry: Shipped) -> None:
    entering = EXPECTED[entry.name][0]
    module = made(entry).eval()
    room: dict[str, Any] = {"__file__": "x.py"}
    exec(document({"net": module}, "net.safetensors"), room)
    twin: torch.nn.Module = room["Net"]().eval()
    twin.load_state_dict(module.state_dict())
    x = torch.randn(3, *entering.dims)
    assert torch.equal(module(x), twin(x))


def other(value: Any) -> Any:
    """Another value that is good for a setting of the library."""
    if isinstance(value, bool):
        return not value
    return value / 2 if isinstance(value, float) else value * 2


@every
def test_every_offered_setting_reaches_what_it_names(entry: Shipped) -> None:
    for name, targets in entry.block.params.items():
        for target in targets:
            inside, _dot, setting = target.partition(".")
            params = entry.block.nodes[inside].params
            value = other(params.get(setting, False if setting == "causal" else 12))
            flat = unfold(placed(entry, **{name: value}), entry.blocks).network
            reached = [n for key, n in flat.nodes.items() if key.startswith(f"it/{inside}")]
            if setting == "repeat":
                assert len(reached) == value * len(entry.blocks["dense_layer"].nodes)
            elif entry.block.nodes[inside].type == BLOCK:
                assert [n.params["filters"] for n in reached if n.type == "conv2d"] == [value] * 4
            else:
                assert [n.params[setting] for n in reached] == [value]


@every
def test_copies_in_a_row_stand_where_shapes_allow_it(entry: Shipped) -> None:
    entering, leaving, parameters = EXPECTED[entry.name]
    found = survey(placed(entry, repeat=2), {"input": entering}, "", entry.blocks)
    assert not found.errors
    if entering == leaving:
        assert count_parameters(made(entry, repeat=2)) == 2 * parameters
