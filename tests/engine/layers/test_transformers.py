"""Attention and transformer layers against torch's own, with the same weights."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from engine.compute.ops import namespace
from engine.layers.base import LAYERS, Shape, ShapeError

FEATURES, HEADS, WIDTH, STEPS, OTHERS = 8, 2, 12, 5, 7


def built(tag: str, *shapes: Shape, **params: Any) -> nn.Module:
    torch.manual_seed(2)
    module: nn.Module = LAYERS.make(tag, {"heads": HEADS, **params}).build(namespace, *shapes)
    return module.double().eval()


def drawn(*sizes: int) -> Tensor:
    return torch.randn(*sizes, dtype=torch.float64)


def same_attention(theirs: nn.MultiheadAttention, ours: nn.Module) -> None:
    """Give torch's attention the weights of one of ours."""
    own = dict(ours.named_parameters())
    parts = ("enter",) if "enter.weight" in own else ("ask", "answer")
    with torch.no_grad():
        theirs.in_proj_weight.copy_(torch.cat([own[f"{part}.weight"] for part in parts]))
        theirs.in_proj_bias.copy_(torch.cat([own[f"{part}.bias"] for part in parts]))
        theirs.out_proj.load_state_dict(ours.get_submodule("leave").state_dict())


@pytest.mark.parametrize("memory", [FEATURES, 6])
def test_cross_attention_is_torchs(memory: int) -> None:
    ours = built("cross_attention", Shape((STEPS, FEATURES)), Shape((OTHERS, memory)))
    x, other = drawn(3, STEPS, FEATURES), drawn(3, OTHERS, memory)
    theirs = nn.MultiheadAttention(
        FEATURES, HEADS, batch_first=True, kdim=memory, vdim=memory, dtype=torch.float64
    )
    if memory == FEATURES:
        same_attention(theirs, ours)
    else:
        own = dict(ours.named_parameters())
        with torch.no_grad():
            theirs.get_parameter("q_proj_weight").copy_(own["ask.weight"])
            theirs.get_parameter("k_proj_weight").copy_(own["answer.weight"][:FEATURES])
            theirs.get_parameter("v_proj_weight").copy_(own["answer.weight"][FEATURES:])
            theirs.in_proj_bias.copy_(torch.cat((own["ask.bias"], own["answer.bias"])))
            theirs.out_proj.load_state_dict(ours.get_submodule("leave").state_dict())
    assert torch.allclose(ours(x, other), theirs(x, other, other)[0], atol=1e-12)


def test_a_query_takes_what_it_asks_for_whatever_the_order_of_the_memory() -> None:
    ours = built("cross_attention", Shape((STEPS, FEATURES)), Shape((OTHERS, FEATURES)))
    x, memory = drawn(2, STEPS, FEATURES), drawn(2, OTHERS, FEATURES)
    order = torch.randperm(OTHERS)
    assert torch.allclose(ours(x, memory), ours(x, memory[:, order]), atol=1e-12)
    assert torch.allclose(ours(x, memory)[:, 1:], ours(x[:, 1:], memory), atol=1e-12)


@pytest.mark.parametrize("norm_first", [True, False])
@pytest.mark.parametrize("activation", ["gelu", "relu"])
@pytest.mark.parametrize("causal", [True, False])
def test_the_encoder_layer_is_torchs(norm_first: bool, activation: str, causal: bool) -> None:
    ours = built(
        "transformer_encoder",
        Shape((STEPS, FEATURES)),
        width=WIDTH,
        activation=activation,
        norm_first=norm_first,
        causal=causal,
    )
    theirs = nn.TransformerEncoderLayer(
        FEATURES, HEADS, WIDTH, 0.0, activation, batch_first=True, norm_first=norm_first
    ).double()
    same_attention(theirs.self_attn, ours.get_submodule("attend"))
    theirs.linear1.load_state_dict(ours.get_submodule("feed.0").state_dict())
    theirs.linear2.load_state_dict(ours.get_submodule("feed.3").state_dict())
    norms_differ(ours, theirs, 2)
    x = drawn(3, STEPS, FEATURES)
    mask = nn.Transformer.generate_square_subsequent_mask(STEPS, dtype=torch.float64)
    wanted = theirs(x, src_mask=mask if causal else None, is_causal=causal)
    assert torch.allclose(ours(x), wanted, atol=1e-12)


@pytest.mark.parametrize("norm_first", [True, False])
@pytest.mark.parametrize("causal", [True, False])
def test_the_decoder_layer_is_torchs(norm_first: bool, causal: bool) -> None:
    ours = built(
        "transformer_decoder",
        Shape((STEPS, FEATURES)),
        Shape((OTHERS, FEATURES)),
        width=WIDTH,
        activation="relu",
        norm_first=norm_first,
        causal=causal,
    )
    theirs = nn.TransformerDecoderLayer(
        FEATURES, HEADS, WIDTH, 0.0, "relu", batch_first=True, norm_first=norm_first
    ).double()
    same_attention(theirs.self_attn, ours.get_submodule("attend"))
    same_attention(theirs.multihead_attn, ours.get_submodule("recall"))
    theirs.linear1.load_state_dict(ours.get_submodule("feed.0").state_dict())
    theirs.linear2.load_state_dict(ours.get_submodule("feed.3").state_dict())
    norms_differ(ours, theirs, 3)
    x, memory = drawn(3, STEPS, FEATURES), drawn(3, OTHERS, FEATURES)
    mask = nn.Transformer.generate_square_subsequent_mask(STEPS, dtype=torch.float64)
    wanted = theirs(x, memory, tgt_mask=mask if causal else None, tgt_is_causal=causal)
    assert torch.allclose(ours(x, memory), wanted, atol=1e-12)


def norms_differ(ours: nn.Module, theirs: nn.Module, count: int) -> None:
    """Draw scales and shifts, so that a norm in the wrong place shows."""
    with torch.no_grad():
        for place in range(1, count + 1):
            norm = ours.get_submodule(f"norm{place}")
            for weight in norm.parameters():
                weight.normal_()
            theirs.get_submodule(f"norm{place}").load_state_dict(norm.state_dict())


def test_dropout_of_transformers_is_for_training() -> None:
    module = built("transformer_encoder", Shape((STEPS, FEATURES)), dropout=0.3)
    x = drawn(2, STEPS, FEATURES)
    assert torch.equal(module(x), module(x))
    module.train()
    assert not torch.equal(module(x), module(x))


def test_rotary_positions_are_their_formula() -> None:
    module = built("self_attention", Shape((STEPS, FEATURES)), rotary=True)
    assert isinstance(module, namespace.SelfAttention)
    size = FEATURES // HEADS
    x = drawn(1, HEADS, STEPS, size)
    found = module.turned(x).numpy()
    for t, i in np.ndindex(STEPS, size // 2):
        angle = t * 10_000 ** (-2 * i / size)
        turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
        wanted = turn @ x[0, :, t, [i, i + size // 2]].numpy().T
        assert np.allclose(found[0, :, t, [i, i + size // 2]], wanted, atol=1e-6)


def test_rotary_scores_know_distances_alone() -> None:
    module = built("self_attention", Shape((9, FEATURES)), rotary=True)
    query, key = (drawn(1, HEADS, 1, FEATURES // HEADS).expand(-1, -1, 9, -1) for _ in "qk")
    turned: Any = module.turned
    scores = (turned(query) @ turned(key).transpose(-2, -1))[0, 0]
    assert torch.allclose(scores[1:, 1:], scores[:-1, :-1], atol=1e-6)
    assert not torch.allclose(scores[0], scores[0, 0].expand(9), atol=1e-3)


def test_rotary_attention_knows_the_order_of_the_steps() -> None:
    module = built("self_attention", Shape((STEPS, FEATURES)), rotary=True)
    x, order = drawn(1, STEPS, FEATURES), torch.tensor([3, 1, 4, 0, 2])
    assert not torch.allclose(module(x)[:, order], module(x[:, order]), atol=1e-3)


@pytest.mark.parametrize(
    "tag", ["self_attention", "cross_attention", "transformer_encoder", "transformer_decoder"]
)
def test_heads_that_are_as_wide_as_without_a_width_are_the_same(tag: str) -> None:
    shapes = (Shape((STEPS, FEATURES)), Shape((OTHERS, 6)))[: len(LAYERS.get(tag).inputs)]
    plain, told = built(tag, *shapes), built(tag, *shapes, head_width=FEATURES // HEADS)
    given = [drawn(2, *shape.dims) for shape in shapes]
    assert torch.equal(plain(*given), told(*given))
    wide = built(tag, *shapes, heads=3, head_width=5)
    assert wide(*given).shape == given[0].shape
    sizes = {weight.shape for name, weight in wide.named_parameters() if "leave.weight" in name}
    assert sizes == {(FEATURES, 15)}


@pytest.mark.parametrize(
    ("tag", "params", "shapes", "message"),
    [
        ("self_attention", {"rotary": True}, (Shape((5, 6)),), "each head has 3"),
        ("self_attention", {"rotary": True, "head_width": 5}, (Shape((5, 8)),), "each head has 5"),
        ("self_attention", {"head_width": 5}, (Shape((8,)),), "expected a sequence"),
        ("self_attention", {}, (Shape((5, 7)),), "7 features"),
        ("cross_attention", {}, (Shape((5, 8)), Shape((4,))), "expected a sequence"),
        ("transformer_encoder", {"heads": 3}, (Shape((5, 8)),), "3 heads"),
        ("transformer_decoder", {}, (Shape((5, 8)), Shape((1, 4, 4))), "expected a sequence"),
    ],
)
def test_a_misfit_is_explained(
    tag: str, params: dict[str, Any], shapes: tuple[Shape, ...], message: str
) -> None:
    with pytest.raises(ShapeError, match=message) as caught:
        LAYERS.make(tag, {"heads": HEADS, **params}).admit(*shapes)
    assert caught.value.hint
