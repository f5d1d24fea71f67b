"""Convolutions and pooling."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.imports.onnx_graph import Op, same_numbers
from engine.imports.sketch import Sketch, floats, rule


@rule("Conv")
def conv(op: Op, sketch: Sketch) -> bool:
    """A convolution with one kernel size, stride and padding in all directions."""
    weight, bias = sketch.graph.constant(op.input(1)), sketch.graph.constant(op.input(2))
    if weight is None or weight.ndim not in (3, 4) or (op.input(2) and bias is None):
        return False
    kernel, dilation = weight.shape[2], op.get("dilations", [1])
    pad = _padding(op, sketch, weight.shape[2:])
    if pad is None or not same_numbers(weight.shape[2:], kernel) or not _even(op, dilation):
        return False
    params = _named(
        {
            "filters": weight.shape[0],
            "kernel": kernel,
            "stride": op.get("strides", [1])[0],
            "padding": pad,
            "dilation": dilation[0],
            "groups": op.get("group", 1),
        },
        kernel=3,
        stride=1,
        padding=dilation[0] * (kernel - 1) // 2,
        dilation=1,
        groups=1,
    )
    sketch.layer(op, f"conv{weight.ndim - 2}d", *_with_bias(params, weight, bias))
    return True


@rule("ConvTranspose")
def conv_transpose(op: Op, sketch: Sketch) -> bool:
    """A transposed convolution of an image."""
    weight, bias = sketch.graph.constant(op.input(1)), sketch.graph.constant(op.input(2))
    if weight is None or weight.ndim != 4 or (op.input(2) and bias is None):
        return False
    extra = op.get("output_padding", [0])
    pads = op.get("pads", [0])
    plain = op.get("group", 1) == 1 and same_numbers(op.get("dilations", [1]), 1)
    plain = plain and "output_shape" not in op.attributes and _explicit(op)
    plain = plain and all(
        len(v) > 0 and same_numbers(v, v[0]) for v in (extra, pads, weight.shape[2:])
    )
    if not plain or not _even(op, [1]):
        return False
    params = _named(
        {
            "filters": weight.shape[1],
            "kernel": weight.shape[2],
            "stride": op.get("strides", [1])[0],
            "padding": pads[0],
            "output_padding": extra[0],
        },
        kernel=4,
        stride=2,
        padding=1,
        output_padding=0,
    )
    sketch.layer(op, "conv_transpose2d", *_with_bias(params, weight, bias))
    return True


@rule("MaxPool", "AveragePool")
def pool(op: Op, sketch: Sketch) -> bool:
    """The largest number, or the mean, of windows that are alike in all directions."""
    kernel = op.get("kernel_shape", [])
    if len(kernel) not in (1, 2) or not same_numbers(kernel, kernel[0]) or op.get("ceil_mode", 0):
        return False
    if len(op.outputs) > 1 and sketch.graph.takers(op.outputs[1]):
        return False
    pad = _padding(op, sketch, kernel)
    if pad is None or pad > kernel[0] // 2 or not _even(op, op.get("dilations", [1])):
        return False
    if not same_numbers(op.get("dilations", [1]), 1):
        return False
    if pad and op.kind == "AveragePool" and op.get("count_include_pad", 0):
        return False
    params = _named(
        {"kernel": kernel[0], "stride": op.get("strides", [1])[0], "padding": pad},
        kernel=2,
        stride=kernel[0],
        padding=0,
    )
    word = "max" if op.kind == "MaxPool" else "avg"
    sketch.layer(op, f"{word}_pool{len(kernel)}d", params)
    return True


@rule("GlobalAveragePool", "GlobalMaxPool", "ReduceMean", "ReduceMax")
def global_pool(op: Op, sketch: Sketch) -> bool:
    """One number for each channel. ONNX keeps its height and width of 1, which most take off again."""
    dims = sketch.dims(op.input(0))
    if dims is None or len(dims) < 2:
        return False
    kept = True
    if op.kind.startswith("Reduce"):
        axes = sketch.graph.whole_numbers(op.input(1)) or op.get("axes")
        if axes is None or sorted(a % (len(dims) + 1) for a in axes) != list(
            range(2, len(dims) + 1)
        ):
            return False
        kept = bool(op.get("keepdims", 1))
    params = {"mode": "max"} if "Max" in op.kind else {}
    whole = (dims[0], *(1 for _size in dims[1:]))
    if not kept or _all_flatten(op, sketch):
        sketch.layer(op, "global_pool", params, dims=dims[:1])
        return True
    flat = f"{op.result}\0flat"
    sketch.layer(op, "global_pool", params, output=flat, dims=dims[:1])
    sketch.layer(op, "reshape", {"sizes": list(whole)}, inputs=[flat], dims=whole)
    return True


def _all_flatten(op: Op, sketch: Sketch) -> bool:
    """Whether everybody who takes the result reads it as a vector."""
    takers = sketch.graph.takers(op.result)
    ranks = [sketch.graph.rank(taker.result) for taker in takers]
    kinds = {taker.kind for taker in takers}
    flat = bool(takers) and kinds <= {"Flatten", "Reshape", "Squeeze"} and set(ranks) == {2}
    return flat and not sketch.graph.is_result(op.result)


# ------------------------------------------------------------------------------- settings


def _even(op: Op, dilation: Sequence[int]) -> bool:
    strides = op.get("strides", [1])
    return all(len(v) > 0 and v[0] > 0 and same_numbers(v, v[0]) for v in (strides, dilation))


def _explicit(op: Op) -> bool:
    return op.get("auto_pad", "NOTSET") in ("NOTSET", "")


def _padding(op: Op, sketch: Sketch, kernel: Sequence[int]) -> int | None:
    """The one padding of all sides; None when they differ."""
    mode = op.get("auto_pad", "NOTSET")
    if mode == "VALID":
        return 0
    pads = op.get("pads", [0]) if _explicit(op) else _same_size(op, sketch, kernel)
    return int(pads[0]) if pads and same_numbers(pads, pads[0]) else None


def _same_size(op: Op, sketch: Sketch, kernel: Sequence[int]) -> list[int] | None:
    """What ``auto_pad`` comes to: the output has the size of the input over the stride."""
    dims = sketch.dims(op.input(0))
    if dims is None:
        return None
    pads: list[int] = []
    strides, dilations = op.get("strides", [1] * 2), op.get("dilations", [1] * 2)
    for size, window, stride, dilation in zip(dims[1:], kernel, strides, dilations, strict=False):
        if stride < 1:
            return None
        out = -(-size // stride)
        total = max(0, (out - 1) * stride + dilation * (window - 1) + 1 - size)
        if total % 2:
            return None
        pads.append(total // 2)
    return pads


def _named(params: dict[str, Any], **defaults: int) -> dict[str, Any]:
    """Settings that differ from their defaults."""
    return {name: int(v) for name, v in params.items() if v != defaults.get(name)}


def _with_bias(
    params: dict[str, Any], weight: Any, bias: Any
) -> tuple[dict[str, Any], dict[str, Any]]:
    weights = {"weight": floats(weight)}
    if bias is None:
        return {**params, "bias": False}, weights
    return params, {**weights, "bias": floats(bias)}
