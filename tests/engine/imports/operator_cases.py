"""Single operators with their settings, and which of them have an equivalent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto, helper

from tests.engine.imports.models import model

Weights = dict[str, NDArray[Any]]
VECTOR, SEQUENCE, IMAGE = ("n", 6), ("n", 5, 6), ("n", 4, 6, 6)


@dataclass(frozen=True)
class Case:
    """A model of few operators.

    Attributes:
        name: What is tried.
        nodes: The operators, from ``x`` to ``y``.
        shape: What flows in.
        weights: Constants.
        known: Whether everything of it must have an equivalent; else it may or may not.
        opset: Version of the standard.
        kind: Type of what flows in.
        reference: Compare with the standard's own evaluator: ONNX Runtime lacks it.
    """

    name: str
    nodes: tuple[Any, ...]
    shape: tuple[int | str, ...]
    weights: Weights
    known: bool
    opset: int = 21
    kind: int = TensorProto.FLOAT
    reference: bool = False

    def model(self) -> Any:
        """Return it as a model."""
        return model([*self.nodes], self.shape, None, self.weights, self.kind, self.opset)


def numbers(*shape: int, seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).standard_normal(shape, dtype=np.float32)


def whole(*values: int) -> NDArray[np.int64]:
    return np.array(values, np.int64)


def one(
    name: str,
    kind: str,
    shape: tuple[int | str, ...] = IMAGE,
    weights: Weights | None = None,
    known: bool = True,
    opset: int = 21,
    inputs: tuple[str, ...] | None = None,
    before: tuple[Any, ...] = (),
    reference: bool = False,
    dtype: int = TensorProto.FLOAT,
    **settings: Any,
) -> Case:
    """A case of one operator that takes ``x`` and the constants, or what is named."""
    taken = [*(inputs or ("x", *(weights or {})))]
    node = helper.make_node(kind, taken, ["y"], **settings)
    label = f"{kind}-{name}" if name else kind
    return Case(label, (*before, node), shape, weights or {}, known, opset, dtype, reference)


def windows() -> Iterator[Case]:
    square, w = (3, 3), {"w": numbers(8, 4, 3, 3)}
    yield one("plain", "Conv", weights=w)
    yield one("bias", "Conv", weights={**w, "b": numbers(8)}, pads=[1] * 4)
    yield one("stride", "Conv", weights=w, strides=[2, 2], pads=[1] * 4)
    yield one("dilation", "Conv", weights=w, dilations=[2, 2])
    yield one("groups", "Conv", weights={"w": numbers(8, 2, 3, 3)}, group=2)
    yield one("same", "Conv", weights=w, auto_pad="SAME_UPPER")
    yield one("same-lower", "Conv", weights=w, auto_pad="SAME_LOWER")
    yield one("same-stride", "Conv", weights=w, auto_pad="SAME_UPPER", strides=[2, 2], known=False)
    yield one("valid", "Conv", weights=w, auto_pad="VALID")
    yield one("signal", "Conv", ("n", 4, 9), {"w": numbers(3, 4, 5)}, pads=[2, 2])
    yield one("signal-same", "Conv", ("n", 4, 9), {"w": numbers(3, 4, 5)}, auto_pad="SAME_UPPER")
    yield one("oblong", "Conv", weights={"w": numbers(8, 4, 3, 1)}, known=False)
    yield one("strides", "Conv", weights=w, strides=[2, 1], known=False)
    yield one("pads", "Conv", weights=w, pads=[0, 1, 1, 0], known=False)
    yield one(
        "even", "Conv", weights={"w": numbers(8, 4, 2, 2)}, auto_pad="SAME_UPPER", known=False
    )
    up = {"w": numbers(4, 3, 4, 4)}
    yield one("plain", "ConvTranspose", weights=up)
    yield one(
        "bias", "ConvTranspose", weights={**up, "b": numbers(3)}, strides=[2, 2], pads=[1] * 4
    )
    yield one("extra", "ConvTranspose", weights=up, strides=[2, 2], output_padding=[1, 1])
    yield one("dilation", "ConvTranspose", weights=up, dilations=[2, 2], known=False)
    yield one("groups", "ConvTranspose", weights={"w": numbers(4, 1, 4, 4)}, group=2, known=False)
    yield one(
        "same", "ConvTranspose", weights=up, auto_pad="SAME_UPPER", strides=[2, 2], known=False
    )
    yield one("shape", "ConvTranspose", weights=up, output_shape=[10, 10], known=False)
    yield one("pads", "ConvTranspose", weights=up, pads=[0, 0, 1, 1], known=False)
    for kind in ("MaxPool", "AveragePool"):
        yield one("plain", kind, kernel_shape=square)
        yield one("stride", kind, kernel_shape=(2, 2), strides=[2, 2])
        yield one("same", kind, kernel_shape=square, auto_pad="SAME_UPPER")
        yield one("pads", kind, kernel_shape=square, strides=[2, 2], pads=[1] * 4)
        yield one("signal", kind, ("n", 4, 9), kernel_shape=[3], strides=[2])
        yield one("ceil", kind, kernel_shape=(2, 2), strides=[3, 3], ceil_mode=1, known=False)
        yield one("odd", kind, kernel_shape=(2, 2), pads=[0, 0, 1, 1], known=False)
    yield one("dilation", "MaxPool", kernel_shape=(2, 2), dilations=[2, 2], known=False)
    yield one(
        "whole", "AveragePool", kernel_shape=square, pads=[1] * 4, count_include_pad=1, known=False
    )


def dense() -> Iterator[Case]:
    w, b = numbers(6, 3), numbers(3)
    yield one("plain", "Gemm", VECTOR, {"w": w})
    yield one("settings", "Gemm", VECTOR, {"w": w.T.copy(), "b": b}, alpha=0.5, beta=2.0, transB=1)
    yield one("row", "Gemm", VECTOR, {"w": w, "b": b[None]})
    yield one("number", "Gemm", VECTOR, {"w": w, "b": b[:1]})
    yield one("turned", "Gemm", (6, 6), {"w": w}, transA=1, known=False)
    yield one("column", "Gemm", (3, 6), {"w": w, "b": b[:, None]}, known=False)
    yield one("vector", "MatMul", VECTOR, {"w": w})
    yield one("sequence", "MatMul", SEQUENCE, {"w": w})
    yield one("image", "MatMul", IMAGE, {"w": w}, known=False)
    yield one("turned", "MatMul", (6, 6), {"w": numbers(4, 6)}, inputs=("w", "x"), known=False)
    product = (helper.make_node("MatMul", ["x", "w"], ["p"]),)
    for name, shape in {"bias": (3,), "row": (1, 3), "number": (1,), "more": (1, 1, 3)}.items():
        known = name in ("bias", "row")
        weights = {"w": w, "b": numbers(*shape)}
        yield one(name, "Add", VECTOR, weights, known, inputs=("b", "p"), before=product)
    table = {"w": numbers(9, 4)}
    index = TensorProto.INT64
    yield one("", "Gather", ("n", 5), table, inputs=("w", "x"), dtype=index)
    yield one("one", "Gather", ("n",), table, inputs=("w", "x"), dtype=index, known=False)
    yield one(
        "axis", "Gather", ("n", 5), table, inputs=("w", "x"), dtype=index, axis=1, known=False
    )
    turn = (helper.make_node("Transpose", ["w"], ["t"], perm=[1, 0]),)
    yield one("shared", "MatMul", VECTOR, {"w": w.T.copy()}, inputs=("x", "t"), before=turn)


def norms() -> Iterator[Case]:
    names = ("scale", "shift", "mean", "spread")
    four = {n: np.abs(numbers(4, seed=i)) + 0.5 for i, n in enumerate(names)}
    two = {n: four[n] for n in names[:2]}
    six = {n: numbers(6, seed=i) for i, n in enumerate(names[:2])}
    yield one("", "BatchNormalization", weights=four, epsilon=1e-3, momentum=0.8)
    yield one("signal", "BatchNormalization", ("n", 4, 9), four)
    yield one("vector", "BatchNormalization", ("n", 4), four)
    yield one("volume", "BatchNormalization", ("n", 4, 2, 2, 2), four, known=False)
    train = helper.make_node("BatchNormalization", ["x", *four], ["y", "m", "v"], training_mode=1)
    yield Case("BatchNormalization-training", (train,), IMAGE, four, known=False)
    yield one("", "InstanceNormalization", weights=two, epsilon=1e-2)
    yield one("signal", "InstanceNormalization", ("n", 4, 9), two)
    yield one("", "GroupNormalization", weights=two, num_groups=2, epsilon=1e-2)
    halves = {"scale": four["scale"][:2], "shift": four["shift"][:2]}
    yield one("old", "GroupNormalization", weights=halves, num_groups=2, opset=18, known=False)
    yield one("features", "LayerNormalization", SEQUENCE, six, epsilon=1e-3)
    yield one("vector", "LayerNormalization", VECTOR, six, axis=1)
    yield one("no-shift", "LayerNormalization", SEQUENCE, {"scale": six["scale"]})
    yield one(
        "all", "LayerNormalization", SEQUENCE, {n: numbers(5, 6, seed=4) for n in six}, axis=1
    )
    yield one("image-all", "LayerNormalization", IMAGE, {n: numbers(4, 6, 6) for n in six}, axis=-3)
    yield one("image", "LayerNormalization", IMAGE, six)
    yield one(
        "some", "LayerNormalization", IMAGE, {n: numbers(6, 6) for n in six}, axis=2, known=False
    )
    yield one("one-scale", "LayerNormalization", SEQUENCE, {"scale": numbers(1)}, known=False)
    for name, shape in {"channels": (4, 1, 1), "width": (4,)}.items():
        yield by_groups(name, shape)


def by_groups(name: str, shape: tuple[int, ...]) -> Case:
    """Groups as exporters write them; a scale along the width is none of channels."""
    nodes = (
        helper.make_node("Reshape", ["x", "split"], ["g"]),
        helper.make_node("InstanceNormalization", ["g", "ones", "zeros"], ["i"]),
        helper.make_node("Reshape", ["i", "whole"], ["r"]),
        helper.make_node("Mul", ["r", "scale"], ["m"]),
        helper.make_node("Add", ["m", "shift"], ["y"]),
    )
    weights: Weights = {
        "split": whole(0, 2, -1),
        "whole": whole(-1, 4, 4, 4),
        "ones": np.ones(2, np.float32),
        "zeros": np.zeros(2, np.float32),
        "scale": numbers(*shape),
        "shift": numbers(*shape, seed=1),
    }
    return Case(f"groups-{name}", nodes, ("n", 4, 4, 4), weights, known=name == "channels")


def pointwise() -> Iterator[Case]:
    for kind in ("Relu", "Sigmoid", "Tanh", "LeakyRelu", "Elu", "Gelu", "Identity", "Dropout"):
        yield one("", kind, SEQUENCE)
    yield one("alpha", "LeakyRelu", alpha=0.3)
    yield one("steep", "LeakyRelu", alpha=1.5, known=False)
    yield one("alpha", "Elu", alpha=0.7)
    yield one("tanh", "Gelu", approximate="tanh")
    for axis in (1, -1, 2):
        yield one(f"sequence{axis}", "Softmax", SEQUENCE, axis=axis)
    yield one("channels", "Softmax", axis=1)
    yield one("height", "Softmax", axis=2, known=False)
    yield one("examples", "Softmax", VECTOR, axis=0, known=False)
    yield one("old", "Softmax", SEQUENCE, opset=11, known=False)
    yield one("old-last", "Softmax", SEQUENCE, opset=11, axis=2)
    yield one("old-vector", "Softmax", VECTOR, opset=11)
    yield one("ratio", "Dropout", weights={"ratio": np.array(0.2, np.float32)})
    mask = helper.make_node("Dropout", ["x"], ["d", "mask"])
    cast = helper.make_node("Cast", ["mask"], ["y"], to=TensorProto.FLOAT)
    yield Case("Dropout-mask", (mask, cast), VECTOR, {}, known=False)
    yield one("same", "Cast", to=TensorProto.FLOAT)
    yield one("whole", "Cast", to=TensorProto.INT64, known=False)


def shapes() -> Iterator[Case]:
    yield one("", "Flatten")
    yield one("vector", "Flatten", VECTOR)
    yield one("axis", "Flatten", axis=-3)
    yield one("rows", "Flatten", axis=2, known=False)
    yield one("whole", "Flatten", axis=0, known=False)
    yield one("flat", "Reshape", weights={"s": whole(0, -1)})
    yield one("image", "Reshape", VECTOR, {"s": whole(-1, 1, 2, 3)})
    yield one("same", "Reshape", VECTOR, {"s": whole(0, 6)})
    yield one("examples", "Reshape", VECTOR, {"s": whole(-1, 3)}, known=False)
    yield one("deep", "Reshape", VECTOR, {"s": whole(0, 1, 1, 1, 2, 3)}, known=False)
    yield one("axes", "Squeeze", ("n", 4, 1, 1), {"a": whole(2, 3)})
    yield one("negative", "Squeeze", ("n", 1, 6), {"a": whole(-2)})
    yield one("old", "Squeeze", ("n", 1, 6), opset=11, axes=[1])
    yield one("axes", "Unsqueeze", VECTOR, {"a": whole(1, -1)})
    yield one("old", "Unsqueeze", VECTOR, opset=11, axes=[1])
    yield one("examples", "Unsqueeze", VECTOR, {"a": whole(0)}, known=False)
    yield one("none", "Transpose", perm=[0, 1, 2, 3])
    yield one("steps", "Transpose", SEQUENCE, perm=[0, 2, 1])
    yield one("last", "Transpose", perm=[0, 2, 3, 1])
    yield one("backwards", "Transpose", perm=[0, 3, 2, 1])
    yield one("unsaid", "Transpose", known=False)
    yield one("examples", "Transpose", (3, 3, 6), perm=[1, 0, 2], known=False)


def merges() -> Iterator[Case]:
    half = (helper.make_node("Relu", ["x"], ["a"]), helper.make_node("Tanh", ["x"], ["b"]))
    pooled = (helper.make_node("GlobalAveragePool", ["x"], ["b"]), half[0])
    narrow = (helper.make_node("MatMul", ["x", "w"], ["b"]), half[0])
    for kind in ("Add", "Mul", "Sum"):
        if kind != "Sum":
            yield one("channels", kind, inputs=("b", "a"), before=pooled)
            yield one(
                "stretched", kind, SEQUENCE, {"w": numbers(6, 1)}, inputs=("a", "b"), before=narrow
            )
            yield one("constant", kind, VECTOR, {"c": numbers(6)}, known=False)
        yield one("two", kind, inputs=("a", "b"), before=half)
        yield one("itself", kind, inputs=("x", "x"))
    yield one("three", "Sum", inputs=("a", "b", "x"), before=half)
    lower = (helper.make_node("ReduceMean", ["x", "s"], ["b"], keepdims=0), half[0])
    for kind in ("Add", "Mul"):
        ranks = one(
            "ranks", kind, (3, 6, 6), {"s": whole(1)}, False, inputs=("a", "b"), before=lower
        )
        yield ranks
    for axis in (1, -1, 3, -3):
        yield one(f"image{axis}", "Concat", inputs=("a", "b"), before=half, axis=axis)
    yield one("sequence", "Concat", SEQUENCE, inputs=("a", "b"), before=half, axis=-1)
    yield one("steps", "Concat", SEQUENCE, inputs=("a", "b"), before=half, axis=1)
    yield one("height", "Concat", inputs=("a", "b"), before=half, axis=2, known=False)
    yield one("examples", "Concat", inputs=("a", "b"), before=half, axis=0, known=False)


def pools() -> Iterator[Case]:
    yield one("", "GlobalAveragePool")
    yield one("signal", "GlobalMaxPool", SEQUENCE)
    for kind, opset in (("ReduceMean", 21), ("ReduceMax", 21), ("ReduceMean", 11)):
        for keep in (0, 1):
            for name, axes in {"positions": (2, 3), "negative": (-1, -2)}.items():
                yield _reduced(f"{name}-{keep}-{opset}", kind, opset, axes, keep)
        for odd in ((2,), (1,), (1, 2, 3)):
            yield _reduced(f"axes{len(odd)}{odd[0]}-{opset}", kind, opset, odd, 0, known=False)
    yield one("all", "ReduceMean", keepdims=0, known=False)
    mean = (helper.make_node("GlobalAveragePool", ["x"], ["p"]),)
    yield one("pooled", "Flatten", inputs=("p",), before=mean)
    yield one("pooled", "Conv", weights={"w": numbers(2, 4, 1, 1)}, inputs=("p", "w"), before=mean)


def _reduced(
    name: str, kind: str, opset: int, axes: tuple[int, ...], keep: int, known: bool = True
) -> Case:
    if opset < 18:
        return one(name, kind, opset=opset, axes=axes, keepdims=keep, known=known)
    return one(name, kind, weights={"a": whole(*axes)}, keepdims=keep, known=known)


def resizes() -> Iterator[Case]:
    sizes = {"two": (2.0, 2.0), "three": (3.0, 3.0), "oblong": (1.0, 2.0), "part": (1.5, 1.5)}
    ways = ("half_pixel", "asymmetric", "align_corners", "pytorch_half_pixel")
    roundings = ("round_prefer_floor", "floor", "ceil", "round_prefer_ceil")
    for size, factors in sizes.items():
        scales = {"s": np.array([1, 1, *factors], np.float32)}
        for way in ways:
            same: Any = {"inputs": ("x", "", "s"), "coordinate_transformation_mode": way}
            for rounding in roundings:
                known = size in ("two", "three") and (way, rounding) in {
                    ("asymmetric", "floor"), ("half_pixel", "round_prefer_floor"),
                }  # fmt: skip
                name = f"{size}-{way}-{rounding}"
                yield one(
                    name, "Resize", weights=scales, known=known, nearest_mode=rounding, **same
                )
            known = size in ("two", "three") and "half_pixel" in way
            yield one(
                f"{size}-{way}-linear", "Resize", weights=scales, known=known, mode="linear", **same
            )
    two = {"s": np.array([1, 1, 2, 2], np.float32)}
    signal = {"s": np.array([1, 1, 2], np.float32)}
    named: Any = {"inputs": ("x", "", "s")}
    yield one("cubic", "Resize", weights=two, mode="cubic", known=False, **named)
    yield one("signal", "Resize", SEQUENCE, signal, mode="linear", **named)
    yield one(
        "sizes",
        "Resize",
        weights={"s": whole(3, 4, 12, 12)},
        shape=(3, 4, 6, 6),
        inputs=("x", "", "", "s"),
    )
    for kind, opset in (("Upsample", 9), ("Resize", 10)):
        yield one(f"old-{opset}", kind, weights=two, opset=opset, mode="nearest")
        yield one(f"old-linear-{opset}", kind, weights=two, opset=opset, mode="linear", known=False)


def joined() -> Iterator[Case]:
    """Several operators that stand for one layer."""
    values = {"half": 0.5, "root": 2**0.5, "one": 1.0}
    half = {name: np.array(value, np.float32) for name, value in values.items()}
    erf = (
        helper.make_node("Div", ["x", "root"], ["d"]),
        helper.make_node("Erf", ["d"], ["e"]),
        helper.make_node("Add", ["e", "one"], ["a"]),
    )
    first = helper.make_node("Mul", ["x", "half"], ["h"])
    last = helper.make_node("Mul", ["x", "a"], ["m"])
    yield one("gelu", "Mul", VECTOR, half, inputs=("h", "a"), before=(first, *erf))
    yield one("gelu-late", "Mul", VECTOR, half, inputs=("m", "half"), before=(*erf, last))
    yield one("no-gelu", "Mul", VECTOR, half, False, inputs=("m", "root"), before=(*erf, last))
    gate = (helper.make_node("Sigmoid", ["x"], ["s"]),)
    yield one("silu", "Mul", VECTOR, inputs=("s", "x"), before=gate)


GATES = {"LSTM": 4, "GRU": 3, "RNN": 1}


def recurrent() -> Iterator[Case]:
    for kind in GATES:
        usual: Any = {"linear_before_reset": 1} if kind == "GRU" else {}
        for ways in (1, 2):
            for last in (False, True):
                yield steps("", kind, ways, last, **usual)
        yield steps("turned", kind, 1, True, known=False, direction="reverse", **usual)
        yield steps("clip", kind, 1, False, known=False, clip=0.1, **usual)
        yield steps("state", kind, 1, False, known=False, state=True, **usual)
        yield steps("no-bias", kind, 2, False, biased=False, **usual)
        yield steps("layout", kind, 1, True, layout=1, **usual)
        yield steps("layout", kind, 1, False, layout=1, **usual)
    yield steps("early-reset", "GRU", 1, True, known=False)
    yield steps("relu", "RNN", 2, False, activations=["Relu", "Relu"])
    yield steps("mixed", "RNN", 2, False, known=False, activations=["Tanh", "Relu"])
    yield steps("hard", "LSTM", 1, False, known=False, activations=["HardSigmoid", "Tanh", "Tanh"])
    yield steps("coupled", "LSTM", 1, False, known=False, input_forget=1)
    yield steps("cell", "LSTM", 1, True, known=False, cell=True)


def steps(
    name: str,
    kind: str,
    ways: int,
    last: bool,
    known: bool = True,
    biased: bool = True,
    state: bool = False,
    cell: bool = False,
    **settings: Any,
) -> Case:
    """A recurrent layer between operators that bring the axes in order; ``y`` has examples first."""
    units, size, first = 5, GATES[kind] * 5, settings.get("layout", 0)
    weights: Weights = {
        "w": numbers(ways, size, 6),
        "r": numbers(ways, size, units, seed=1) / 4,
    }
    if biased:
        weights["b"] = numbers(ways, 2 * size, seed=2)
    if state:
        weights["h"] = numbers(ways, 3, units, seed=3)
    if ways == 2:
        settings["direction"] = "bidirectional"
    inputs = ["x" if first else "t", "w", "r", "b" if biased else "", "", "h" if state else ""]
    wanted = "c" if cell else "h_n" if last else "s"
    outputs = [wanted if wanted == given else "" for given in ("s", "h_n", "c")]
    core = helper.make_node(
        kind, inputs, outputs if cell else outputs[:2], hidden_size=units, **settings
    )
    before = [] if first else [helper.make_node("Transpose", ["x"], ["t"], perm=[1, 0, 2])]
    weights |= {"flat": whole(0, -1) if last else whole(0, 0, -1)}
    turn = helper.make_node("Transpose", [wanted], ["u"], perm=[1, 0, 2] if last else [2, 0, 1, 3])
    flat = helper.make_node("Reshape", [wanted if first else "u", "flat"], ["y"])
    after = [flat] if first else [turn, flat]
    label = "-".join(filter(None, (kind, name, str(ways), "last" if last else "all")))
    shape = (3, 5, 6) if state else SEQUENCE
    return Case(label, (*before, core, *after), shape, weights, known, reference=bool(first))


CASES = [
    case
    for group in (
        windows,
        dense,
        norms,
        pointwise,
        shapes,
        merges,
        pools,
        resizes,
        joined,
        recurrent,
    )
    for case in group()
]
