"""Operators that exporters write for one layer, joined to one again."""

from __future__ import annotations

import math
from collections.abc import Callable

from engine.imports.attention import join_attention
from engine.imports.onnx_graph import OnnxGraph, Op


def fuse(graph: OnnxGraph) -> None:
    """Join what belongs together, in place."""
    for op in list(graph.ops):
        if graph.has(op):
            for join in _JOINS.get(op.kind, ()):
                if join(graph, op):
                    break
    join_attention(graph)


def _bias(graph: OnnxGraph, op: Op) -> bool:
    """A product with a constant matrix, and a constant vector that is added: one linear layer."""
    matrix, taker = graph.constant(op.input(1)), graph.only_taker(op.result, "Add")
    if matrix is None or matrix.ndim != 2 or taker is None or len(op.inputs) != 2:
        return False
    other = next((name for name in taker.inputs if name != op.result), "")
    vector = graph.constant(other)
    if vector is None or vector.size != matrix.shape[1] or vector.shape[-1:] != matrix.shape[1:]:
        return False
    if vector.ndim > max(1, graph.rank(op.result) or 1):  # the sum would have more dimensions
        return False
    made = Op("MatMul", op.name, (*op.inputs, other), taker.outputs)
    graph.replace([op, taker], made)
    return True


def _gelu(graph: OnnxGraph, erf: Op) -> bool:
    """X · ½ · (1 + erf(x / √2)), in whichever order it was written."""
    scaled = graph.maker(erf.input(0), "Div", "Mul")
    if scaled is None or graph.only_taker(scaled.result) is not erf:
        return False
    x, factor = scaled.input(0), graph.number(scaled.input(1))
    if factor is None or not _near(factor if scaled.kind == "Mul" else 1 / factor, math.sqrt(0.5)):
        return False
    more = graph.only_taker(erf.result, "Add")
    if more is None or not _near(_other_number(graph, more, erf.result), 1):
        return False
    parts, value, factors = [scaled, erf, more], more.result, [x, 0.5]
    while factors:
        times = graph.only_taker(value, "Mul")
        if times is None:
            return False
        other = next((name for name in times.inputs if name != value), value)
        factor, half = graph.number(other), _halved(graph, other, x)
        if 0.5 in factors and _near(factor, 0.5):
            factors.remove(0.5)
        elif x in factors and other == x:
            factors.remove(x)
        elif half is not None and len(factors) == 2:
            factors.clear()
            parts.append(half)
        else:
            return False
        parts.append(times)
        value = times.result
    graph.replace(parts, Op("Gelu", erf.name, (x,), (value,)))
    return True


def _halved(graph: OnnxGraph, name: str, x: str) -> Op | None:
    """The operator that makes ½ · x, when nobody else takes it."""
    maker = graph.maker(name, "Mul")
    if maker is None or x not in maker.inputs or graph.only_taker(name) is None:
        return None
    return maker if _near(_other_number(graph, maker, x), 0.5) else None


def _other_number(graph: OnnxGraph, op: Op, name: str) -> float | None:
    return next((graph.number(other) for other in op.inputs if other != name), None)


def _near(value: float | None, wanted: float) -> bool:
    return value is not None and math.isclose(value, wanted, rel_tol=1e-5)


def _silu(graph: OnnxGraph, sigmoid: Op) -> bool:
    """X · σ(x)."""
    x, times = sigmoid.input(0), graph.only_taker(sigmoid.result, "Mul")
    if times is None or set(times.inputs) != {x, sigmoid.result}:
        return False
    graph.replace([sigmoid, times], Op("Swish", sigmoid.name, (x,), times.outputs))
    return True


def _group_norm(graph: OnnxGraph, norm: Op) -> bool:
    """Groups of channels as channels of their own, normalised, put back, then scaled and shifted."""
    before, after = graph.maker(norm.input(0), "Reshape"), graph.only_taker(norm.result, "Reshape")
    groups, plain = graph.constant(norm.input(1)), graph.constant(norm.input(2))
    if before is None or after is None or groups is None or plain is None:
        return False
    x = before.input(0)
    shape = graph.shape(x)
    if (
        shape is None
        or graph.shape(after.result) != shape
        or (graph.shape(norm.input(0)) or ())[:1] != shape[:1]
        or not (groups == 1).all()
        or plain.any()
    ):
        return False
    scaled = graph.only_taker(after.result, "Mul")
    shifted = graph.only_taker(scaled.result, "Add") if scaled is not None else None
    if scaled is None or shifted is None:
        return False
    names = [
        next((n for n in op.inputs if n != last), "")
        for op, last in ((scaled, after.result), (shifted, scaled.result))
    ]
    values = [graph.constant(name) for name in names]
    channels = (shape[1], *(1 for _size in shape[2:]))
    if any(value is None or value.shape not in (channels, (1, *channels)) for value in values):
        return False
    flat = [f"{name}\0flat" for name in names]
    for name, value in zip(flat, values, strict=True):
        if value is not None:
            graph.constants[name] = value.reshape(-1)
    told = {"num_groups": int(groups.size), "epsilon": norm.get("epsilon", 1e-5)}
    made = Op("GroupNormalization", norm.name, (x, *flat), shifted.outputs, told)
    graph.replace([before, norm, after, scaled, shifted], made)
    return True


_JOINS: dict[str, tuple[Callable[[OnnxGraph, Op], bool], ...]] = {
    "MatMul": (_bias,),
    "Erf": (_gelu,),
    "InstanceNormalization": (_group_norm,),
    "Sigmoid": (_silu,),
}
