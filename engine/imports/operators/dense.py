"""Products with constant matrices, and look-ups in constant tables."""

from __future__ import annotations

from typing import Any

from engine.imports.linear import linear_of
from engine.imports.onnx_graph import Op
from engine.imports.sketch import Sketch, floats, rule


@rule("Gemm", "MatMul")
def linear(op: Op, sketch: Sketch) -> bool:
    """Y = x Wᵀ + b for vectors and sequences; a bias behind a MatMul was joined to it before."""
    found = linear_of(sketch.graph, op)
    dims = sketch.dims(op.input(0))
    if found is None or not sketch.is_data(op.input(0)):
        return False
    if dims is not None and not 1 <= len(dims) <= 2:
        return False
    weights = {"weight": floats(found.matrix)}
    params: dict[str, Any] = {"units": len(found.matrix)}
    if found.bias is None:
        params["bias"] = False
    else:
        weights["bias"] = floats(found.bias)
    sketch.layer(op, "linear", params, weights)
    return True


@rule("Gather")
def gather(op: Op, sketch: Sketch) -> bool:
    """A row of a constant table for every index: an embedding."""
    table = sketch.graph.constant(op.input(0))
    if table is None or table.ndim != 2 or table.dtype.kind != "f" or op.get("axis", 0) != 0:
        return False
    if not sketch.is_data(op.input(1)) or sketch.graph.rank(op.input(1)) == 1:
        return False
    sketch.layer(op, "embedding", {"features": table.shape[1]}, {"weight": floats(table)})
    return True
