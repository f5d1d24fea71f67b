"""Models whose settings, constants and inputs were changed at random end in a drawing or in a sentence."""

from __future__ import annotations

import contextlib
import random
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from engine.imports.drawing import draw_onnx
from projects.errors import FileError
from tests.engine.imports.later_cases import LATER
from tests.engine.imports.models import model, saved
from tests.engine.imports.operator_cases import CASES

WHOLE = (-1, 0, 1, 2, 3, 5, -2, 99, -99, 2**31, 2**63 - 1, -(2**63))
REAL = (0.0, -1.0, float("nan"), float("inf"), -float("inf"), 1e30, 0.5, 1e-9)
TEXTS = ("", "a", "SAME_UPPER", "VALID", "linear", "tanh", "none", "reverse", "floor")
KINDS = (np.float32, np.float64, np.int64, np.bool_, np.float16, np.complex64, object)
VALUES: dict[str, Callable[[random.Random], Any]] = {
    "INT": lambda chance: chance.choice(WHOLE),
    "INTS": lambda chance: chance.choices(WHOLE, k=chance.randint(1, 4)),
    "FLOAT": lambda chance: chance.choice(REAL),
    "FLOATS": lambda chance: chance.choices(REAL, k=chance.randint(1, 3)),
    "STRING": lambda chance: chance.choice(TEXTS),
    "STRINGS": lambda chance: chance.choices(("Sigmoid", "Tanh", "x"), k=chance.randint(1, 4)),
}


def setting(made: Any, chance: random.Random) -> None:
    """Give an operator one of its settings with another value."""
    node = chance.choice(made.graph.node)
    known = onnx.defs.get_schema(node.op_type).attributes if onnx.defs.has(node.op_type) else {}
    if not known:
        return
    chosen = chance.choice(sorted(known.values(), key=lambda told: told.name))
    for index, attribute in enumerate(node.attribute):
        if attribute.name == chosen.name:
            del node.attribute[index]
            break
    kind = str(chosen.type).rpartition(".")[2]
    if kind in VALUES:
        node.attribute.append(helper.make_attribute(chosen.name, VALUES[kind](chance)))


def constant(made: Any, chance: random.Random) -> None:
    """Put a tensor of another size and kind in the place of a constant."""
    if made.graph.initializer:
        index = chance.randrange(len(made.graph.initializer))
        sizes = chance.choices((0, 1, 2, 3, 4, 5, 6, 8), k=chance.randint(0, 5))
        kind = chance.choice(KINDS)
        value: NDArray[Any] = np.full(
            sizes, chance.choice(("a", "b") if kind is object else (0, 1, 3))
        )
        tensor = numpy_helper.from_array(value.astype(kind), made.graph.initializer[index].name)
        made.graph.initializer[index].CopyFrom(tensor)


def flow(made: Any, chance: random.Random) -> None:
    """Let something else flow in, at the whole graph or at an operator."""
    sizes = made.graph.input[0].type.tensor_type.shape.dim
    node = chance.choice(made.graph.node)
    names = ["x", "", "nothing", *(tensor.name for tensor in made.graph.initializer)]
    match chance.randrange(5):
        case 0 if sizes:
            sizes[chance.randrange(len(sizes))].dim_value = chance.choice((1, 2, 3, 7, 2**40, -3))
        case 1 if sizes:
            del sizes[chance.randrange(len(sizes))]
        case 2:
            sizes.add().dim_value = chance.choice((1, 3, 6))
        case 3 if node.input:
            node.input[chance.randrange(len(node.input))] = chance.choice(names)
        case _:
            node.input.append(chance.choice(names))


def version(made: Any, chance: random.Random) -> None:
    """Say that it is written in another version of the standard, or of another kind of numbers."""
    if chance.random() < 0.5:
        made.opset_import[0].version = chance.choice((1, 5, 7, 9, 11, 13, 17, 18, 22, 99))
    else:
        made.graph.input[0].type.tensor_type.elem_type = chance.choice((0, 1, 7, 8, 9, 10, 16, 99))


@pytest.mark.parametrize("seed", range(12))
def test_what_was_changed_ends_in_a_drawing_or_a_sentence(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    for _turn in range(100):
        made = chance.choice((*CASES, *LATER)).model()
        for change in chance.choices((setting, constant, flow, version), (4, 2, 2, 1), k=2):
            change(made, chance)
        path = saved(made, tmp_path / "m.onnx")
        with warnings.catch_warnings(), contextlib.suppress(FileError):
            warnings.simplefilter("ignore", RuntimeWarning)  # numbers that are none
            assert draw_onnx(path).network.nodes


@pytest.mark.parametrize(
    "last",
    [
        helper.make_node("Transpose", ["states"], ["y"], perm=[0, 9, 1, 2]),
        helper.make_node("Transpose", ["states"], ["y"], perm=[0, 0, 0, 0]),
        helper.make_node("Gather", ["states", "zero"], ["y"], axis=9),
    ],
)
def test_axes_that_are_not_there_are_drawn_as_unknown(last: Any, tmp_path: Path) -> None:
    nodes = [
        helper.make_node("Transpose", ["x"], ["steps"], perm=[1, 0, 2]),
        helper.make_node("LSTM", ["steps", "w", "r"], ["states"], hidden_size=3),
        last,
    ]
    weights = {
        "w": np.ones((1, 12, 4), np.float32),
        "r": np.ones((1, 12, 3), np.float32),
        "zero": np.array(0),
    }
    drawn = draw_onnx(saved(model(nodes, ("n", 5, 4), weights=weights), tmp_path / "m.onnx"))
    assert drawn.network.nodes[drawn.unknown[-1]].params["op"] == last.op_type
