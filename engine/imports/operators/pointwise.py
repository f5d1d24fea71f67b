"""Activations, dropout, and what leaves numbers as they are."""

from __future__ import annotations

from engine.imports.onnx_graph import Op
from engine.imports.sketch import Sketch, rule

_PLAIN = {"Relu": "relu", "Sigmoid": "sigmoid", "Tanh": "tanh"}


@rule(*_PLAIN)
def plain(op: Op, sketch: Sketch) -> bool:
    """Activations without settings."""
    sketch.layer(op, _PLAIN[op.kind])
    return True


@rule("LeakyRelu")
def leaky_relu(op: Op, sketch: Sketch) -> bool:
    """Y = x for x > 0, else slope · x."""
    slope = round(float(op.get("alpha", 0.01)), 7)
    if not 0 <= slope <= 1:
        return False
    sketch.layer(op, "leaky_relu", {} if slope == 0.2 else {"slope": slope})
    return True


@rule("Elu")
def elu(op: Op, sketch: Sketch) -> bool:
    """Y = x for x > 0, else α · (eˣ − 1)."""
    alpha = round(float(op.get("alpha", 1.0)), 7)
    if not 0 < alpha <= 100:
        return False
    sketch.layer(op, "elu", {} if alpha == 1 else {"alpha": alpha})
    return True


@rule("Gelu")
def gelu(op: Op, sketch: Sketch) -> bool:
    """Y = x · Φ(x), exact or by tanh."""
    form = op.get("approximate", "none")
    if form not in ("none", "tanh"):
        return False
    sketch.layer(op, "gelu", {} if form == "none" else {"approximate": form})
    return True


@rule("Swish")
def silu(op: Op, sketch: Sketch) -> bool:
    """Y = x · σ(x); with another slope than 1 it has no equivalent."""
    if op.get("alpha", 1.0) != 1.0:
        return False
    sketch.layer(op, "silu")
    return True


@rule("Softmax")
def softmax(op: Op, sketch: Sketch) -> bool:
    """Over the last dimension, or over the channels."""
    dims = sketch.dims(op.input(0))
    if dims is None:
        return False
    old = sketch.graph.version < 13  # over all axes from that one on
    axis = op.get("axis", 1 if old else -1) % (len(dims) + 1)
    if axis not in (1, len(dims)) or (old and axis != len(dims)):
        return False
    sketch.layer(op, "softmax", {} if axis == len(dims) else {"over": "channels"})
    return True


@rule("Dropout")
def dropout(op: Op, sketch: Sketch) -> bool:
    """It acts while training, whatever the file was exported for."""
    if len(op.outputs) > 1 and sketch.graph.takers(op.outputs[1]):
        return False
    given = sketch.graph.number(op.input(1)) if op.input(1) else op.get("ratio", 0.5)
    if given is None or not 0 <= given <= 0.99:
        return False
    share = round(float(given), 6)
    sketch.layer(op, "dropout", {} if share == 0.5 else {"p": share}, inputs=[op.input(0)])
    return True


@rule("Identity")
def identity(op: Op, sketch: Sketch) -> bool:
    """Nothing happens."""
    return sketch.same(op.input(0), op.result)


@rule("Cast")
def cast(op: Op, sketch: Sketch) -> bool:
    """Another precision is none of a design’s business; indices that become numbers are."""
    to_float = op.get("to") in (1, 10, 11, 16)
    maker = sketch.sources.get(op.input(0), "")
    index = any(t.index and sketch.sources.get(t.name) == maker for t in sketch.graph.inputs)
    if index == to_float:
        return False
    return sketch.same(op.input(0), op.result)
