"""Constants made of constants: weights that are turned or shared, masks that are put together."""

from __future__ import annotations

import math
from typing import Any

from numpy.typing import NDArray

from engine.imports.onnx_graph import OnnxGraph, Op
from engine.imports.running import broadcast, run

MOST_NUMBERS = 2**27  # for all that is made here of one file
# What works number by number makes as many numbers as its inputs stretched to each other.
_BY_NUMBER = frozenset(
    [
        "Cast",
        "Add",
        "Sub",
        "Mul",
        "Div",
        "Neg",
        "Sqrt",
        "Pow",
        "Exp",
        "Reciprocal",
        "Abs",
        "Trilu",
        "Where",
        "Not",
        "And",
        "Or",
        "Equal",
        "Less",
        "LessOrEqual",
        "Greater",
        "GreaterOrEqual",
        "Min",
        "Max",
    ]
)
_OTHERS = frozenset(
    [
        "Transpose",
        "Reshape",
        "Squeeze",
        "Unsqueeze",
        "Flatten",
        "Concat",
        "Slice",
        "Gather",
        "Expand",
        "Tile",
        "ConstantOfShape",
        "Range",
        "CumSum",
    ]
)


def settle(graph: OnnxGraph) -> None:
    """Work out every operator that takes constants alone and whose result is not too large, in place.

    Args:
        graph: The graph; what was worked out is a constant of it afterwards.
    """
    left = MOST_NUMBERS
    made: dict[str, NDArray[Any]] = {}
    for op in graph.ops:
        if op.kind == "Identity" and (value := graph.constant(op.input(0))) is not None:
            graph.constants[op.result] = made[op.result] = value
            continue
        size = _size(graph, op)
        if size is None or size > left:
            continue
        results = run(op, [graph.constant(name) for name in op.inputs], graph.version)
        if results and results[0].size == size:
            left -= size
            graph.constants[op.result] = made[op.result] = results[0]
    graph.settled(made)


def _size(graph: OnnxGraph, op: Op) -> int | None:
    """How many numbers an operator makes of constants; None when it takes anything else."""
    if op.kind not in _BY_NUMBER | _OTHERS or len(op.outputs) != 1 or not op.inputs:
        return None
    if any(name and graph.constant(name) is None for name in op.inputs):
        return None
    shape = graph.shape(op.result)
    if shape is None and op.kind in _BY_NUMBER:  # inferred before its inputs were known
        shape = broadcast(graph.constants[name].shape for name in op.inputs if name)
    return None if shape is None else math.prod(shape)
