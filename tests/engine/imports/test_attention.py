"""Attention is found in every form in which exporters write it, and only attention is."""

from __future__ import annotations

import logging
import math
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import onnx
import pytest
import torch
from torch import Tensor, nn

from engine.compute.ops import namespace
from engine.imports.drawing import Drawn, draw_onnx
from engine.layers.base import Shape
from engine.layers.self_attention import SelfAttention
from tests.engine.imports.models import difference, exported

STEPS, FEATURES, HEADS = 5, 8, 2


class Written(nn.Module):
    """Attention as people write it, with one thing or another changed."""

    def __init__(self, **changes: Any) -> None:
        super().__init__()
        self.q = nn.Linear(FEATURES, FEATURES)
        self.k = nn.Linear(FEATURES, FEATURES, bias=False)
        self.v = nn.Linear(FEATURES, FEATURES)
        self.out = nn.Linear(FEATURES, FEATURES)
        self.changes = changes

    def heads(self, x: Tensor) -> Tensor:
        if "interleaved" in self.changes:
            return x.view(x.shape[0], STEPS, FEATURES // HEADS, HEADS).permute(0, 3, 1, 2)
        return x.view(x.shape[0], STEPS, HEADS, FEATURES // HEADS).transpose(1, 2)

    def forward(self, x: Tensor) -> Tensor:
        change = self.changes.get
        other = change("other", lambda given: given)(x)
        q, k, v = self.heads(self.q(x)), self.heads(self.k(other)), self.heads(self.v(x))
        if "one_key" in self.changes:
            k = k[:, :1]
        scores = q @ k.transpose(-2, -1) * change("scale", 1 / math.sqrt(FEATURES // HEADS))
        if "mask" in self.changes:
            scores = scores + change("mask")
        weights = nn.functional.softmax(scores, change("axis", -1))
        if "dropped" in self.changes:
            weights = nn.functional.dropout(weights, 0.3, training=True)
        mixed = (weights @ v) * change("louder", 1)
        if "interleaved" in self.changes:
            mixed = mixed.permute(0, 2, 3, 1)
        elif "unsorted" not in self.changes:
            mixed = mixed.transpose(1, 2)
        result: Tensor = self.out(mixed.reshape(x.shape[0], STEPS, FEATURES))
        return result


class NanoGPT(nn.Module):
    """One map for queries, keys and values, and a mask that is kept."""

    past: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.c_attn = nn.Linear(FEATURES, 3 * FEATURES)
        self.c_proj = nn.Linear(FEATURES, FEATURES)
        self.register_buffer("past", torch.tril(torch.ones(1, 1, STEPS, STEPS)))

    def forward(self, x: Tensor) -> Tensor:
        batch, steps, features = x.shape
        parts = self.c_attn(x).split(features, dim=2)
        q, k, v = (p.view(batch, steps, HEADS, -1).transpose(1, 2) for p in parts)
        scores = (q @ k.transpose(-2, -1)) / math.sqrt(k.size(-1))
        scores = scores.masked_fill(self.past[:, :, :steps, :steps] == 0, float("-inf"))
        mixed = (scores.softmax(-1) @ v).transpose(1, 2).contiguous()
        result: Tensor = self.c_proj(mixed.view(batch, steps, features))
        return result


class Torch(nn.Module):
    """Torch's own layer, with the mask that it is handed."""

    def __init__(self, batch_first: bool = True) -> None:
        super().__init__()
        self.attention = nn.MultiheadAttention(FEATURES, HEADS, batch_first=batch_first)

    def forward(self, x: Tensor) -> Tensor:
        mask = torch.full((STEPS, STEPS), -math.inf).triu(1) if self.attention.batch_first else None
        result: Tensor = self.attention(x, x, x, attn_mask=mask)[0]
        return result


def own(causal: bool, bias: bool, width: int | None = None) -> nn.Module:
    layer = SelfAttention(heads=HEADS, head_width=width, dropout=0.1, causal=causal, bias=bias)
    module: nn.Module = layer.build(namespace, Shape((STEPS, FEATURES)))
    return module


def encoder(first: bool, depth: int) -> nn.Module:
    activation = "gelu" if first else "relu"
    layer = nn.TransformerEncoderLayer(
        FEATURES, HEADS, 12, activation=activation, batch_first=True, norm_first=first
    )
    return nn.TransformerEncoder(layer, depth, enable_nested_tensor=False)


def written(module: nn.Module, path: Path, version: int | None) -> Path:
    """A module with random weights as a file: by torch's newer exporter where a version is named."""
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.normal_(0, 0.5, generator=generator)
    example = torch.randn(2, STEPS, FEATURES)
    if version is None:
        return exported(module, example, path)
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        shapes = ({0: torch.export.Dim("n")},)
        torch.onnx.export(
            module.eval(),
            (example,),
            path,
            dynamo=True,
            verbose=False,
            opset_version=version,
            dynamic_shapes=shapes,
            input_names=["x"],
        )
    return path


def found(drawn: Drawn) -> list[dict[str, Any]]:
    nodes = drawn.network.nodes.values()
    return [dict(node.params) for node in nodes if node.type == "self_attention"]


@pytest.mark.parametrize(
    ("make", "version", "params"),
    [
        pytest.param(lambda: own(False, True), None, {}, id="own"),
        pytest.param(lambda: own(True, False), 20, {"causal": True, "bias": False}, id="own-20"),
        pytest.param(lambda: own(True, True), 23, {"causal": True}, id="own-23"),
        pytest.param(lambda: own(False, True, 3), None, {"head_width": 3}, id="own-narrow"),
        pytest.param(
            lambda: own(True, False, 5),
            23,
            {"causal": True, "bias": False, "head_width": 5},
            id="own-wide",
        ),
        pytest.param(lambda: encoder(False, 1), 20, {}, id="post-norm"),
        pytest.param(lambda: encoder(True, 2), None, {}, id="pre-norm"),
        pytest.param(lambda: encoder(True, 1), 23, {}, id="pre-norm-23"),
        pytest.param(Torch, None, {"causal": True}, id="torch-causal"),
        pytest.param(NanoGPT, 20, {"causal": True}, id="nanogpt"),
        pytest.param(Written, None, {}, id="written"),
        pytest.param(lambda: Written(interleaved=True), None, {}, id="interleaved"),
        pytest.param(
            lambda: Written(mask=torch.full((STEPS, STEPS), -1e9).triu(1)),
            None,
            {"causal": True},
            id="almost-minus-infinity",
        ),
    ],
)
def test_attention_is_found(
    make: Callable[[], nn.Module], version: int | None, params: dict[str, Any], tmp_path: Path
) -> None:
    path = written(make(), tmp_path / "model.onnx", version)
    drawn = draw_onnx(path)
    assert drawn.unknown == ()
    layers = found(drawn)
    assert layers == [{"heads": HEADS, **params}] * max(1, len(layers))
    assert difference(path, drawn) <= 1e-5


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: Written(scale=0.3), id="scale"),
        pytest.param(lambda: Written(other=lambda x: x.flip(1)), id="reversed"),
        pytest.param(lambda: Written(other=torch.relu), id="cross"),
        pytest.param(lambda: Written(other=lambda x: 2 * x), id="doubled"),
        pytest.param(lambda: Written(other=lambda x: x.flip(2)), id="turned-features"),
        pytest.param(
            lambda: Written(mask=torch.zeros(STEPS, STEPS).fill_diagonal_(-math.inf)), id="mask"
        ),
        pytest.param(lambda: Written(mask=torch.full((STEPS, STEPS), -1.0).triu(1)), id="soft"),
        pytest.param(
            lambda: Written(mask=torch.full((STEPS, STEPS), -math.inf).triu(2)), id="ahead"
        ),
        pytest.param(
            lambda: Written(
                mask=torch.tensor([0.0, 1.0]).view(1, HEADS, 1, 1) * torch.ones(STEPS, STEPS).tril()
            ),
            id="bias-by-head",
        ),
        pytest.param(lambda: Written(axis=-2), id="axis"),
        pytest.param(lambda: Written(louder=2.0), id="louder"),
        pytest.param(lambda: Written(one_key=True), id="shared-keys"),
        pytest.param(lambda: Written(unsorted=True), id="heads-mixed-with-steps"),
        pytest.param(lambda: Torch(batch_first=False), id="over-examples"),
    ],
)
def test_what_only_looks_like_it_is_not(make: Callable[[], nn.Module], tmp_path: Path) -> None:
    path = written(make(), tmp_path / "model.onnx", None)
    drawn = draw_onnx(path)
    assert found(drawn) == []
    assert drawn.unknown or difference(path, drawn) <= 1e-5


def test_dropout_at_work_is_not_attention(tmp_path: Path) -> None:
    path = written(Written(dropped=True), tmp_path / "model.onnx", None)
    assert any(node.op_type == "Dropout" for node in onnx.load(path).graph.node)
    assert found(draw_onnx(path)) == []
