"""An ONNX graph as the importer reads it: operators, constants, shapes, who makes and who takes what."""

from __future__ import annotations

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
        dims: Sizes, the batch first.
        index: Whether it holds whole numbers.
    """

    name: str
    dims: Dims
    index: bool = False


class OnnxGraph:
    """A graph whose operators stand in working order.

    Args:
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
        ops: Sequence[Op],
        inputs: Sequence[Tensor],
        outputs: Sequence[str],
        constants: Mapping[str, NDArray[Any]],
        shapes: Mapping[str, Dims],
        notes: Sequence[str] = (),
        version: int = 21,
    ) -> None:
        self.version = version
        self.inputs = tuple(inputs)
        self.outputs = tuple(outputs)
        self.constants = dict(constants)
        self.shapes = dict(shapes)
        self.notes = list(notes)
        self._results = frozenset(outputs)
        self._ops: dict[int, Op] = {}  # by place in working order
        self._places: dict[int, int] = {}  # by the identity of operators
        self._makers: dict[str, Op] = {}
        self._takers: dict[str, dict[int, Op]] = {}  # by the identity of operators
        for place, op in enumerate(ops):
            self._put(place, op)

    def _put(self, place: int, op: Op) -> None:
        self._ops[place] = op
        self._places[id(op)] = place
        self._makers.update((name, op) for name in op.outputs if name)
        for name in filter(None, op.inputs):
            self._takers.setdefault(name, {})[id(op)] = op

    def _take(self, op: Op) -> None:
        for name in op.outputs:
            if self._makers.get(name) is op:
                del self._makers[name]
        for name in set(filter(None, op.inputs)):
            del self._takers[name][id(op)]
            if not self._takers[name]:
                del self._takers[name]
        del self._ops[self._places.pop(id(op))]

    @property
    def ops(self) -> list[Op]:
        """All operators, in working order."""
        return [self._ops[place] for place in sorted(self._ops)]

    def has(self, op: Op) -> bool:
        """Whether an operator still stands here."""
        return id(op) in self._places

    def constant(self, name: str) -> NDArray[Any] | None:
        """Return the value of a tensor, None when it is not known before the network works, or no real number."""
        value = self.constants.get(name) if name else None
        return value if value is not None and value.dtype.kind not in "OSUc" else None

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
        return bool(name) and (name in self._takers or name in self._results)

    def is_result(self, name: str) -> bool:
        """Whether a tensor is a result of the whole graph."""
        return name in self._results

    def takers(self, name: str) -> list[Op]:
        """Return the operators that take a tensor."""
        return list(self._takers.get(name, {}).values())

    def maker(self, name: str, *kinds: str) -> Op | None:
        """Return what makes a tensor, when it is of one of the kinds (of any kind when none is named)."""
        op = self._makers.get(name)
        return op if op is not None and (not kinds or op.kind in kinds) else None

    def only_taker(self, name: str, *kinds: str) -> Op | None:
        """Return what takes a tensor, when that is one operator alone and of one of the kinds."""
        takers = self._takers.get(name, {})
        if len(takers) != 1 or self.is_result(name):
            return None
        taker = next(iter(takers.values()))
        return taker if not kinds or taker.kind in kinds else None

    def replace(self, gone: Sequence[Op], made: Op) -> None:
        """Put one operator in the place of several; it stands where the last of them stood."""
        last = max(self._places[id(op)] for op in gone)
        for op in gone:
            self._take(op)
        self._put(last, made)

    def settled(self, values: Mapping[str, NDArray[Any]]) -> None:
        """Take values of operators for constants; the operators are gone afterwards."""
        self.constants.update(values)
        self.shapes.update({name: tuple(value.shape) for name, value in values.items()})
        for op in self.ops:
            if op.result in values:
                self._take(op)

    def drop_unused(self, ops: Sequence[Op]) -> None:
        """Take out those of some operators whose results nobody takes any more."""
        asked = {self._places[id(op)]: op for op in ops}
        for place in sorted(asked, reverse=True):
            if not any(self.used(name) for name in asked[place].outputs):
                self._take(asked[place])


def same_numbers(values: Sequence[Any] | NDArray[Any], wanted: Any) -> bool:
    """Whether every value is the wanted one; of none that is true."""
    return bool(np.all(np.asarray(values) == wanted)) if len(values) else True


def printable(text: str) -> str:
    """Return a text from a file with a mark in place of what cannot be shown on a line."""
    return "".join(c if c.isprintable() else "�" for c in text)
