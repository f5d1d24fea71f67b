"""Where attention looks: torch's own weights, and looked at without a trace."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import torch
from torch import nn

from engine.compute.attending import attend, cross_weights, distance, self_weights, spread
from engine.compute.ops.attention import CrossAttention, SelfAttention
from engine.compute.training import Training
from engine.probes import attention
from engine.probes.base import PROBES, probes_of
from projects.schema import Data, Plug, Project
from tests.engine.training.support import Layers, chain, digits


def reader(*layers: tuple[str, str, dict[str, Any]]) -> Project:
    """A classifier that reads digits row by row."""
    chosen: Layers = [
        ("up", "linear", {"units": 12}),
        *layers,
        ("pool", "global_pool", {}),
        ("last", "linear", {"units": 10}),
    ]
    data = Data(source=Plug("digits", {"layout": "rows"}))
    return msgspec.structs.replace(digits(), networks={"classifier": chain(chosen)}, data=data)


@pytest.mark.parametrize("causal", [False, True])
def test_weights_are_those_of_torchs_own_attention(causal: bool) -> None:
    torch.manual_seed(0)
    ours = SelfAttention(12, 3, dropout=0.0, causal=causal, bias=True)
    theirs = nn.MultiheadAttention(12, 3, batch_first=True)
    theirs.in_proj_weight.data.copy_(ours.enter.weight)
    assert theirs.in_proj_bias is not None
    theirs.in_proj_bias.data.copy_(ours.enter.bias)
    x = torch.randn(2, 5, 12)
    mask = nn.Transformer.generate_square_subsequent_mask(5) if causal else None
    _result, wanted = theirs(x, x, x, attn_mask=mask, average_attn_weights=False)
    assert torch.allclose(self_weights(ours, x), wanted, atol=1e-6)


def test_weights_make_what_leaves_the_layer() -> None:
    torch.manual_seed(1)
    turning = SelfAttention(8, 2, dropout=0.0, causal=True, bias=True, rotary=True)
    x, memory = torch.randn(2, 6, 8), torch.randn(2, 4, 10)
    value = turning.enter(x).view(2, 6, 3, 2, 4).permute(2, 0, 3, 1, 4)[2]
    mixed = (self_weights(turning, x) @ value).transpose(1, 2).reshape(2, 6, 8)
    assert torch.allclose(turning.leave(mixed), turning(x), atol=1e-6)
    crossing = CrossAttention(8, 10, 2, dropout=0.0, bias=True)
    value = crossing.answer(memory).view(2, 4, 2, 2, 4).permute(2, 0, 3, 1, 4)[1]
    mixed = (cross_weights(crossing, x, memory) @ value).transpose(1, 2).reshape(2, 6, 8)
    assert torch.allclose(crossing.leave(mixed), crossing(x, memory), atol=1e-6)


def test_how_many_and_how_far() -> None:
    alike = torch.full((1, 2, 4, 4), 0.25)
    alike[:, 1] = torch.eye(4)
    assert spread(alike).tolist() == pytest.approx([4, 1])
    gaps = np.abs(np.arange(4)[:, None] - np.arange(4)).mean()
    assert distance(alike).tolist() == pytest.approx([gaps, 0])


def test_layers_inside_of_others_are_found_in_working_order(tmp_path: Path) -> None:
    project = reader(
        ("one", "self_attention", {"heads": 2, "dropout": 0.5}),
        ("two", "transformer_encoder", {"heads": 3, "causal": True}),
    )
    training = Training(project, tmp_path)
    network = training.task.networks["classifier"]
    x = torch.from_numpy(training.session.data.validation.inputs[:3])
    before = torch.get_rng_state()
    found = attend(network, x)
    assert torch.equal(torch.get_rng_state(), before)
    assert network.training
    assert [(one.node, one.causal, tuple(one.weights.shape)) for one in found] == [
        ("one", False, (3, 2, 8, 8)),
        ("two", True, (3, 3, 8, 8)),
    ]
    for one in found:
        assert torch.allclose(one.weights.sum(-1), torch.ones(()), atol=1e-5)
    assert bool((found[1].weights.triu(1) == 0).all())
    assert sum(len(module._forward_pre_hooks) for module in network.modules()) == 0
    assert attend(network, x, longest=7) == []
    (first,) = attend(network, x, most=1, side=3)
    assert first.node == "one"
    assert torch.equal(first.weights, found[0].weights[:, :, :3, :3])
    whole = found[0].weights
    for one in (first, found[0]):
        assert torch.allclose(one.spread, spread(whole))
        assert one.distance is not None
        assert torch.allclose(one.distance, distance(whole))


def test_the_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = reader(("look", "self_attention", {"heads": 2}))
    training = Training(project, tmp_path)
    gauge = PROBES.make("attention", {"example": 1}).gauge(training.task)
    picture = gauge.after_step()
    assert picture is not None
    arrays, info = picture
    shapes = {name: array.shape for name, array in arrays.items()}
    assert shapes == {
        "0/weights": (4, 2, 8, 8),
        "0/spread": (2,),
        "0/distance": (2,),
        "images": (4, 8, 8, 1),
    }
    layer = {"layer": "classifier/look", "cross": False, "causal": False, "steps": [8, 8]}
    assert info["layers"] == [layer]
    targets = training.session.data.validation.targets
    assert targets is not None
    assert info["truths"] == [str(label) for label in targets[1:5]]
    monkeypatch.setattr(attention, "MOST_NUMBERS", 4 * 2 * 25)
    again = gauge.after_step()
    assert again is not None
    assert again[0]["0/weights"].shape == (4, 2, 5, 5)
    assert np.array_equal(again[0]["0/weights"], arrays["0/weights"][:, :, :5, :5])
    assert np.array_equal(again[0]["0/spread"], arrays["0/spread"])


def test_it_is_measured_where_something_attends(tmp_path: Path) -> None:
    attending = reader(("look", "self_attention", {"heads": 2}))
    assert "attention" in [plug.type for plug in probes_of(attending)]
    assert "attention" not in [plug.type for plug in probes_of(digits())]
    gauge = PROBES.make("attention", {}).gauge(Training(digits(), tmp_path).task)
    assert gauge.after_step() is None
