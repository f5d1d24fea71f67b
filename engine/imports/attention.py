"""Attention of a sequence to itself, found among the operators to which exporters take it apart.

It begins at a softmax of scores, or at the operator ``Attention`` of the standard. From there the way back
leads to the linear maps that make queries, keys and values, and the way ahead to the one behind the heads.
Between them numbers may only be moved, scaled, masked and multiplied; which feature belongs to which head is
read off the places of the numbers (:mod:`engine.imports.tracing`), and whatever is not exactly
softmax(Q Kᵀ / √d) V of one sequence stays as it is.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.imports.cores import Core, cores_of
from engine.imports.linear import Linear, linear_of
from engine.imports.onnx_graph import Dims, OnnxGraph, Op
from engine.imports.tracing import Places, Tracer

MOST_HEADS = 1024  # of the layer here
KIND = "ganvas.SelfAttention"
PARAMETERS = ("enter.weight", "enter.bias", "leave.weight", "leave.bias")


@dataclass(frozen=True)
class _Side:
    """Queries, keys or values.

    Attributes:
        op: The linear map that makes them.
        linear: Its weights.
        features: Which of its results belong to which head, of shape (heads, d).
        examples: The example of each look-up, in order.
        scale: What they are multiplied by.
    """

    op: Op
    linear: Linear
    features: Places
    examples: Places
    scale: float


@dataclass(frozen=True)
class _End:
    """The map behind the heads.

    Attributes:
        op: The map.
        linear: Its weights.
        order: Where each feature of each head flows in, head after head.
        result: The tensor in which everything is where it was in the sequence.
    """

    op: Op
    linear: Linear
    order: Places
    result: str


def join_attention(graph: OnnxGraph) -> None:
    """Put one operator in the place of those of each attention, in place.

    Args:
        graph: The graph; maps and their biases are joined already.
    """
    tracer = Tracer(graph)
    for op in [op for op in graph.ops if op.kind in ("Softmax", "Attention")]:
        if (core := cores_of(tracer, op)) is not None:
            _join(tracer, core)


def _join(tracer: Tracer, core: Core) -> None:
    for x in _sequences(tracer, core):
        shape = tracer.graph.shape(x)
        if shape is None or len(shape) != 3:
            continue
        sides = [_side(tracer, core, index, x, shape) for index in range(3)]
        query, key, value = sides
        if query is None or key is None or value is None:
            continue
        if not _fit(core, query, key, value):
            continue
        end = _end(tracer, core, value, shape)
        if end is not None:
            _replace(tracer.graph, core, x, (query, key, value), end)
            return


def _sequences(tracer: Tracer, core: Core) -> Iterator[str]:
    """Tensors that may be the sequence: what the map of the queries takes, and what that was made from."""
    source, _steps, _scale = tracer.back(core.inputs[0])
    op = tracer.graph.maker(source)
    if op is not None and linear_of(tracer.graph, op) is not None:
        yield op.input(0)
        _first, steps, _scale = tracer.back(op.input(0))
        yield from (step.input(0) for step, _tensor in reversed(steps))


def _side(tracer: Tracer, core: Core, index: int, x: str, shape: Dims) -> _Side | None:
    """Follow queries, keys or values from a sequence to the heads."""
    graph = tracer.graph
    source, steps, scale = tracer.back(core.inputs[index])
    op = graph.maker(source)
    linear = None if op is None else linear_of(graph, op)
    if op is None or linear is None or linear.matrix.shape[1] != shape[-1]:
        return None
    rows = _rows(tracer, op, x, shape)
    if rows is None:
        return None
    made = tracer.start((*shape[:2], len(linear.matrix)))
    if made is None:
        return None
    flat = made.reshape(-1, len(linear.matrix))[rows]
    if flat.shape != graph.shape(source):
        return None
    heads = core.heads(tracer.send(flat, steps), index)
    return None if heads is None else _dealt(heads, op, linear, scale, shape)


def _rows(tracer: Tracer, op: Op, x: str, shape: Dims) -> Places | None:
    """Which step of the sequence each row is that a map takes; None when it takes anything else."""
    _source, steps, _scale = tracer.back(op.input(0))
    tensors = [step.input(0) for step, _tensor in steps]
    if x != op.input(0):
        if x not in tensors:
            return None
        steps = steps[tensors.index(x) :]
        if any(tracer.factor(step) is not None for step, _tensor in steps):
            return None
        places = tracer.send(tracer.start(shape), steps)
    else:
        places = tracer.start(shape)
    if places is None or places.shape[-1] != shape[-1]:
        return None
    rows = places[..., 0] // shape[-1]
    whole = rows[..., None] * shape[-1] + np.arange(shape[-1], dtype=np.int32)
    return rows if (places == whole).all() else None


def _dealt(heads: Places, op: Op, linear: Linear, scale: float, shape: Dims) -> _Side | None:
    """Read off the places which features which head has; each must see every step of one example, in order."""
    batch, steps, _features = shape
    rows, features = np.divmod(heads, len(linear.matrix))
    examples, step = np.divmod(rows, steps)
    if heads.shape[1] != steps or len(heads) % batch:
        return None
    alike = (
        (step == np.arange(steps)[None, :, None]).all()
        and (examples == examples[:, :1, :1]).all()
        and (features == features[:, :1, :]).all()
    )
    whose, dealt = examples[:, 0, 0], features[:, 0, :]
    by_example = [dealt[whose == example] for example in range(batch)]
    if not alike or any(part.shape != by_example[0].shape for part in by_example):
        return None
    if any((part != by_example[0]).any() for part in by_example):
        return None
    return _Side(op, linear, by_example[0], whose, scale)


def _fit(core: Core, query: _Side, key: _Side, value: _Side) -> bool:
    """Whether every result of the maps belongs to one head, all as wide, and the scores are divided by √d."""
    sides = (query, key, value)
    even = all(
        side.features.shape == query.features.shape
        and side.features.size == np.unique(side.features).size
        and (side.examples == query.examples).all()
        for side in sides
    )
    scale = core.scale * query.scale * key.scale
    right = math.isclose(scale, 1 / math.sqrt(query.features.shape[1]), rel_tol=1e-5)
    return even and right and value.scale == 1 and len(query.features) <= MOST_HEADS


def _end(tracer: Tracer, core: Core, value: _Side, shape: Dims) -> _End | None:
    """Follow what the heads give to the map behind them, and its results to their places."""
    graph, (batch, steps, features) = tracer.graph, shape
    inner = value.features.size
    made = tracer.start((len(value.examples), steps, value.features.shape[1]))
    given = graph.shape(core.result)
    places = None if made is None or given is None else core.given(made, given)
    tensor, op = core.result, tracer.next_move(core.result)
    while op is not None and places is not None and tracer.moves(op) and len(op.outputs) == 1:
        tensor = op.result
        places = tracer.send(places, [(op, tensor)])
        op = tracer.next_move(tensor)
    linear = None if op is None else linear_of(graph, op)
    if op is None or linear is None or linear.matrix.shape != (features, inner):
        return None
    if places is None or places.shape[-1] != inner or places.size != batch * steps * inner:
        return None
    rows, order = _gathered(places, value, steps)
    if rows is None or order is None:
        return None
    result = _home(tracer, op, rows, shape)
    return None if result is None else _End(op, linear, order, result)


def _gathered(places: Places, value: _Side, steps: int) -> tuple[Places | None, Places | None]:
    """Which step each row is into which heads are put together, and where each of their features went."""
    size = value.features.shape[1]
    rest, feature = np.divmod(places.reshape(-1, places.shape[-1]), size)
    look, step = np.divmod(rest, steps)
    heads = np.empty_like(value.examples)
    heads[np.argsort(value.examples, kind="stable")] = np.arange(heads.size) % len(value.features)
    head = heads[look]
    example = value.examples[look]
    column = head * size + feature
    one_step = (step == step[:, :1]).all() and (example == example[:, :1]).all()
    if not one_step or (column != column[:1]).any() or np.unique(column[0]).size != column.shape[1]:
        return None, None
    rows = (example * steps + step)[:, 0].reshape(places.shape[:-1])
    return rows.astype(np.int32), np.argsort(column[0]).astype(np.int32)


def _home(tracer: Tracer, op: Op, rows: Places, shape: Dims) -> str | None:
    """The tensor behind a map in which every number is where its step stands in the sequence."""
    features = np.arange(shape[-1], dtype=np.int32)
    places: Places | None = (rows[..., None] * np.int32(shape[-1]) + features).astype(np.int32)
    tensor = op.result
    while places is not None:
        if places.shape == shape and (places.reshape(-1) == np.arange(places.size)).all():
            return tensor
        move = tracer.next_move(tensor)
        if move is None or not tracer.moves(move) or len(move.outputs) != 1:
            return None
        tensor = move.result
        places = tracer.send(places, [(move, tensor)])
    return None


def _replace(
    graph: OnnxGraph, core: Core, x: str, sides: tuple[_Side, _Side, _Side], end: _End
) -> None:
    last = graph.maker(end.result)
    assert last is not None
    values: dict[str, NDArray[Any]] = {
        "enter.weight": np.concatenate([s.linear.matrix[s.features.reshape(-1)] for s in sides]),
        "leave.weight": end.linear.matrix[:, end.order],
    }
    linears = [*(side.linear for side in sides), end.linear]
    biased = any(linear.bias is not None for linear in linears)
    if biased:
        offsets = [side.linear.offsets[side.features.reshape(-1)] for side in sides]
        values["enter.bias"] = np.concatenate(offsets)
        values["leave.bias"] = end.linear.offsets
    names = {name: f"{end.result}\0{name}" for name in values}
    graph.constants.update({names[name]: value for name, value in values.items()})
    told = {
        "heads": len(sides[0].features),
        "width": sides[0].features.shape[1],
        "causal": int(core.causal),
        "dropout": core.dropout,
        "called": _called(graph, [*(side.op for side in sides), end.op]),
    }
    inputs = (x, *(names.get(name, "") for name in PARAMETERS))
    region = _between(graph, end.result, x)
    graph.replace([last], Op(KIND, core.op.name, inputs, (end.result,), told))
    graph.drop_unused([op for op in region if op is not last])


def _between(graph: OnnxGraph, result: str, x: str) -> list[Op]:
    """Operators on which a tensor depends, back to another one."""
    found: dict[int, Op] = {}
    waiting = [result]
    while waiting:
        tensor = waiting.pop()
        op = graph.maker(tensor)
        if tensor != x and op is not None and id(op) not in found:
            found[id(op)] = op
            waiting.extend(op.inputs)
    return list(found.values())


def _called(graph: OnnxGraph, ops: list[Op]) -> str:
    """The module in which all its weights are in the file (``encoder.attention.query.weight``), if any."""
    names = {name for op in ops for name in op.inputs[1:] if name in graph.constants}
    modules = [name.split(".")[:-1] for name in sorted(names) if "." in name and "\0" not in name]
    modules = [parts for parts in modules if parts and not parts[0].startswith("/")]
    common: list[str] = []
    for parts in zip(*modules, strict=False):
        if len(set(parts)) > 1:
            break
        common.append(parts[0])
    return ".".join(common) if len(modules) > 1 else ""
