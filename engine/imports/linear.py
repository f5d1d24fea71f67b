"""Products with constant matrices, in the ways in which exporters write them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.imports.onnx_graph import OnnxGraph, Op


@dataclass(frozen=True)
class Linear:
    """Y = x Wᵀ + b.

    Attributes:
        matrix: W, of shape (features out, features in).
        bias: b, None when nothing is added.
    """

    matrix: NDArray[Any]
    bias: NDArray[Any] | None

    @property
    def offsets(self) -> NDArray[Any]:
        """The bias, zeros when nothing is added."""
        return np.zeros(len(self.matrix)) if self.bias is None else self.bias


def linear_of(graph: OnnxGraph, op: Op) -> Linear | None:
    """Return what an operator multiplies with and adds, None when that is not constant.

    Args:
        graph: Where it stands.
        op: The operator; a MatMul may have the bias that was joined to it as a third input.
    """
    weight, bias = graph.constant(op.input(1)), graph.constant(op.input(2))
    if op.kind not in ("Gemm", "MatMul") or weight is None or weight.ndim != 2 or not weight.size:
        return None
    if (
        (op.input(2) and bias is None)
        or op.get("transA", 0)
        or graph.constant(op.input(0)) is not None
    ):
        return None
    matrix = weight if op.get("transB", 0) and op.kind == "Gemm" else weight.T
    if op.kind == "Gemm":
        matrix = matrix * op.get("alpha", 1.0)
        bias = None if bias is None else bias * op.get("beta", 1.0)
    if bias is None:
        return Linear(matrix, None)
    if bias.size != 1 and (bias.size != len(matrix) or bias.shape[-1] != len(matrix)):
        return None  # a column adds to examples, not to features
    return Linear(matrix, np.broadcast_to(bias.reshape(-1), (len(matrix),)))
