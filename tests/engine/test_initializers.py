"""How weights start."""

from __future__ import annotations

import re
from typing import Any

import pytest
import torch
from torch import nn

from engine.compute.network import build
from engine.initializers.base import INITIALIZERS
from engine.layers.base import Shape
from projects.errors import ProjectError
from tests.engine.drawn import chain, node


def started(tag: str, module: nn.Module, **params: Any) -> nn.Module:
    torch.manual_seed(0)
    module.requires_grad_(False)
    INITIALIZERS.make(tag, params).apply(module)
    return module


@pytest.mark.parametrize(
    ("tag", "params", "sd"),
    [
        ("xavier", {}, (2 / (300 + 500)) ** 0.5),
        ("xavier", {"distribution": "normal", "gain": 2.0}, 2 * (2 / (300 + 500)) ** 0.5),
        ("he", {}, (2 / 300) ** 0.5),
        ("he", {"distribution": "uniform", "fan": "fan_out"}, (2 / 500) ** 0.5),
        ("he", {"slope": 0.2}, (2 / 1.04 / 300) ** 0.5),
        ("normal", {}, 0.02),
        ("normal", {"sd": 0.5}, 0.5),
        ("orthogonal", {}, 500**-0.5),
    ],
)
def test_the_spread_is_the_papers(tag: str, params: dict[str, Any], sd: float) -> None:
    layer = started(tag, nn.Linear(300, 500), **params)
    assert isinstance(layer, nn.Linear)
    assert float(layer.weight.std()) == pytest.approx(sd, rel=0.02)
    assert float(layer.weight.mean()) == pytest.approx(0, abs=sd / 50)
    assert not layer.bias.any()


def test_fans_of_a_convolution_count_the_window() -> None:
    layer = started("he", nn.Conv2d(32, 64, 5))
    assert isinstance(layer, nn.Conv2d)
    assert float(layer.weight.std()) == pytest.approx((2 / (32 * 25)) ** 0.5, rel=0.02)


def test_default_changes_nothing() -> None:
    torch.manual_seed(3)
    plain = nn.Linear(5, 6)
    torch.manual_seed(3)
    built = build(chain(node("linear", units=6)), {"input": Shape((5,))})
    assert torch.equal(built.get_parameter("n0.weight"), plain.weight)


def test_orthogonal_keeps_lengths_gate_by_gate() -> None:
    layer = started("orthogonal", nn.LSTM(8, 16))
    assert isinstance(layer, nn.LSTM)
    weights = layer.get_parameter("weight_hh_l0")
    for gate in weights.chunk(4):
        torch.testing.assert_close(gate @ gate.T, torch.eye(16), atol=1e-5, rtol=0)
    assert not layer.get_parameter("bias_ih_l0").any()


def test_normal_starts_batch_norms_around_one() -> None:
    norm = started("normal", nn.BatchNorm2d(4000))
    assert isinstance(norm, nn.BatchNorm2d)
    assert float(norm.weight.mean()) == pytest.approx(1, abs=0.002)
    assert float(norm.weight.std()) == pytest.approx(0.02, rel=0.1)
    for tag in ("xavier", "he", "orthogonal"):
        other = started(tag, nn.BatchNorm2d(8))
        assert isinstance(other, nn.BatchNorm2d)
        assert bool((other.weight == 1).all())


@pytest.mark.parametrize("cls", list(INITIALIZERS), ids=lambda cls: cls.tag())
def test_every_rule_works_on_every_kind_of_weight(cls: Any) -> None:
    network = chain(
        node("conv2d", filters=2),
        node("conv_transpose2d", filters=2),
        node("batch_norm"),
        node("reshape", sizes=[8, -1]),
        node("gru", units=3, layers=2, bidirectional=True),
        node("linear", units=2, bias=False),
        init=cls.tag(),
    )
    module = build(network, {"input": Shape((1, 4, 4))})
    assert all(bool(weight.isfinite().all()) for weight in module.parameters())
    assert module(torch.randn(3, 1, 4, 4)).shape == (3, 2)
    assert all(field.title and field.help for field in cls.fields())
    assert cls.formula
    assert cls.use
    assert cls.trouble
    assert re.search(r"\d{4}", cls.source)


def test_an_unknown_rule_is_named_in_place() -> None:
    with pytest.raises(ProjectError) as caught:
        build(chain(node("relu"), init="xaver"), {"input": Shape((5,))}, "networks.n")
    assert caught.value.problem.where == "networks.n.init.type"
    assert "xavier" in caught.value.problem.hint
