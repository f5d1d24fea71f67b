"""Products with constant matrices, and look-ups in constant tables."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.imports.onnx_graph import Op
from engine.imports.sketch import Sketch, floats, rule


@rule("Gemm")
def gemm(op: Op, sketch: Sketch) -> bool:
    """Y = α · x Wᵀ + β · b."""
    weight, bias = sketch.graph.constant(op.input(1)), sketch.graph.constant(op.input(2))
    if weight is None or weight.ndim != 2 or op.get("transA", 0) or not sketch.is_data(op.input(0)):
        return False
    if op.input(2) and bias is None:
        return False
    matrix = (weight if op.get("transB", 0) else weight.T) * op.get("alpha", 1.0)
    if bias is not None:
        if bias.size not in (1, len(matrix)):
            return False
        bias = np.broadcast_to(bias.reshape(-1) * op.get("beta", 1.0), (len(matrix),))
    return _linear(op, sketch, matrix, bias)


@rule("MatMul")
def matmul(op: Op, sketch: Sketch) -> bool:
    """Y = x Wᵀ for vectors and sequences; a bias that is added behind it was joined to it before."""
    weight, bias = sketch.graph.constant(op.input(1)), sketch.graph.constant(op.input(2))
    if weight is None or weight.ndim != 2 or not sketch.is_data(op.input(0)):
        return False
    return _linear(op, sketch, weight.T, None if bias is None else bias.reshape(-1))


def _linear(op: Op, sketch: Sketch, matrix: NDArray[Any], bias: NDArray[Any] | None) -> bool:
    dims = sketch.dims(op.input(0))
    if dims is not None and not 1 <= len(dims) <= 2:
        return False
    weights = {"weight": floats(matrix)}
    params: dict[str, Any] = {"units": len(matrix)}
    if bias is None:
        params["bias"] = False
    else:
        weights["bias"] = floats(bias)
    sketch.layer(op, "linear", params, weights)
    return True


@rule("Gather")
def gather(op: Op, sketch: Sketch) -> bool:
    """A row of a constant table for every index: an embedding."""
    table = sketch.graph.constant(op.input(0))
    if table is None or table.ndim != 2 or table.dtype.kind != "f" or op.get("axis", 0) != 0:
        return False
    if not sketch.is_data(op.input(1)):
        return False
    sketch.layer(op, "embedding", {"features": table.shape[1]}, {"weight": floats(table)})
    return True
