"""From a graph to a network: every operator that matters drawn, none left out."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from engine.imports.fusing import fuse
from engine.imports.onnx_file import read_onnx
from engine.imports.onnx_graph import OnnxGraph, Op
from engine.imports.settling import settle
from engine.imports.sketch import RULES, Rule, Sketch
from engine.layers.base import MOST_NUMBERS, Shape
from projects.errors import FileError
from projects.schema import Network, Node, Wire
from projects.translation import gettext as _


@dataclass(frozen=True)
class Drawn:
    """A network that was drawn from a file.

    Attributes:
        network: The network; its nodes have no places yet.
        weights: Its weights by ``<node>.<parameter>``, as the modules of its layers name them.
        input: Shape of one example.
        output: Sizes of one result, when they are known.
        unknown: Nodes that stand for operators without an equivalent.
        notes: What a person should know of it, as sentences.
    """

    network: Network
    weights: dict[str, NDArray[Any]]
    input: Shape
    output: tuple[int, ...] | None
    unknown: tuple[str, ...]
    notes: tuple[str, ...]


def draw_onnx(path: Path) -> Drawn:
    """Draw the network of an ONNX file.

    Args:
        path: The file.

    Raises:
        FileError: It cannot be read, or has nothing that could be drawn.
    """
    graph = read_onnx(path)
    if not graph.inputs:
        raise FileError(
            _("nothing flows into this model, so there is no network to draw."), where=str(path)
        )
    settle(graph)
    fuse(graph)
    sketch = Sketch(graph)
    rules()
    _begin(sketch)
    for op in _needed(graph):
        _draw(op, sketch)
        _check_size(sketch, path)
    _end(sketch, path)
    return Drawn(
        network=Network(nodes=sketch.nodes, wires=tuple(sketch.wires)),
        weights=sketch.weights,
        input=_shape(sketch),
        output=sketch.dims(graph.outputs[0]) if graph.outputs else None,
        unknown=tuple(sketch.unknown),
        notes=tuple(_notes(sketch)),
    )


def rules() -> Mapping[str, Rule]:
    """Return the rule for each kind of operator that may have an equivalent."""
    package = importlib.import_module("engine.imports.operators")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")
    return RULES


def _begin(sketch: Sketch) -> None:
    for tensor in sketch.graph.inputs:
        node = sketch.name("input")
        sketch.nodes[node] = Node(type="input")
        sketch.sources[tensor.name] = node


def _end(sketch: Sketch, path: Path) -> None:
    for tensor in sketch.graph.outputs:
        if tensor not in sketch.sources:
            continue
        node = sketch.name("output")
        sketch.nodes[node] = Node(type="output")
        sketch.wires.append(Wire(sketch.sources[tensor], node))
    if not any(node.type == "output" for node in sketch.nodes.values()):
        raise FileError(
            _("the results of this model do not depend on what flows in."), where=str(path)
        )


def _needed(graph: OnnxGraph) -> list[Op]:
    """Operators on whose values a result depends; those that only reckon with sizes are left out."""
    wanted = set(graph.outputs)
    found: list[Op] = []
    for op in reversed(graph.ops):
        if wanted.isdisjoint(op.outputs):
            continue
        found.append(op)
        only_first = op.kind in ("Reshape", "Expand", "Slice", "Resize", "Upsample", "Tile")
        wanted.update(op.inputs[:1] if only_first else op.inputs)
    return [op for op in reversed(found) if op.kind != "Shape"]


def _draw(op: Op, sketch: Sketch) -> None:
    from engine.imports.operators.recurrent import turned

    if not sketch.data(op):  # made of constants alone: who takes it says what it is
        return
    if turned(op, sketch):
        return
    odd = any(name in sketch.layouts for name in sketch.data(op))
    rule = RULES.get(op.kind)
    if not sketch.is_data(op.input(0)) and op.kind != "Gather":
        rule = None  # what flows in elsewhere only steers it
    recurrent = op.kind in ("LSTM", "GRU", "RNN")
    more = any(sketch.graph.used(name) for name in op.outputs[2 if recurrent else 1 :])
    if rule is not None and (recurrent or not odd) and not more and rule(op, sketch):
        return
    sketch.stand_in(op)


def _check_size(sketch: Sketch, path: Path) -> None:
    """Layers that share a tensor of the file each have weights of their own here."""
    if sketch.numbers > MOST_NUMBERS:
        message = _("the weights would be more than {limit:,} numbers.").format(limit=MOST_NUMBERS)
        raise FileError(message, where=str(path))


def _shape(sketch: Sketch) -> Shape:
    tensor = sketch.graph.inputs[0]
    dims = tensor.dims[1:] or (1,)
    if not tensor.index:
        return Shape(dims)
    first = sketch.sources[tensor.name]
    rows = [
        len(sketch.weights[f"{wire.target}.weight"])
        for wire in sketch.wires
        if wire.source == first and sketch.nodes[wire.target].type == "embedding"
    ]
    return Shape(dims, "index", max(rows, default=2))


def _notes(sketch: Sketch) -> list[str]:
    notes = list(sketch.graph.notes)
    if sketch.unknown:
        kinds = sorted({str(sketch.nodes[node].params["op"]) for node in sketch.unknown})
        notes.append(
            _("Without an equivalent here, drawn as unknown: {kinds} (layers: {count}).").format(
                kinds=", ".join(kinds[:12]) + (" …" if len(kinds) > 12 else ""),
                count=len(sketch.unknown),
            )
        )
    if len(sketch.graph.inputs) > 1:
        notes.append(_("The model is fed at several places; a network here at one."))
    if len(sketch.graph.outputs) > 1:
        notes.append(_("The model has several results; a network here has one."))
    return notes
