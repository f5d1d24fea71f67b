"""A network while it is drawn from a graph: nodes, wires and weights, and which tensor is whose result."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.imports.onnx_graph import Dims, OnnxGraph, Op, printable
from engine.layers.unknown import Unknown
from projects.schema import Node, Wire
from projects.translation import gettext as _

Rule = Callable[[Op, "Sketch"], bool]
RULES: dict[str, Rule] = {}
MOST_TEXT = 2000


def rule(*kinds: str) -> Callable[[Rule], Rule]:
    """Enter a function that draws operators of some kinds; it answers whether it could."""

    def enter(draw: Rule) -> Rule:
        RULES.update(dict.fromkeys(kinds, draw))
        return draw

    return enter


class Sketch:
    """What was drawn so far.

    Args:
        graph: What is drawn.

    Attributes:
        nodes: Nodes by id.
        wires: Wires, in the order in which they were drawn.
        weights: Numbers by ``<node>.<parameter>``, as the node's module names them.
        unknown: Nodes that stand for operators without an equivalent.
        sources: The node whose result a tensor is.
        numbers: How many numbers the weights are.
        layouts: The order of axes of tensors that do not begin with the batch: ``TNF`` for steps, examples,
            features.
    """

    def __init__(self, graph: OnnxGraph) -> None:
        self.graph = graph
        self.nodes: dict[str, Node] = {}
        self.wires: list[Wire] = []
        self.weights: dict[str, NDArray[Any]] = {}
        self.numbers = 0
        self.unknown: list[str] = []
        self.sources: dict[str, str] = {}
        self.layouts: dict[str, str] = {}
        self._dims: dict[str, Dims] = {}
        self._numbers: dict[str, int] = {}  # the last one behind each name; ids stay taken

    def is_data(self, tensor: str) -> bool:
        """Whether a tensor is the result of a node, not a constant."""
        return tensor in self.sources

    def data(self, op: Op) -> list[str]:
        """Return the tensors that flow into an operator, each as often as it takes it."""
        return [name for name in op.inputs if self.is_data(name)]

    def dims(self, tensor: str) -> Dims | None:
        """Return the sizes of what was drawn for a tensor, the batch left out, when they are known."""
        if tensor in self._dims:
            return self._dims[tensor]
        shape = self.graph.shape(tensor)
        return None if shape is None else shape[1:]

    def layer(
        self,
        op: Op,
        kind: str,
        params: Mapping[str, Any] | None = None,
        weights: Mapping[str, NDArray[Any]] | None = None,
        inputs: Sequence[str] | None = None,
        output: str | None = None,
        dims: Dims | None = None,
        name: str = "",
    ) -> str:
        """Draw a layer for an operator and return its id.

        Args:
            op: What it stands for.
            kind: Tag of the layer.
            params: Its settings that differ from the defaults.
            weights: Its weights by parameter.
            inputs: Tensors that flow in; all data of the operator when left out.
            output: Tensor that it makes; the operator's first when left out.
            dims: Sizes of what leaves where they differ from those that the file tells.
            name: What to call it.
        """
        node = self.name(name or self._called(op, kind))
        self.nodes[node] = Node(type=kind, params=dict(params or {}))
        for tensor in self.data(op) if inputs is None else inputs:
            self.wires.append(Wire(self.sources[tensor], node))
        made = op.result if output is None else output
        self.sources[made] = node
        if dims is not None:
            self._dims[made] = dims
        for parameter, value in (weights or {}).items():
            self.weights[f"{node}.{parameter}"] = value
            self.numbers += value.size
        return node

    def same(self, tensor: str, result: str) -> bool:
        """What an operator makes is what flows in, as far as it is drawn; always answers True."""
        self.sources[result] = self.sources[tensor]
        if (dims := self.dims(tensor)) is not None:
            self._dims[result] = dims
        if tensor in self.layouts:
            self.layouts[result] = self.layouts[tensor]
        return True

    def narrowed(self, tensor: str) -> bool:
        """What leaves a node is what the file says of a tensor from now on; always answers True."""
        self._dims.pop(tensor, None)
        return True

    def stand_in(self, op: Op) -> None:
        """Draw an operator without an equivalent: one unknown node for each result that is used."""
        used = [tensor for tensor in op.outputs if self.graph.used(tensor)]
        for number, tensor in enumerate(used or [op.result]):
            shape = self.graph.shape(tensor)
            params: dict[str, Any] = {"op": op.kind, "attributes": self._told(op, number)}
            if shape is not None and len(shape) > 1:
                params["result"] = list(shape[1:])
            node = self.layer(op, Unknown.tag(), params, output=tensor)
            self.unknown.append(node)

    def name(self, wanted: str) -> str:
        """Return a free id that is like a text."""
        clean = re.sub(r"\W+", "_", wanted, flags=re.ASCII).strip("_")[:48] or "layer"
        clean = f"n{clean}" if clean[0].isdigit() else clean
        number = self._numbers.get(clean, 1)
        found = clean if number == 1 else f"{clean}_{number}"
        while found in self.nodes:
            number += 1
            found = f"{clean}_{number}"
        self._numbers[clean] = number
        return found

    def _called(self, op: Op, kind: str) -> str:
        """The name that its weights have in the file (``features.0.weight``); else the kind of layer."""
        for tensor in op.inputs:
            head, dot, last = tensor.rpartition(".")
            if dot and last in ("weight", "bias") and tensor in self.graph.constants:
                return _spoken(head.split("."), kind)
        return kind if kind != Unknown.tag() else op.kind.rpartition(".")[2].lower()

    def _told(self, op: Op, number: int) -> str:
        """Settings and constants of an operator, as lines for people."""
        lines = [f"{name}: {shown(value)}" for name, value in op.attributes.items()]
        for index, tensor in enumerate(op.inputs):
            if (value := self.graph.constant(tensor)) is not None:
                lines.append(f"input {index + 1}: {shown(value)}")
        if number:
            lines.append(_("This is its result number {number}.").format(number=number + 1))
        return "\n".join(lines)[:MOST_TEXT]


def _spoken(parts: Sequence[str], kind: str) -> str:
    """The name of a module; numbers alone say nothing without what they count."""
    return "_".join((kind, *parts) if all(part.isdigit() for part in parts) else parts)


def shown(value: Any) -> str:
    """Return a setting as text: numbers as they are, large arrays by their shape."""
    array = np.asarray(value)
    if array.dtype.kind in "US" or array.size <= 16:
        text = str(array.tolist() if isinstance(value, np.ndarray) else value)
        return printable(text[:200])
    return _("numbers of shape {shape}").format(shape="×".join(map(str, array.shape)))


def floats(value: NDArray[Any]) -> NDArray[np.float32]:
    """Return weights in the precision in which networks work here."""
    return np.ascontiguousarray(value, dtype=np.float32)
