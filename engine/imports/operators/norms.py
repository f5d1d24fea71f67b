"""Normalisations."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.imports.onnx_graph import Op
from engine.imports.sketch import Sketch, floats, rule

EPSILON = 1e-5


@rule("BatchNormalization")
def batch_norm(op: Op, sketch: Sketch) -> bool:
    """With the averages of a training; the momentum is told the other way round."""
    values = [sketch.graph.constant(op.input(i)) for i in range(1, 5)]
    dims = sketch.dims(op.input(0))
    if any(v is None for v in values) or dims is None or not 1 <= len(dims) <= 3:
        return False
    if op.get("training_mode", 0) or not op.get("spatial", 1):
        return False
    names = ("weight", "bias", "running_mean", "running_var")
    found = {n: floats(v) for n, v in zip(names, values, strict=True) if v is not None}
    momentum = round(1 - float(op.get("momentum", 0.9)), 6)
    params = _epsilon(op)
    if 0 < momentum <= 1 and momentum != 0.1:
        params["momentum"] = momentum
    counted: dict[str, NDArray[Any]] = {"num_batches_tracked": np.zeros((), np.int64)}
    sketch.layer(op, "batch_norm", params, {**found, **counted})
    return True


@rule("InstanceNormalization")
def instance_norm(op: Op, sketch: Sketch) -> bool:
    """Each channel of each example by itself."""
    return _scaled(op, sketch, "instance_norm", _epsilon(op), None)


@rule("GroupNormalization")
def group_norm(op: Op, sketch: Sketch) -> bool:
    """Groups of channels of each example; before version 21 of the standard scales were by group."""
    groups = int(op.get("num_groups", 1))
    dims = sketch.dims(op.input(0))
    scale = sketch.graph.constant(op.input(1))
    if scale is None or dims is None or scale.size != dims[0]:
        return False
    params = _epsilon(op) | ({} if groups == 8 else {"groups": groups})
    return _scaled(op, sketch, "group_norm", params, None)


@rule("LayerNormalization")
def layer_norm(op: Op, sketch: Sketch) -> bool:
    """All numbers of an example, or its last dimension."""
    dims = sketch.dims(op.input(0))
    if dims is None:
        return False
    axis = op.get("axis", -1) % (len(dims) + 1)
    if axis not in (1, len(dims)):
        return False
    params = _epsilon(op)
    if axis == len(dims) != 1:
        params["over"] = "features"
    return _scaled(op, sketch, "layer_norm", params, dims[axis - 1 :])


def _scaled(
    op: Op, sketch: Sketch, kind: str, params: dict[str, Any], sizes: tuple[int, ...] | None
) -> bool:
    """Draw a normalisation with a scale and a shift, the second 0 where the file has none."""
    scale, shift = sketch.graph.constant(op.input(1)), sketch.graph.constant(op.input(2))
    if scale is None or (op.input(2) and shift is None):
        return False
    if shift is None:
        shift = np.zeros_like(scale)
    if sizes is not None and (scale.shape != sizes or shift.shape != sizes):
        return False
    sketch.layer(op, kind, params, {"weight": floats(scale), "bias": floats(shift)})
    return True


def _epsilon(op: Op) -> dict[str, Any]:
    epsilon = float(f"{op.get('epsilon', EPSILON):.6g}")  # a single-precision number in the file
    return {} if epsilon == EPSILON else {"epsilon": epsilon}
