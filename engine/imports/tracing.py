"""Where numbers go: operators that only move them, followed with the places of the numbers.

Exporters write the dealing of features to heads in many ways. What counts is which number ends where, so
the places 0, 1, 2, … of a tensor are sent through such operators as if they were its numbers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.imports.onnx_graph import OnnxGraph, Op
from engine.imports.running import run

Places = NDArray[np.int32]
MOST_NUMBERS = 2**24  # of one tensor whose places are followed
MOST_IN_ALL = 2**32  # of all that are followed in one file
LEAST = 2**16  # what following a small tensor costs, in numbers of a large one
MOST_STEPS = 32
_MOVES = ("Reshape", "Transpose", "Squeeze", "Unsqueeze", "Flatten", "Gather", "Slice", "Split")
_FLOATS = (1, 10, 11, 16)


class Tracer:
    """Follows places through a graph, as long as there are not too many of them.

    Args:
        graph: The graph.
    """

    def __init__(self, graph: OnnxGraph) -> None:
        self.graph = graph
        self.left = MOST_IN_ALL

    def stays(self, op: Op) -> bool:
        """Whether an operator leaves numbers as and where they are."""
        if op.kind == "Cast":
            return op.get("to") in _FLOATS
        return op.kind == "Identity"

    def moves(self, op: Op) -> bool:
        """Whether an operator only moves numbers, or picks some, in a way that is known."""
        if self.stays(op):
            return True
        rest = [name for name in op.inputs[1:] if name]
        return op.kind in _MOVES and all(name in self.graph.constants for name in rest)

    def factor(self, op: Op) -> tuple[str, float] | None:
        """Return what an operator multiplies by one number, and that number."""
        first, second = self.graph.number(op.input(0)), self.graph.number(op.input(1))
        if op.kind == "Mul" and (first is None) != (second is None):
            return (op.input(0), second) if second is not None else (op.input(1), first or 0.0)
        if op.kind == "Div" and first is None and second:
            return op.input(0), 1 / second
        return None

    def back(self, tensor: str) -> tuple[str, list[tuple[Op, str]], float]:
        """Go back from a tensor through all that moves or scales numbers.

        Returns:
            Where they come from, the operators on the way with what was followed of them, and the factor.
        """
        steps: list[tuple[Op, str]] = []
        scale = 1.0
        while len(steps) < MOST_STEPS and (op := self.graph.maker(tensor)) is not None:
            scaled = self.factor(op)
            if scaled is None and not self.moves(op):
                break
            steps.append((op, tensor))
            tensor, factor = scaled or (op.input(0), 1.0)
            scale *= factor
        return tensor, steps[::-1], scale

    def start(self, shape: Sequence[int]) -> Places | None:
        """Return the places of the numbers of a tensor, None when they are too many."""
        size = math.prod(shape)
        return np.arange(size, dtype=np.int32).reshape(shape) if self._afforded(size) else None

    def _afforded(self, size: int) -> bool:
        self.left -= max(size, LEAST)
        return 0 < size <= MOST_NUMBERS and self.left > 0

    def send(self, places: Places | None, steps: Sequence[tuple[Op, str]]) -> Places | None:
        """Send places through operators.

        Args:
            places: Places of what flows into the first; None leads to None.
            steps: The operators, with the result that is followed.
        """
        for op, tensor in steps:
            places = None if places is None else self._sent(places, op, tensor)
        return places

    def _sent(self, places: Places, op: Op, tensor: str) -> Places | None:
        if self.stays(op) or self.factor(op) is not None:
            return places
        shape = self.graph.shape(tensor)
        if shape is None or not self._afforded(math.prod(shape)):
            return None
        values: list[NDArray[Any] | None] = [places]
        values += [self.graph.constant(name) for name in op.inputs[1:]]
        results = run(op, values, self.graph.version)
        if not results or len(results) != len(op.outputs):
            return None
        made = results[op.outputs.index(tensor)]
        return made.astype(np.int32, copy=False) if made.shape == shape else None

    def next_move(self, tensor: str) -> Op | None:
        """Return the one operator that takes a tensor, sizes left aside."""
        takers = [op for op in self.graph.takers(tensor) if op.kind != "Shape"]
        if len(takers) != 1 or self.graph.is_result(tensor) or takers[0].input(0) != tensor:
            return None
        return takers[0]
