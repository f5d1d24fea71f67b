"""What happens to the scores of attention, between the product of queries and keys and the softmax."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.imports.onnx_graph import OnnxGraph, Op
from engine.imports.tracing import MOST_NUMBERS, Tracer

FORBIDDEN = (
    -1e4
)  # what is added to a score so that nothing is left of it; half precision has no −∞ at times
MOST_STEPS = 16


@dataclass(frozen=True)
class Scores:
    """How scores are changed before the softmax.

    Attributes:
        product: The product of queries and keys.
        scale: What they are multiplied by.
        causal: Whether steps after one’s own are forbidden.
    """

    product: Op
    scale: float
    causal: bool


def scores_of(tracer: Tracer, softmax: Op) -> Scores | None:
    """Return what happens to the scores of a softmax, None when it is anything but scaling and masking.

    Args:
        tracer: Follows numbers through the graph.
        softmax: The softmax.
    """
    graph, tensor = tracer.graph, softmax.input(0)
    shape = graph.shape(tensor)
    default = -1 if graph.version >= 13 else 1
    if shape is None or len(shape) < 3 or shape[-1] != shape[-2]:
        return None
    if softmax.get("axis", default) not in (-1, len(shape) - 1) or shape[-1] ** 2 > MOST_NUMBERS:
        return None
    steps: list[tuple[Op, str]] = []
    while len(steps) < MOST_STEPS and (op := graph.maker(tensor)) is not None:
        if op.kind == "MatMul" and len(op.inputs) == 2:
            return _told(graph, op, steps[::-1], shape[-1])
        taken = _data(tracer, op, shape[-1])
        if taken is None:
            return None
        steps.append((op, taken))
        tensor = taken
    return None


def _data(tracer: Tracer, op: Op, size: int) -> str | None:
    """What an operator changes of the scores, None when it does anything else."""
    graph = tracer.graph
    if tracer.moves(op):
        before, after = graph.shape(op.input(0)), graph.shape(op.result)
        if op.kind not in ("Reshape", "Squeeze", "Unsqueeze", "Identity", "Cast"):
            return None
        kept = before and after and before[-2:] == after[-2:] == (size, size)
        return op.input(0) if kept else None
    data = [name for name in op.inputs if name and graph.constant(name) is None]
    places = {"Add": (0, 1), "Mul": (0, 1), "Sub": (0,), "Div": (0,), "Where": (1, 2)}
    fits = len(data) == 1 and op.inputs.index(data[0]) in places.get(op.kind, ())
    return data[0] if fits else None


def _told(graph: OnnxGraph, product: Op, steps: list[tuple[Op, str]], size: int) -> Scores | None:
    """Put the steps together to one factor and one summand for each pair of steps of the sequence."""
    factor: NDArray[Any] = np.ones((1, 1))
    summand: NDArray[Any] = np.zeros((1, 1))
    for op, taken in steps:
        if op.kind not in ("Add", "Sub", "Mul", "Div", "Where"):
            continue
        others = [_plane(graph, name, size) for name in op.inputs if name != taken]
        if not others or any(other is None for other in others):
            return None
        with np.errstate(all="ignore"):
            factor, summand = _changed(
                op, taken, factor, summand, [o for o in others if o is not None]
            )
    whole = np.broadcast_to(factor, (size, size))
    scale = float(whole[0, 0])
    causal = _causal(np.broadcast_to(summand, (size, size)))
    if causal is None or not np.isfinite(whole).all():
        return None
    kept = np.tril(np.ones((size, size), bool)) if causal else np.ones((size, size), bool)
    even = np.allclose(whole[kept], scale, rtol=1e-6, atol=0)
    return Scores(product, scale, causal) if even else None


def masked(graph: OnnxGraph, name: str, size: int) -> bool | None:
    """Return whether a mask forbids what comes after one’s own step; None when it does anything else.

    Args:
        graph: The graph.
        name: The mask: truth values of what is allowed, or what is added to scores.
        size: How many steps there are.
    """
    value, plane = graph.constant(name), _plane(graph, name, size)
    if value is None or plane is None:
        return None
    added = np.where(plane != 0, 0.0, -np.inf) if value.dtype.kind == "b" else plane
    return _causal(np.broadcast_to(added, (size, size)))


def _changed(
    op: Op, taken: str, factor: NDArray[Any], summand: NDArray[Any], others: list[NDArray[Any]]
) -> tuple[NDArray[Any], NDArray[Any]]:
    value = others[-1]
    if op.kind == "Add":
        return factor, summand + value
    if op.kind == "Sub":
        return factor, summand - value
    if op.kind == "Mul":
        return factor * value, summand * value
    if op.kind == "Div":
        return factor / value, summand / value
    chosen = others[0] != 0 if op.inputs.index(taken) == 1 else others[0] == 0
    return np.where(chosen, factor, 0.0), np.where(chosen, summand, value)


def _plane(graph: OnnxGraph, name: str, size: int) -> NDArray[Any] | None:
    """A constant as one value for each pair of steps, None when it differs between examples or heads."""
    value = graph.constant(name)
    if value is None or value.dtype.kind not in "fiub" or not 0 < value.size <= MOST_NUMBERS:
        return None
    whole = value.reshape((1,) * max(0, 2 - value.ndim) + value.shape)
    if any(given not in (1, size) for given in whole.shape[-2:]):
        return None
    planes = whole.reshape(-1, *whole.shape[-2:])
    if not (planes == planes[:1]).all():
        return None
    plane: NDArray[Any] = planes[0].astype(np.float64)
    return plane


def _causal(summand: NDArray[Any]) -> bool | None:
    """Whether what is added to scores keeps those of earlier steps alone; None when it is neither that nor nothing."""
    if not summand.any():
        return False
    below = np.tril(np.ones(summand.shape, bool))
    right = not summand[below].any() and (summand[~below] <= FORBIDDEN).all()
    return True if right else None
