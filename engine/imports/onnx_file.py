"""Reading an ONNX file that anybody may have made.

The file is a message of Google's protocol buffers, which cannot name code. What it promises is looked
at before anything is made of it: its size, the sizes of its tensors, and where it says that their
values lie. Weights beside the file are read only inside its folder.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path, PureWindowsPath
from typing import Any

import numpy as np
import onnx
from google.protobuf.message import DecodeError
from numpy.typing import NDArray
from onnx import TensorProto, external_data_helper, helper, numpy_helper

from engine.imports.folding import fold
from engine.imports.inlining import inlined
from engine.imports.onnx_graph import OnnxGraph, Op, Tensor, printable
from engine.layers.base import MOST_NUMBERS
from projects.errors import FileError
from projects.translation import gettext as _

LARGEST = 2**31 - 1  # no message can be larger
MOST_OPS = 20_000
MOST_LINKS = 20 * MOST_OPS  # tensors that operators take and make
MOST_ENDS = 1000  # inputs and results of the whole graph
MOST_AXES = 8
BATCH = 2  # stands for an open number of examples while shapes are inferred
OPEN = 32  # and this for any other size that is left open
_NATIVE = ("", "ai.onnx")
_FLOATS = (TensorProto.FLOAT, TensorProto.FLOAT16, TensorProto.BFLOAT16, TensorProto.DOUBLE)


def read_onnx(path: Path) -> OnnxGraph:
    """Return the graph of an ONNX file.

    Args:
        path: The file.

    Raises:
        FileError: It cannot be read, is no ONNX graph, is too large, or keeps data outside its folder.
    """
    model = _parsed(path)
    if not model.graph.node and not model.graph.output:
        raise _no_onnx(path)
    model = inlined(model, MOST_OPS, path)
    graph = model.graph
    _check_counts(graph, path)
    _check_tensors(model, path)
    constants = {t.name: _values(t, path) for t in graph.initializer}
    version = _version(model)
    ops = [_op(node, path, version) for node in graph.node]
    _check_order(ops, {value.name for value in graph.input}, set(constants), path)
    fixed = {op.result: value for op in ops if (value := _constant(op)) is not None}
    constants |= fixed
    notes: list[str] = []
    sizes: dict[str, int] = {}
    inputs = [_closed(value, sizes, notes) for value in graph.input if value.name not in constants]
    shapes, reckoned = fold(model, constants)
    constants |= reckoned
    return OnnxGraph(
        ops=[op for op in ops if op.result not in constants],
        inputs=inputs,
        outputs=[value.name for value in graph.output],
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


def _check_counts(graph: Any, path: Path) -> None:
    """Refuse what is too large to be drawn, before anything is made of it."""
    fixed = {tensor.name for tensor in graph.initializer}
    ends = len(graph.output) + sum(value.name not in fixed for value in graph.input)
    links = sum(len(node.input) + len(node.output) for node in graph.node)
    for message, count, limit in (
        (_("the graph has {count:,} operators; the limit is {limit:,}."), len(graph.node), MOST_OPS),
        (_("its operators have {count:,} inputs and results; the limit is {limit:,}."), links, MOST_LINKS),
        (_("the graph has {count:,} inputs and results; the limit is {limit:,}."), ends, MOST_ENDS),
    ):  # fmt: skip
        if count > limit:
            raise FileError(message.format(count=count, limit=limit), where=str(path))


def _check_order(ops: Sequence[Op], inputs: set[str], constants: set[str], path: Path) -> None:
    """Refuse a graph where a tensor is made twice, or taken before it is made."""
    coming = {name for op in ops for name in op.outputs if name}
    made = inputs | constants
    for op in ops:
        for name in filter(None, op.inputs):
            if name in coming and name not in made:
                message = _("the operator {kind} takes {name} before it is made.")
                message = message.format(kind=_quoted(op.kind), name=_quoted(name))
                raise FileError(message, where=str(path))
        for name in filter(None, op.outputs):
            if name in made:
                message = _("the tensor {name} is made twice.").format(name=_quoted(name))
                raise FileError(message, where=str(path))
            made.add(name)


# ------------------------------------------------------------------------------- tensors


def _check_tensors(model: Any, path: Path) -> None:
    """Refuse what promises more numbers than a network may have, before any is read."""
    total = 0
    for tensor in _tensors(model.graph):
        if len(tensor.dims) > MOST_AXES or any(size < 0 for size in tensor.dims):
            message = _("the tensor {name} has no shape that could be: {dims}.")
            dims = "×".join(map(str, tensor.dims[: MOST_AXES + 1]))
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
    folder = place = Path(os.path.realpath(path.parent))
    if "\0" not in location and not PureWindowsPath(location).anchor:  # else a network may be asked
        place = Path(os.path.realpath(folder / location))
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
    return f"“{printable(name[:60])}”"


# ------------------------------------------------------------------------------- operators


def _version(model: Any) -> int:
    """The version of the standard, within those that there are."""
    told = next((opset.version for opset in model.opset_import if opset.domain in _NATIVE), 1)
    return int(min(max(told, 1), onnx.defs.onnx_opset_version()))


def _op(node: Any, path: Path, version: int) -> Op:
    _check_settings(node, path, version)
    domain = "" if node.domain in _NATIVE else f"{node.domain}."
    return Op(
        kind=printable(f"{domain}{node.op_type}"[:64]),
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
    value = np.asarray(plain[0] if plain else "")
    if value.dtype.kind not in "iuf":
        return None
    return value.astype(np.int64 if value.dtype.kind in "iu" else np.float32)


# ------------------------------------------------------------------------------- shapes


def _closed(value: Any, sizes: dict[str, int], notes: list[str]) -> Tensor:
    """What flows in; every size that the file leaves open gets a value, so that shapes can be inferred."""
    kind = value.type.tensor_type
    for axis, dim in enumerate(kind.shape.dim):
        if dim.dim_value > 0:
            continue
        usual = BATCH if axis == 0 else OPEN
        dim.dim_value = sizes.setdefault(dim.dim_param or f"{value.name}.{axis}", usual)
        if axis:
            note = _("The model leaves size {axis} of its input open; {size} is assumed.")
            notes.append(note.format(axis=axis, size=dim.dim_value))
    dims = tuple(dim.dim_value for dim in kind.shape.dim)
    return Tensor(value.name, dims, kind.elem_type not in _FLOATS)
