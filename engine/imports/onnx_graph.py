"""An ONNX graph as the importer reads it: operators, constants, shapes, who makes and who takes what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Dims = tuple[int, ...]


@dataclass(frozen=True)
class Op:
    """One operator at work.

    Attributes:
        kind: Its name in the ONNX standard; those of other domains have the domain before it.
        name: What the file calls it; may be empty.
        inputs: Tensors that it takes; empty names stand for optional ones that are left out.
        outputs: Tensors that it makes.
        attributes: Its settings: numbers, texts, lists and arrays.
    """

    kind: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def result(self) -> str:
        """The first tensor that it makes."""
        return self.outputs[0] if self.outputs else ""

    def input(self, index: int) -> str:
        """Return the name of an input, empty when it is left out."""
        return self.inputs[index] if index < len(self.inputs) else ""

    def get(self, name: str, default: Any = None) -> Any:
        """Return an attribute."""
        return self.attributes.get(name, default)


@dataclass(frozen=True)
class Tensor:
    """What flows in or out of the whole graph.

    Attributes:
        name: Its name.
        dims: Sizes, the batch first; None where the file leaves one open.
        index: Whether it holds whole numbers.
    """

    name: str
    dims: tuple[int | None, ...]
    index: bool = False


class OnnxGraph:
    """A graph whose operators stand in working order.

    Args:
        name: What the file calls it.
        ops: Its operators.
        inputs: What flows in, constants left out.
        outputs: Its results.
        constants: Values that are known, by tensor.
        shapes: Sizes that are known, the batch first, by tensor.
        notes: What was assumed on the way, as sentences.
        version: Version of the ONNX standard in which it is written.
    """

    def __init__(
        self,
        name: str,
        ops: Sequence[Op],
        inputs: Sequence[Tensor],
        outputs: Sequence[str],
        constants: Mapping[str, NDArray[Any]],
        shapes: Mapping[str, Dims],
        notes: Sequence[str] = (),
        version: int = 21,
    ) -> None:
        self.name = name
        self.version = version
        self.inputs = tuple(inputs)
        self.outputs = tuple(outputs)
        self.constants = dict(constants)
        self.shapes = dict(shapes)
        self.notes = list(notes)
        self._set(ops)

    def _set(self, ops: Sequence[Op]) -> None:
        self.ops = list(ops)
        self.makers = {name: op for op in self.ops for name in op.outputs if name}
        self.takers: dict[str, list[Op]] = defaultdict(list)
        for op in self.ops:
            for name in dict.fromkeys(op.inputs):
                self.takers[name].append(op)

    def constant(self, name: str) -> NDArray[Any] | None:
        """Return the value of a tensor, None when it is not known before the network works."""
        return self.constants.get(name) if name else None

    def number(self, name: str) -> float | None:
        """Return the value of a tensor that holds one number, else None."""
        value = self.constant(name)
        if value is None or value.size != 1 or value.dtype.kind not in "fiub":
            return None
        return float(value.reshape(()))

    def whole_numbers(self, name: str) -> list[int] | None:
        """Return the values of a short tensor of whole numbers, else None."""
        value = self.constant(name)
        if value is None or value.dtype.kind not in "iu" or value.size > 64:
            return None
        return [int(v) for v in value.reshape(-1)]

    def shape(self, name: str) -> Dims | None:
        """Return the sizes of a tensor, the batch first, when they are known."""
        return self.shapes.get(name)

    def rank(self, name: str) -> int | None:
        """Return how many dimensions a tensor has, the batch included."""
        shape = self.shapes.get(name)
        return None if shape is None else len(shape)

    def used(self, name: str) -> bool:
        """Whether anything takes a tensor, or it is a result of the whole graph."""
        return bool(name) and (name in self.takers or name in self.outputs)

    def maker(self, name: str, *kinds: str) -> Op | None:
        """Return what makes a tensor, when it is of one of the kinds (of any kind when none is named)."""
        op = self.makers.get(name)
        return op if op is not None and (not kinds or op.kind in kinds) else None

    def only_taker(self, name: str, *kinds: str) -> Op | None:
        """Return what takes a tensor, when that is one operator alone and of one of the kinds."""
        takers = self.takers.get(name, [])
        if len(takers) != 1 or name in self.outputs:
            return None
        return takers[0] if not kinds or takers[0].kind in kinds else None

    def replace(self, gone: Sequence[Op], made: Op) -> None:
        """Put one operator in the place of several; it stands where the last of them stood."""
        last = max(self.ops.index(op) for op in gone)
        ops = [made if i == last else op for i, op in enumerate(self.ops)]
        rest = [op for op in gone if op is not self.ops[last]]
        self._set([op for op in ops if not any(op is old for old in rest)])

    def settled(self, values: Mapping[str, NDArray[Any]]) -> None:
        """Take values of operators for constants; the operators are gone afterwards."""
        self.constants.update(values)
        self.shapes.update({name: tuple(value.shape) for name, value in values.items()})
        self._set([op for op in self.ops if op.result not in values])

    def drop_unused(self, ops: Sequence[Op]) -> None:
        """Take out those of some operators whose results nobody takes any more."""
        outputs, gone = set(self.outputs), set[int]()
        taken = {name: len(takers) for name, takers in self.takers.items()}
        asked = {id(op) for op in ops}
        for op in reversed(self.ops):
            if id(op) not in asked or any(
                taken.get(name) or name in outputs for name in op.outputs
            ):
                continue
            gone.add(id(op))
            for name in set(op.inputs):
                taken[name] -= 1
        self._set([op for op in self.ops if id(op) not in gone])


def same_numbers(values: Sequence[Any] | NDArray[Any], wanted: Any) -> bool:
    """Whether every value is the wanted one; of none that is true."""
    return bool(np.all(np.asarray(values) == wanted)) if len(values) else True
