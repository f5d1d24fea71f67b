"""Single operators at work on known numbers, as the ONNX standard defines them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper
from onnx.reference import ReferenceEvaluator

from engine.imports.onnx_graph import Dims, Op

_OLDEST, _NEWEST = 7, 23  # versions of the standard whose operators are run here


def run(op: Op, values: Sequence[NDArray[Any] | None], version: int) -> list[NDArray[Any]] | None:
    """Return what an operator makes of some numbers, None when it cannot take them.

    Args:
        op: The operator. Whoever asks has seen to it that its results are not too large.
        values: What flows in, in order; None where an input is left out.
        version: Version of the standard.
    """
    names = ["" if value is None else f"i{i}" for i, value in enumerate(values)]
    results = [f"o{i}" for i in range(len(op.outputs))]
    try:
        node = helper.make_node(op.kind, names, results, **dict(op.attributes))
        infos = [helper.make_empty_tensor_value_info(name) for name in names if name]
        outs = [helper.make_empty_tensor_value_info(name) for name in results]
        graph = helper.make_graph([node], "one", infos, outs)
        opset = helper.make_opsetid("", min(max(version, _OLDEST), _NEWEST))
        model = helper.make_model(graph, opset_imports=[opset], ir_version=onnx.IR_VERSION)
        given = {n: v for n, v in zip(names, values, strict=True) if v is not None}
        with np.errstate(all="ignore"):
            made: Any = ReferenceEvaluator(model).run(None, given)
        return [np.asarray(value) for value in made]
    except Exception:  # the file asks for what cannot be: the operator stays as it is
        return None


def broadcast(shapes: Iterable[Dims]) -> Dims | None:
    """Return the sizes of tensors that are stretched to each other, None where they cannot be."""
    try:
        return np.broadcast_shapes(*shapes)
    except (ValueError, RuntimeError):  # the second for more dimensions than NumPy has
        return None
