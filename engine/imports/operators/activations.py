"""Activations with slopes and ends, and those that came later."""

from __future__ import annotations

import math
from typing import Any

from engine.imports.onnx_graph import Op
from engine.imports.sketch import Sketch, floats, rule

_PLAIN = {"Softplus": "softplus", "Softsign": "softsign", "HardSwish": "hard_swish", "Mish": "mish"}
_SELU = {"alpha": 1.6732632423543772, "gamma": 1.0507009873554805}
_HARD_SIGMOID = {"alpha": 1 / 6, "beta": 0.5}
_STANDARD = {"HardSigmoid": {"alpha": 0.2, "beta": 0.5}, "Selu": _SELU}
LARGEST = 1e6


@rule(*_PLAIN)
def plain(op: Op, sketch: Sketch) -> bool:
    """Activations without settings."""
    sketch.layer(op, _PLAIN[op.kind])
    return True


@rule("Selu")
def selu(op: Op, sketch: Sketch) -> bool:
    """With the two numbers of the paper; with others it has no equivalent."""
    return _settled(op, sketch, "selu", _SELU)


@rule("HardSigmoid")
def hard_sigmoid(op: Op, sketch: Sketch) -> bool:
    """Of slope 1/6, as PyTorch has it; the standard's own slope has no equivalent."""
    return _settled(op, sketch, "hard_sigmoid", _HARD_SIGMOID)


def _settled(op: Op, sketch: Sketch, kind: str, wanted: dict[str, float]) -> bool:
    """Draw an activation whose settings can only be these."""
    given = {name: op.get(name, _STANDARD[op.kind][name]) for name in wanted}
    if any(abs(given[name] - value) > 1e-5 for name, value in wanted.items()):
        return False
    sketch.layer(op, kind)
    return True


@rule("PRelu")
def prelu(op: Op, sketch: Sketch) -> bool:
    """One slope for everything, or one for each channel."""
    slope, dims = sketch.graph.constant(op.input(1)), sketch.dims(op.input(0))
    if slope is None or dims is None or not dims or not sketch.is_data(op.input(0)):
        return False
    params: dict[str, Any] = {}
    if slope.size != 1:
        if slope.shape != (dims[0], *[1] * (len(dims) - 1)):
            return False
        params["slopes"] = "channels"
    if slope.ndim > len(dims) + 1:
        return False
    sketch.layer(op, "prelu", params, {"weight": floats(slope.reshape(-1))}, [op.input(0)])
    return True


@rule("Clip")
def clip(op: Op, sketch: Sketch) -> bool:
    """Two ends; 0 and 6 are those of ReLU6, 0 alone is that of ReLU."""
    low, high = (_end(op, sketch, *end) for end in ((1, "min", -math.inf), (2, "max", math.inf)))
    if low is None or high is None or not low < high or not sketch.is_data(op.input(0)):
        return False
    kind, params = "hard_tanh", {"low": low, "high": high}
    if (low, high) == (0, math.inf):
        kind, params = "relu", {}
    elif (low, high) == (0, 6):
        kind, params = "relu6", {}
    elif max(abs(low), abs(high)) > LARGEST:
        return False
    own = {name: value for name, value in params.items() if value != {"low": -1, "high": 1}[name]}
    sketch.layer(op, kind, own, inputs=[op.input(0)])
    return True


def _end(op: Op, sketch: Sketch, index: int, name: str, open_end: float) -> float | None:
    """One end of a clip: an input, in old files a setting; None when it is not known beforehand."""
    if op.input(index):
        found = sketch.graph.number(op.input(index))
    else:
        found = float(op.get(name, open_end))
    return None if found is None or math.isnan(found) else float(f"{found:.7g}")
