"""Sizes of everything that flows through an ONNX graph, and the values of what only reckons with sizes.

Exporters write the sizes of a reshape as operators that take the shape of a tensor apart and put it
together again. Shapes and these values depend on each other, so both are found in turns.
"""

from __future__ import annotations

import math
from collections import ChainMap
from collections.abc import Mapping
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper, shape_inference
from onnx.reference import ReferenceEvaluator

from engine.imports.onnx_graph import Dims
from engine.imports.running import broadcast

SMALL = 64
TURNS = 12
_RECKONED = frozenset(
    [
        "Gather",
        "Unsqueeze",
        "Squeeze",
        "Concat",
        "Slice",
        "Cast",
        "Add",
        "Sub",
        "Mul",
        "Div",
        "Mod",
        "Reshape",
        "Identity",
        "Min",
        "Max",
        "Neg",
        "Equal",
        "Where",
        "Floor",
        "Ceil",
        "ReduceProd",
    ]
)
# Of these, what stretches its inputs to each other, which can come to far more numbers than they are.
_STRETCHED = frozenset(["Add", "Sub", "Mul", "Div", "Mod", "Min", "Max", "Equal", "Where"])


def fold(
    model: Any, constants: Mapping[str, NDArray[Any]]
) -> tuple[dict[str, Dims], dict[str, NDArray[Any]]]:
    """Return the sizes of every tensor for which all of them can be told, and small values.

    Args:
        model: The model; its inputs have sizes throughout. It is left as it is.
        constants: Values that are known.
    """
    light = _without_weights(model)
    values = dict(constants)
    found: dict[str, NDArray[Any]] = {}
    shapes: dict[str, Dims] = {}
    for _turn in range(TURNS):
        shapes = _inferred(light)
        new = _reckon(light, shapes, values)
        if not new:
            break
        found |= new
        values |= new
    return shapes, found


def _without_weights(model: Any) -> Any:
    """A copy in which large weights are inputs of their shape: nobody asks for their values here."""
    light = onnx.ModelProto()
    light.ir_version = model.ir_version
    light.opset_import.extend(model.opset_import)
    light.graph.name = model.graph.name
    light.graph.node.extend(model.graph.node)
    light.graph.input.extend(model.graph.input)
    light.graph.output.extend(model.graph.output)
    for value in light.graph.output:
        value.type.tensor_type.ClearField("shape")
    known = {value.name for value in light.graph.input}
    for tensor in model.graph.initializer:
        if math.prod(tensor.dims) <= SMALL and not tensor.external_data:
            light.graph.initializer.append(tensor)
        elif tensor.name not in known:
            value = helper.make_tensor_value_info(tensor.name, tensor.data_type, list(tensor.dims))
            light.graph.input.append(value)
    return light


def _inferred(light: Any) -> dict[str, Dims]:
    try:
        told = shape_inference.infer_shapes(light, data_prop=True)
    except Exception:  # what the inference cannot do is no reason to draw nothing
        return {}
    found: dict[str, Dims] = {}
    for value in (*told.graph.input, *told.graph.value_info, *told.graph.output):
        kind = value.type.tensor_type
        sizes = tuple(dim.dim_value for dim in kind.shape.dim)
        if kind.HasField("shape") and all(size > 0 for size in sizes):
            found[value.name] = sizes
    return found


def _reckon(
    light: Any, shapes: dict[str, Dims], values: dict[str, NDArray[Any]]
) -> dict[str, NDArray[Any]]:
    """Work out what follows from known shapes and values, and make it part of the model."""
    new: dict[str, NDArray[Any]] = {}
    known, rest = ChainMap(new, values), []
    for node in light.graph.node:
        made = _value(node, shapes, known, light)
        if made is None:
            rest.append(node)
        else:
            new[node.output[0]] = made
            light.graph.initializer.append(numpy_helper.from_array(made, node.output[0]))
    if new:
        del light.graph.node[:]
        light.graph.node.extend(rest)
    return new


def _value(
    node: Any, shapes: dict[str, Dims], values: Mapping[str, NDArray[Any]], light: Any
) -> NDArray[Any] | None:
    if node.domain not in ("", "ai.onnx") or len(node.output) != 1:
        return None
    if node.op_type == "Shape" and node.input[:1] and node.input[0] in shapes:
        whole = shapes[node.input[0]]
        told = {a.name: a.i for a in node.attribute}
        return np.array(whole[told.get("start", 0) : told.get("end", len(whole))], np.int64)
    given = [name for name in node.input if name]
    if node.op_type not in _RECKONED or not all(name in values for name in given):
        return None
    if sum(values[name].size for name in given) > SMALL:
        return None
    if any(values[name].dtype.kind not in "fiub" for name in given):
        return None
    if node.op_type in _STRETCHED:
        sizes = broadcast(values[name].shape for name in given)
        if sizes is None or math.prod(sizes) > SMALL:
            return None
    graph = helper.make_graph(
        [node], "one", [], [helper.make_empty_tensor_value_info(node.output[0])]
    )
    model = helper.make_model(graph, opset_imports=light.opset_import, ir_version=light.ir_version)
    for name in dict.fromkeys(given):
        model.graph.initializer.append(numpy_helper.from_array(values[name], name))
    try:
        made: Any = ReferenceEvaluator(model).run(None, {})
        result = np.asarray(made[0])
    except Exception:  # the file asks for what cannot be: the operator stays as it is
        return None
    return result if result.size <= SMALL and result.dtype.kind in "fiub" else None
