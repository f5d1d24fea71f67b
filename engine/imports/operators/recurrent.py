"""Recurrent layers, which ONNX feeds step by step first and whose results it splits by direction.

Tensors around them have other orders of axes than ``NTF`` (examples, steps, features): T steps, N examples,
F features, D directions, H units. The rules here follow these orders until the usual one is back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.imports.onnx_graph import Dims, Op, same_numbers
from engine.imports.sketch import Sketch, floats, rule
from projects.schema import Node

# Gates in the order of torch, as positions in the order of ONNX (input, output, forget, cell; update, reset, new).
_GATES = {"LSTM": (0, 2, 3, 1), "GRU": (1, 0, 2), "RNN": (0,)}
_USUAL = "NTF"


@rule("LSTM", "GRU", "RNN")
def recurrent(op: Op, sketch: Sketch) -> bool:
    """A recurrent layer that begins with zeros, and gives its states or the last one."""
    first = op.get("layout", 0)
    x = op.input(0)
    wanted = _USUAL if first else "TNF"
    if sketch.layouts.get(x, _USUAL) != wanted or not _plain(op, sketch):
        return False
    states, last = op.outputs[0], op.outputs[1] if len(op.outputs) > 1 else ""
    used = [name for name in (states, last) if sketch.graph.takers(name)]
    params = _params(op, sketch)
    if len(used) != 1 or params is None:
        return False
    if used[0] == states:
        params["returns"] = "sequence"
    sketch.layer(op, op.kind.lower(), params, _weights(op, sketch), inputs=[x], output=used[0])
    if used[0] == states:
        sketch.layouts[states] = "NTDH" if first else "TDNH"
    else:
        sketch.layouts[last] = "NDH" if first else "DNH"
    return True


def _plain(op: Op, sketch: Sketch) -> bool:
    """Whether it has nothing that the layers here lack."""
    if op.get("direction", "forward") not in ("forward", "bidirectional"):
        return False
    if (
        op.input(4)
        or op.get("clip")
        or op.get("input_forget")
        or (op.kind == "LSTM" and op.input(7))
    ):
        return False
    if op.kind == "GRU" and not op.get("linear_before_reset", 0):
        return False
    if not all(_zero(sketch, op.input(i)) for i in (5, 6)):
        return False
    usual = {"LSTM": ["Sigmoid", "Tanh", "Tanh"], "GRU": ["Sigmoid", "Tanh"]}.get(op.kind)
    given = op.get("activations")
    return given is None or usual is None or list(given) == usual * (len(given) // len(usual))


def _zero(sketch: Sketch, tensor: str) -> bool:
    """Whether a first state is all zeros; one that is computed from sizes alone counts as well."""
    if not tensor:
        return True
    value = sketch.graph.constant(tensor)
    if value is not None:
        return same_numbers(value.reshape(-1), 0)
    maker = sketch.graph.maker(
        tensor, "Expand", "ConstantOfShape", "Slice", "Identity", "Unsqueeze"
    )
    if maker is None:
        return False
    if maker.kind == "ConstantOfShape":
        return same_numbers(np.asarray(maker.get("value", 0.0)).reshape(-1), 0)
    return _zero(sketch, maker.input(0))


def _params(op: Op, sketch: Sketch) -> dict[str, Any] | None:
    weight = sketch.graph.constant(op.input(1))
    inner = sketch.graph.constant(op.input(2))
    if weight is None or inner is None or weight.ndim != 3 or inner.ndim != 3:
        return None
    ways, units = len(weight), inner.shape[2]
    size, bias = len(_GATES[op.kind]) * units, sketch.graph.constant(op.input(3))
    if ways not in (1, 2) or weight.shape[1] != size or inner.shape[:2] != (ways, size):
        return None
    if not size or (op.input(3) and (bias is None or bias.shape != (ways, 2 * size))):
        return None
    params: dict[str, Any] = {"units": int(units)}
    if len(weight) == 2:
        params["bidirectional"] = True
    if op.kind == "RNN":
        names = {name.lower() for name in op.get("activations", ["Tanh"])}
        if len(names) != 1 or not names <= {"tanh", "relu"}:
            return None
        if names == {"relu"}:
            params["nonlinearity"] = "relu"
    return params


def _weights(op: Op, sketch: Sketch) -> dict[str, NDArray[Any]]:
    """Matrices and offsets by direction, with their gates in the order of torch."""
    found: dict[str, NDArray[Any]] = {}
    parts = [sketch.graph.constant(op.input(i)) for i in (1, 2, 3)]
    for direction in range(0 if parts[0] is None else len(parts[0])):
        tail = "_reverse" if direction else ""
        for name, value in zip(("weight_ih", "weight_hh"), parts[:2], strict=True):
            if value is not None:
                found[f"core.{name}_l0{tail}"] = _ordered(value[direction], op.kind)
        units = found[f"core.weight_hh_l0{tail}"].shape[0]
        offsets = np.zeros(2 * units) if parts[2] is None else parts[2][direction]
        found[f"core.bias_ih_l0{tail}"] = _ordered(offsets[:units], op.kind)
        found[f"core.bias_hh_l0{tail}"] = _ordered(offsets[units:], op.kind)
    return found


def _ordered(value: NDArray[Any], kind: str) -> NDArray[np.float32]:
    gates = np.split(value, len(_GATES[kind]))
    return floats(np.concatenate([gates[i] for i in _GATES[kind]]))


# ------------------------------------------------------------------------------- orders of axes


def turned(op: Op, sketch: Sketch) -> bool:
    """Follow an operator that only brings axes in order around recurrent layers.

    Returns:
        Whether it was one; then what it makes is known.
    """
    if not op.inputs or not sketch.is_data(op.input(0)):
        return False
    x = op.input(0)
    if op.kind == "Gather" and _last_step(op, sketch):
        return True
    order = sketch.layouts.get(x)
    step = _STEPS.get(op.kind)
    after = step(op, sketch, order) if step is not None else None
    if after is None:
        return False
    sketch.same(x, op.result)
    if after in (_USUAL, "NF"):
        sketch.layouts.pop(op.result, None)
    else:
        sketch.layouts[op.result] = after
    return sketch.narrowed(op.result)


def _transposed(op: Op, sketch: Sketch, order: str | None) -> str | None:
    turn = op.get("perm")
    if order is None:
        return "TNF" if turn == [1, 0, 2] and _feeds_recurrent(op, sketch) else None
    if turn is None or sorted(turn) != list(range(len(order))):
        return None
    return _plainly("".join(order[axis] for axis in turn))


def _feeds_recurrent(op: Op, sketch: Sketch) -> bool:
    return sketch.graph.only_taker(op.result, "LSTM", "GRU", "RNN") is not None


def _squeezed(op: Op, sketch: Sketch, order: str | None) -> str | None:
    axes = sketch.graph.whole_numbers(op.input(1)) or op.get("axes")
    shape = sketch.graph.shape(op.input(0))
    if order is None or axes is None or len(axes) != 1 or shape is None:
        return None
    if len(shape) != len(order) or shape[place := axes[0] % len(order)] != 1 or order[place] != "D":
        return None
    return _plainly(order.replace("D", ""))


def _reshaped(op: Op, sketch: Sketch, order: str | None) -> str | None:
    """Directions and units side by side become features."""
    if order is None or not order.endswith("DH"):
        return None
    shape, source = sketch.graph.shape(op.result), sketch.graph.shape(op.input(0))
    if shape is None or source is None or len(source) != len(order):
        return None
    if shape != (*source[:-2], source[-2] * source[-1]):
        return None
    return order.replace("DH", "F")


def _gathered(op: Op, sketch: Sketch, order: str | None) -> str | None:
    """The state of the only direction."""
    if order is None or sketch.graph.number(op.input(1)) is None:
        return None
    shape = sketch.graph.shape(op.input(0))
    value = sketch.graph.constant(op.input(1))
    if shape is None or value is None or value.ndim or _picked(op, order, shape) != ("D", 1):
        return None
    return _plainly(order.replace("D", ""))


def _picked(op: Op, order: str, shape: Dims) -> tuple[str, int] | None:
    """Along which axis an operator picks, and the size of that one; None when there is no such axis."""
    axis = op.get("axis", 0)
    known = len(order) == len(shape) and -len(order) <= axis < len(order)
    return (order[axis], shape[axis]) if known else None


def _plainly(order: str) -> str:
    """Without directions, the units are the features."""
    return order if "D" in order else order.replace("H", "F")


_STEPS: dict[str, Callable[[Op, Sketch, str | None], str | None]] = {
    "Transpose": _transposed,
    "Squeeze": _squeezed,
    "Reshape": _reshaped,
    "Gather": _gathered,
}


def _last_step(op: Op, sketch: Sketch) -> bool:
    """The state after the last step of a layer that gives all of them: it gives only that one then."""
    x, index = op.input(0), sketch.graph.number(op.input(1))
    drawn = sketch.nodes[sketch.sources[x]]
    shape, value = sketch.graph.shape(x), sketch.graph.constant(op.input(1))
    order = sketch.layouts.get(x, _USUAL)
    if drawn.type not in ("lstm", "gru", "rnn") or drawn.params.get("bidirectional"):
        return False
    if index is None or shape is None or value is None or value.ndim or len(order) != 3:
        return False
    picked = _picked(op, order, shape)
    if picked is None or picked[0] != "T" or index % picked[1] != picked[1] - 1:
        return False
    if not _alone(x, sketch):
        return False
    params = {name: v for name, v in drawn.params.items() if name != "returns"}
    sketch.nodes[sketch.sources[x]] = Node(type=drawn.type, params=params)
    sketch.same(x, op.result)
    sketch.layouts.pop(op.result, None)
    return sketch.narrowed(op.result)


def _alone(tensor: str, sketch: Sketch) -> bool:
    """Whether nobody else takes what a layer gives, back through what only brought axes in order."""
    node = sketch.sources[tensor]
    held = [name for name, source in sketch.sources.items() if source == node]
    return all(
        sketch.graph.only_taker(name) is not None for name in held if sketch.graph.takers(name)
    )
