"""Reading an ONNX file that anybody may have made.

The file is a message of Google's protocol buffers, which cannot name code. What it promises is looked
at before anything is made of it: its size, the sizes of its tensors, and where it says that their
values lie. Weights beside the file are read only inside its folder.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from contextlib import suppress
from gettext import gettext as _
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from google.protobuf.message import DecodeError
from numpy.typing import NDArray
from onnx import external_data_helper, helper, numpy_helper

from engine.imports.folding import fold
from engine.imports.onnx_graph import Dims, OnnxGraph, Op, Tensor
from projects.errors import FileError

LARGEST = 2**31 - 1  # no message can be larger
MOST_OPS = 20_000
MOST_NUMBERS = 2_000_000_000
BATCH = 2  # stands for an open number of examples while shapes are inferred
OPEN = 32  # and this for any other size that is left open
_NATIVE = ("", "ai.onnx")
_FLOATS = ("FLOAT", "FLOAT16", "BFLOAT16", "DOUBLE")


def read_onnx(path: Path) -> OnnxGraph:
    """Return the graph of an ONNX file.

    Args:
        path: The file.

    Raises:
        FileError: It cannot be read, is no ONNX graph, is too large, or keeps data outside its folder.
    """
    model = _parsed(path)
    graph = model.graph
    if not graph.node and not graph.output:
        raise _no_onnx(path)
    if len(graph.node) > MOST_OPS:
        raise FileError(
            _("the graph has {count:,} operators; the limit is {limit:,}.").format(
                count=len(graph.node), limit=MOST_OPS
            ),
            where=str(path),
        )
    _check_tensors(model, path)
    constants = {t.name: _values(t, path) for t in graph.initializer}
    model = _inlined(model)
    version = _version(model)
    ops = [_op(node, path, version) for node in model.graph.node]
    fixed = {op.result: value for op in ops if (value := _constant(op)) is not None}
    constants |= fixed
    notes: list[str] = []
    inputs = [_tensor(v) for v in model.graph.input if v.name not in constants]
    _close(model, inputs, notes)
    shapes, reckoned = fold(model, constants)
    constants |= reckoned
    return OnnxGraph(
        name=graph.name or path.stem,
        ops=[op for op in ops if op.result not in constants],
        inputs=inputs,
        outputs=[value.name for value in model.graph.output],
        constants=constants,
        shapes={**shapes, **{n: tuple(v.shape) for n, v in constants.items()}},
        notes=notes,
        version=version,
    )


def _parsed(path: Path) -> Any:
    try:
        size = path.stat().st_size
        if size > LARGEST:
            message = _("the file has {size:,} bytes; an ONNX file has {limit:,} at most.")
            raise FileError(message.format(size=size, limit=LARGEST), where=str(path))
        content = path.read_bytes()
    except OSError as error:
        raise FileError(
            _("cannot be read: {reason}.").format(reason=error.strerror or error), where=str(path)
        ) from error
    model = onnx.ModelProto()
    try:
        model.ParseFromString(content)
    except DecodeError as error:
        raise _no_onnx(path) from error
    return model


def _no_onnx(path: Path) -> FileError:
    return FileError(
        _("this is not an ONNX model, or it is damaged."),
        where=str(path),
        hint=_("Choose a file that ends in .onnx."),
    )


# ------------------------------------------------------------------------------- tensors


def _check_tensors(model: Any, path: Path) -> None:
    """Refuse what promises more numbers than a network may have, before any is read."""
    total = 0
    for tensor in _tensors(model.graph):
        if len(tensor.dims) > 8 or any(size < 0 for size in tensor.dims):
            message = _("the tensor {name} has no shape that could be: {dims}.")
            dims = "×".join(map(str, list(tensor.dims)[:9]))
            raise FileError(message.format(name=_quoted(tensor.name), dims=dims), where=str(path))
        total += math.prod(tensor.dims)
        if total > MOST_NUMBERS:
            message = _("the weights would be {count:,} numbers; the limit is {limit:,}.")
            raise FileError(message.format(count=total, limit=MOST_NUMBERS), where=str(path))


def _tensors(graph: Any) -> Iterator[Any]:
    yield from graph.initializer
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.HasField("t"):
                yield attribute.t
            yield from attribute.tensors


def _values(tensor: Any, path: Path) -> NDArray[Any]:
    """The numbers of a tensor; those that lie beside the file are fetched from inside its folder."""
    name = _quoted(tensor.name)
    try:
        if external_data_helper.uses_external_data(tensor):
            return _outside(tensor, path)
        return np.asarray(numpy_helper.to_array(tensor))
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        message = _("the values of the tensor {name} are damaged.").format(name=name)
        raise FileError(message, where=str(path)) from error


def _outside(tensor: Any, path: Path) -> NDArray[Any]:
    told = {entry.key: entry.value for entry in tensor.external_data}
    place = _inside(told.get("location", ""), path, tensor.name)
    dtype = np.dtype(helper.tensor_dtype_to_np_dtype(tensor.data_type))
    size = math.prod(tensor.dims) * dtype.itemsize
    offset = int(told.get("offset") or 0)
    length = int(told.get("length") or size)
    if length != size or offset < 0:
        raise ValueError("length and shape disagree")
    try:
        with place.open("rb") as file:
            file.seek(offset)
            content = file.read(size)
    except OSError as error:
        raise FileError(
            _("the values of the tensor {name} cannot be read: {reason}.").format(
                name=_quoted(tensor.name), reason=error.strerror or error
            ),
            where=str(place),
            hint=_("Keep the files of the model together in one folder."),
        ) from error
    if len(content) != size:
        raise ValueError("the file is too short")
    return np.frombuffer(content, dtype=dtype.newbyteorder("<")).reshape(tuple(tensor.dims))


def _inside(location: str, path: Path, name: str) -> Path:
    """Where a model says that values lie; outside its own folder, wherever links lead, is refused."""
    folder = Path(os.path.realpath(path.parent))
    place = Path(os.path.realpath(folder / location)) if "\0" not in location else folder
    if not location or place == folder or not place.is_relative_to(folder):
        raise FileError(
            _("the tensor {name} has its values in {place}, outside the model’s folder.").format(
                name=_quoted(name), place=_quoted(location)
            ),
            where=str(path),
            hint=_("Put that file beside the model and save the model anew."),
        )
    return place


def _quoted(name: str) -> str:
    shown = "".join(c if c.isprintable() else "�" for c in name[:60])
    return f"“{shown}”"


# ------------------------------------------------------------------------------- operators


def _inlined(model: Any) -> Any:
    """The model with its own functions written out where they are called."""
    if not model.functions:
        return model
    from onnx import inliner

    return inliner.inline_local_functions(model)


def _version(model: Any) -> int:
    """The version of the standard, within those that there are."""
    told = next((opset.version for opset in model.opset_import if opset.domain in _NATIVE), 1)
    return int(min(max(told, 1), onnx.defs.onnx_opset_version()))


def _op(node: Any, path: Path, version: int) -> Op:
    _check_settings(node, path, version)
    domain = "" if node.domain in _NATIVE else f"{node.domain}."
    return Op(
        kind=f"{domain}{node.op_type}"[:64],
        name=node.name,
        inputs=tuple(node.input),
        outputs=tuple(node.output),
        attributes={a.name: _attribute(a, path) for a in node.attribute},
    )


def _check_settings(node: Any, path: Path, version: int) -> None:
    """Refuse settings that are of another kind than the standard says, such as a text for a number."""
    kind = node.op_type
    if node.domain not in _NATIVE or not isinstance(kind, str) or not onnx.defs.has(kind):
        return
    known: dict[str, Any] = dict(onnx.defs.get_schema(kind).attributes)
    with suppress(onnx.defs.SchemaError):  # younger than the file says it is
        known |= onnx.defs.get_schema(kind, version).attributes
    for attribute in node.attribute:
        told = known.get(attribute.name)
        if told is not None and attribute.type != told.type.value:
            message = _("the setting {name} of the operator {kind} is damaged.")
            raise FileError(
                message.format(name=_quoted(attribute.name), kind=_quoted(kind)),
                where=str(path),
            )


def _attribute(attribute: Any, path: Path) -> Any:
    """A setting as a plain value; graphs inside of operators are only named."""
    kinds = onnx.AttributeProto
    if attribute.type == kinds.TENSOR:
        return _values(attribute.t, path)
    if attribute.type == kinds.STRING:
        return attribute.s.decode(errors="replace")
    if attribute.type == kinds.STRINGS:
        return [text.decode(errors="replace") for text in attribute.strings]
    if attribute.type in (kinds.FLOAT, kinds.INT):
        return helper.get_attribute_value(attribute)
    if attribute.type in (kinds.FLOATS, kinds.INTS):
        return list(helper.get_attribute_value(attribute))
    return onnx.AttributeProto.AttributeType.Name(attribute.type).lower()


def _constant(op: Op) -> NDArray[Any] | None:
    """The value of an operator that only holds one."""
    if op.kind != "Constant":
        return None
    if "value" in op.attributes:
        return np.asarray(op.attributes["value"])
    plain = [value for name, value in op.attributes.items() if name.startswith("value_")]
    if not plain or isinstance(plain[0], str):
        return None
    value = np.asarray(plain[0])
    return value.astype(np.int64 if value.dtype.kind in "iu" else np.float32)


# ------------------------------------------------------------------------------- shapes


def _tensor(value: Any) -> Tensor:
    kind = value.type.tensor_type
    dims = tuple(d.dim_value if d.dim_value > 0 else None for d in kind.shape.dim)
    index = onnx.TensorProto.DataType.Name(kind.elem_type) not in _FLOATS
    return Tensor(value.name, dims, index)


def _close(model: Any, inputs: list[Tensor], notes: list[str]) -> None:
    """Give every size that the file leaves open a value, so that shapes can be inferred."""
    named = {tensor.name: tensor for tensor in inputs}
    sizes: dict[str, int] = {}
    for value in model.graph.input:
        if value.name not in named:
            continue
        for axis, dim in enumerate(value.type.tensor_type.shape.dim):
            if dim.dim_value > 0:
                continue
            size = sizes.setdefault(
                dim.dim_param or f"{value.name}.{axis}", BATCH if axis == 0 else OPEN
            )
            dim.dim_value = size
            if axis:
                notes.append(
                    _("The model leaves size {axis} of its input open; {size} is assumed.").format(
                        axis=axis, size=size
                    )
                )
    for index, tensor in enumerate(inputs):
        inputs[index] = Tensor(tensor.name, _dims_of(model, tensor.name), tensor.index)


def _dims_of(model: Any, name: str) -> Dims:
    value = next(v for v in model.graph.input if v.name == name)
    return tuple(dim.dim_value for dim in value.type.tensor_type.shape.dim)
