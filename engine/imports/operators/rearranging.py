"""Pixels into channels and back, parts of dimensions, and the root mean square."""

from __future__ import annotations

from typing import Any

from engine.imports.onnx_graph import Op
from engine.imports.sketch import Sketch, floats, rule

FACTOR = 2
MOST_PLACES = 100_000_000
EPSILON = 1e-6


@rule("DepthToSpace")
def pixel_shuffle(op: Op, sketch: Sketch) -> bool:
    """Tiles whose pixels lie side by side in the channels; the other order has no equivalent."""
    dims, side = sketch.dims(op.input(0)), op.get("blocksize", 0)
    if dims is None or len(dims) != 3 or not 1 <= side <= 64 or dims[0] % side**2:
        return False
    if op.get("mode", "DCR") != "CRD" and dims[0] != side**2:
        return False
    sketch.layer(op, "pixel_shuffle", {} if side == FACTOR else {"factor": side})
    return True


@rule("SpaceToDepth")
def pixel_unshuffle(op: Op, sketch: Sketch) -> bool:
    """Of one channel alone: of several the standard has another order."""
    dims, side = sketch.dims(op.input(0)), op.get("blocksize", 0)
    if dims is None or len(dims) != 3 or dims[0] != 1 or not 1 <= side <= 64:
        return False
    if any(size % side for size in dims[1:]):
        return False
    sketch.layer(op, "pixel_unshuffle", {} if side == FACTOR else {"factor": side})
    return True


@rule("Slice")
def cut(op: Op, sketch: Sketch) -> bool:
    """A stretch of one dimension that is not the batch."""
    dims = sketch.dims(op.input(0))
    found = [_told(op, sketch, name, index) for index, name in enumerate(_PARTS, 1)]
    if dims is None or not sketch.is_data(op.input(0)) or None in found:
        return False
    start, stop, axis, step = (value for value in found if value is not None)
    axis = axis % (len(dims) + 1) if -len(dims) - 1 <= axis <= len(dims) else 0
    if not 1 <= axis <= 4 or not 1 <= step <= MOST_PLACES:
        return False
    size = dims[axis - 1]
    kept = range(size)[start:stop:step]
    if not len(kept):
        return False
    if kept == range(size):
        return sketch.same(op.input(0), op.result)
    values = {"axis": axis, "start": kept.start, "stop": kept.stop, "step": kept.step}
    usual = {"axis": 1, "start": 0, "stop": size, "step": 1}
    params = {name: value for name, value in values.items() if value != usual[name]}
    sketch.layer(op, "slice", params, inputs=[op.input(0)])
    return True


_PARTS = ("starts", "ends", "axes", "steps")
_USUAL = {"axes": 0, "steps": 1}


def _told(op: Op, sketch: Sketch, name: str, index: int) -> int | None:
    """One whole number that is an input, in old files a setting; None for none or several."""
    if op.input(index):
        given = sketch.graph.whole_numbers(op.input(index))
    else:
        given = op.get(name, [_USUAL[name]] if name in _USUAL else None)
    return int(given[0]) if given is not None and len(given) == 1 else None


@rule("RMSNormalization")
def rms_norm(op: Op, sketch: Sketch) -> bool:
    """Over the last dimension, or over all numbers of an example."""
    dims, scale = sketch.dims(op.input(0)), sketch.graph.constant(op.input(1))
    if dims is None or scale is None or not sketch.is_data(op.input(0)):
        return False
    axis = op.get("axis", -1)
    axis = axis % (len(dims) + 1) if -len(dims) - 1 <= axis <= len(dims) else 0
    if axis not in (1, len(dims)) or scale.shape != dims[axis - 1 :]:
        return False
    params: dict[str, Any] = {"over": "all"} if axis != len(dims) else {}
    epsilon = float(f"{op.get('epsilon', 1e-5):.6g}")  # a single-precision number in the file
    if not 0 < epsilon <= 1:
        return False
    params |= {} if epsilon == EPSILON else {"epsilon": epsilon}
    sketch.layer(op, "rms_norm", params, {"weight": floats(scale)}, [op.input(0)])
    return True
