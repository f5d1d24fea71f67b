"""Attention of a sequence to itself, which was joined to one operator before."""

from __future__ import annotations

from typing import Any

from engine.imports.attention import KIND, PARAMETERS
from engine.imports.onnx_graph import Dims, Op
from engine.imports.sketch import Sketch, floats, rule

HEADS = 4


@rule(KIND)
def self_attention(op: Op, sketch: Sketch) -> bool:
    """Queries, keys and values of one sequence, and the map behind the heads."""
    values = [sketch.graph.constant(op.input(index)) for index in range(1, 5)]
    dims, heads, width = sketch.dims(op.input(0)), op.get("heads"), op.get("width")
    found = {n: floats(v) for n, v in zip(PARAMETERS, values, strict=True) if v is not None}
    if dims is None or len(dims) != 2 or not isinstance(heads, int) or not 1 <= heads <= 1024:
        return False
    if not isinstance(width, int):
        return False
    features, inner = dims[1], heads * width
    shapes: dict[str, Dims] = {
        "enter.weight": (3 * inner, features),
        "leave.weight": (features, inner),
    }
    if len(found) == 4:
        shapes |= {"enter.bias": (3 * inner,), "leave.bias": (features,)}
    if {name: value.shape for name, value in found.items()} != shapes:
        return False
    params: dict[str, Any] = {} if heads == HEADS else {"heads": heads}
    if inner != features:
        params["head_width"] = width
    if op.get("dropout"):
        params["dropout"] = op.get("dropout")
    if op.get("causal"):
        params["causal"] = True
    if len(found) == 2:
        params["bias"] = False
    sketch.layer(op, "self_attention", params, found, [op.input(0)], name=str(op.get("called", "")))
    return True
