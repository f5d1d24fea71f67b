"""The few modules that layers need and ``torch.nn`` lacks.

Exported code carries the source text of those it uses, so each stands alone on ``torch`` and ``nn``.
:data:`namespace` is what layers are handed as ``nn``: these modules first, then what wraps a module's
weights or is faster, then ``torch.nn``.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from torch import nn
from torch.nn.utils import parametrizations

from engine.compute.ops import edges, narrow
from engine.compute.ops.attention import CrossAttention, DecoderBlock, EncoderBlock, SelfAttention
from engine.compute.ops.chance import (
    GaussianDropout,
    GaussianNoise,
    MinibatchDeviation,
    Reparameterise,
    StochasticDepth,
)
from engine.compute.ops.comparing import MinibatchDiscrimination
from engine.compute.ops.conditioning import ConditionalNorm, FiLM, OneHot, Projection, SqueezeExcite
from engine.compute.ops.dropout import Dropout
from engine.compute.ops.merging import Add, Concat, Matmul, Multiply
from engine.compute.ops.pooling import GlobalPool
from engine.compute.ops.reading import Permute, Reshape, Slice
from engine.compute.ops.sequences import LearnedPositions, Recurrent, SinusoidalPositions

__all__ = ["OPS", "WRAPPERS", "Reparameterise", "SelfAttention", "namespace"]

OPS: dict[str, type[nn.Module]] = {
    op.__name__: op
    for op in (
        Add,
        Multiply,
        Concat,
        Matmul,
        Reshape,
        Permute,
        Slice,
        GlobalPool,
        Recurrent,
        SinusoidalPositions,
        LearnedPositions,
        SelfAttention,
        CrossAttention,
        EncoderBlock,
        DecoderBlock,
        ConditionalNorm,
        FiLM,
        OneHot,
        Projection,
        SqueezeExcite,
        StochasticDepth,
        GaussianNoise,
        GaussianDropout,
        Reparameterise,
        MinibatchDeviation,
        MinibatchDiscrimination,
    )
}

WRAPPERS: dict[str, Callable[..., Any]] = {
    "spectral_norm": parametrizations.spectral_norm,
    "weight_norm": parametrizations.weight_norm,
}
"""Functions of ``nn.utils.parametrizations`` that give a module back with its weight computed anew."""

FASTER: dict[str, type[nn.Module]] = {
    module.__name__: module
    for module in (Dropout, edges.Flatten, edges.Reshape, narrow.Conv2d, narrow.ConvTranspose2d)
}
"""What stands in for modules of ``torch.nn`` or for one above and does the same; exported code has those."""

_OWN: dict[str, Callable[..., Any]] = {**OPS, **WRAPPERS, **FASTER}

namespace = SimpleNamespace(**{name: getattr(nn, name) for name in nn.modules.__all__} | _OWN)
