"""The middle of attention, softmax(Q Kᵀ) V, in the forms in which files have it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from engine.imports.onnx_graph import OnnxGraph, Op
from engine.imports.scores import masked, scores_of
from engine.imports.tracing import Places, Tracer

MOST_STEPS = 6


@dataclass(frozen=True)
class Core:
    """What is between the heads' queries, keys and values and what the heads give.

    Attributes:
        op: The softmax, or the operator that does it all.
        inputs: Queries, keys and values.
        result: What the heads give.
        scale: What the scores are multiplied by in it.
        causal: Whether no step sees those after it.
        dropout: Share of the weights of attention that was dropped in training.
        turned: Whether keys come with their features before their steps.
        flat: The number of heads, when their features come side by side; else 0.
    """

    op: Op
    inputs: tuple[str, str, str]
    result: str
    scale: float
    causal: bool
    dropout: float = 0.0
    turned: bool = False
    flat: int = 0

    def heads(self, places: Places | None, index: int) -> Places | None:
        """Bring the places of one of the inputs into the shape (look-ups, steps, d)."""
        if places is None or places.ndim < 3:
            return None
        if self.flat:
            batch, steps, features = places.shape[0], places.shape[1], places.shape[-1]
            if places.ndim != 3 or features % self.flat:
                return None
            places = places.reshape(batch, steps, self.flat, -1).swapaxes(1, 2)
        elif self.turned and index == 1:
            places = places.swapaxes(-1, -2)
        return places.reshape(-1, *places.shape[-2:])

    def given(self, places: Places, shape: tuple[int, ...]) -> Places | None:
        """Bring places of shape (look-ups, steps, d) into the shape of the result."""
        if places.size != math.prod(shape):
            return None
        if self.flat:
            _looks, steps, size = places.shape
            places = places.reshape(-1, self.flat, steps, size).swapaxes(1, 2)
        return places.reshape(shape)


def cores_of(tracer: Tracer, op: Op) -> Core | None:
    """Return the attention that is done at a softmax or by an operator, None when it is anything else.

    Args:
        tracer: Follows numbers through the graph.
        op: The softmax or operator.
    """
    return _whole(tracer.graph, op) if op.kind == "Attention" else _apart(tracer, op)


def _apart(tracer: Tracer, softmax: Op) -> Core | None:
    """Two products with a softmax between them."""
    graph, scores = tracer.graph, scores_of(tracer, softmax)
    found = None if scores is None else _mixed(graph, softmax.result)
    if scores is None or found is None:
        return None
    product, (mix, dropout) = scores.product, found
    shapes = [graph.shape(name) for name in (*product.inputs, *mix.inputs, mix.result)]
    if any(shape is None or len(shape) < 3 for shape in shapes):
        return None
    leading = [shape[:-2] for shape in shapes if shape is not None]
    if leading[0] != leading[1] or leading[2] != leading[3]:
        return None  # one look-up for several others: heads that share keys
    inputs = (product.input(0), product.input(1), mix.input(1))
    return Core(softmax, inputs, mix.result, scores.scale, scores.causal, dropout, turned=True)


def _mixed(graph: OnnxGraph, tensor: str) -> tuple[Op, float] | None:
    """The product of the weights of attention with the values, and the dropout before it."""
    share = 0.0
    for _step in range(MOST_STEPS):
        takers = [op for op in graph.takers(tensor) if op.input(0) == tensor]
        takers = [op for op in takers if op.kind in ("MatMul", "Dropout", "Identity", "Reshape")]
        if len(takers) != 1:
            return None
        op = takers[0]
        if op.kind == "MatMul":
            return (op, share) if len(op.inputs) == 2 and op.input(1) != tensor else None
        before, after = graph.shape(tensor), graph.shape(op.result)
        if before is None or after is None or before[-2:] != after[-2:]:
            return None
        if op.kind == "Dropout":
            idle = _idle(graph, op)
            if idle is None or share:
                return None
            share = idle
        tensor = op.result
    return None


def _idle(graph: OnnxGraph, dropout: Op) -> float | None:
    """The share of a dropout that leaves numbers as they are here, None for one that is at work."""
    if len(dropout.outputs) > 1 and graph.takers(dropout.outputs[1]):
        return None
    if graph.version < 7 or (dropout.input(2) and graph.number(dropout.input(2)) != 0):
        return None
    given = graph.number(dropout.input(1)) if dropout.input(1) else dropout.get("ratio", 0.5)
    return round(float(given), 6) if given is not None and 0 <= given <= 0.99 else None


def _whole(graph: OnnxGraph, op: Op) -> Core | None:
    """The operator ``Attention`` with nothing that the layer here lacks."""
    shapes = [graph.shape(op.input(index)) for index in range(3)]
    query = shapes[0]
    if query is None or any(shape != query for shape in shapes) or len(query) not in (3, 4):
        return None
    heads = op.get("q_num_heads", 0) if len(query) == 3 else 0
    if len(query) == 3 and (heads < 1 or op.get("kv_num_heads") != heads or query[2] % heads):
        return None
    mask = masked(graph, op.input(3), query[-2]) if op.input(3) else False
    if mask is None or any(op.inputs[4:]) or op.get("softcap", 0.0):
        return None
    size = query[-1] // (heads or 1)
    inputs = (op.input(0), op.input(1), op.input(2))
    scale, causal = op.get("scale", size**-0.5), bool(op.get("is_causal", 0)) or mask
    return Core(op, inputs, op.result, scale, causal, flat=heads)
