"""The same numbers in another shape, and where paths meet."""

from __future__ import annotations

import math

from engine.imports.onnx_graph import Dims, Op
from engine.imports.sketch import Sketch, rule


@rule("Flatten")
def flatten(op: Op, sketch: Sketch) -> bool:
    """All numbers of an example as a vector."""
    dims = sketch.dims(op.input(0))
    rank = sketch.graph.rank(op.input(0))
    axis = op.get("axis", 1)
    if axis != 1 and (rank is None or axis % rank != 1):
        return False
    if dims is not None and len(dims) == 1:
        return sketch.same(op.input(0), op.result)
    sketch.layer(op, "flatten")
    return True


@rule("Reshape", "Squeeze", "Unsqueeze")
def reshape(op: Op, sketch: Sketch) -> bool:
    """Other sizes for an example; one that changes the batch has no equivalent."""
    now = _target(op, sketch)
    before = sketch.dims(op.input(0))
    if now is None or not sketch.is_data(op.input(0)):
        return False
    if before == now:
        return sketch.same(op.input(0), op.result)
    if before is not None and math.prod(before) != math.prod(now):
        return False
    data = [op.input(0)]
    if len(now) == 1:
        sketch.layer(op, "flatten", inputs=data)
    elif 1 < len(now) <= 4:
        sketch.layer(op, "reshape", {"sizes": list(now)}, inputs=data)
    return len(now) <= 4 and bool(now)


def _target(op: Op, sketch: Sketch) -> Dims | None:
    """The sizes of an example behind it, when the batch stays the batch."""
    shape, source = sketch.graph.shape(op.result), sketch.graph.shape(op.input(0))
    if shape is not None and source is not None:
        return shape[1:] if shape[:1] == source[:1] else None
    sizes = sketch.graph.whole_numbers(op.input(1)) if op.kind == "Reshape" else None
    if sizes and sizes[0] in (0, -1) and all(size > 0 for size in sizes[1:]):
        return tuple(sizes[1:])
    return None


@rule("Transpose")
def transpose(op: Op, sketch: Sketch) -> bool:
    """The dimensions of examples in another order; what recurrent layers need of it is told with them."""
    order, dims = op.get("perm"), sketch.dims(op.input(0))
    if order is not None and list(order) == sorted(order):
        return sketch.same(op.input(0), op.result)
    if dims is None or not 1 < len(dims) <= 4:
        return False
    if not order or order[0] or sorted(order) != list(range(len(dims) + 1)):
        return False
    places = list(order[1:])
    sketch.layer(op, "permute", {} if places == [2, 1] else {"dimensions": places})
    return True


@rule("Add", "Sum")
def add(op: Op, sketch: Sketch) -> bool:
    """The sum of what flows in."""
    return _merge(op, sketch, "add")


@rule("Mul")
def multiply(op: Op, sketch: Sketch) -> bool:
    """The product of what flows in."""
    return _merge(op, sketch, "multiply")


def _merge(op: Op, sketch: Sketch, kind: str) -> bool:
    shapes = [sketch.dims(name) for name in op.inputs]
    if len(op.inputs) < 2 or not all(sketch.is_data(name) for name in op.inputs):
        return False
    if len({len(dims) for dims in shapes if dims is not None}) > 1:
        return False
    sketch.layer(op, kind)
    return True


@rule("Concat")
def concat(op: Op, sketch: Sketch) -> bool:
    """Side by side, along the channels or the features."""
    dims = sketch.dims(op.input(0))
    if dims is None or not all(sketch.is_data(name) for name in op.inputs):
        return False
    axis = op.get("axis", 1) % (len(dims) + 1)
    if axis not in (1, len(dims)) or len(op.inputs) < 2:
        return False
    sketch.layer(op, "concat", {} if axis == 1 else {"along": "features"})
    return True


@rule("Resize", "Upsample")
def resize(op: Op, sketch: Sketch) -> bool:
    """Enlarging by one whole factor in all directions."""
    before, after = sketch.dims(op.input(0)), sketch.graph.shape(op.result)
    if before is None or after is None or len(before) not in (2, 3) or after[1] != before[0]:
        return False
    factors = {divmod(b, a) for a, b in zip(before[1:], after[2:], strict=True)}
    factor, rest = next(iter(factors))
    mode, how = op.get("mode", "nearest"), op.get("coordinate_transformation_mode", "half_pixel")
    if len(factors) != 1 or rest or not 1 <= factor <= 64 or mode not in ("nearest", "linear"):
        return False
    old = sketch.graph.version < 11  # had no choice of how
    if mode == "linear" and (old or how not in ("half_pixel", "pytorch_half_pixel")):
        return False
    if mode == "nearest" and not _copies(op, how):
        return False
    params = {} if factor == 2 else {"factor": factor}
    sketch.layer(
        op, "upsample", params | ({} if mode == "nearest" else {"mode": mode}), inputs=[op.input(0)]
    )
    return True


def _copies(op: Op, how: str) -> bool:
    """Whether every pixel becomes a square of equal ones: for whole factors these settings all do."""
    rounding = op.get("nearest_mode", "round_prefer_floor")
    if op.kind == "Upsample":
        return True
    if how == "asymmetric":
        return bool(rounding == "floor")
    return how in ("half_pixel", "pytorch_half_pixel") and rounding.startswith("round")
