"""Small ONNX files that would come to far more than they are: a sentence each, or a drawing that costs little."""

from __future__ import annotations

import itertools
import os
import time
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper

from engine.imports import drawing
from engine.imports.drawing import draw_onnx
from engine.imports.inlining import inlined
from engine.imports.onnx_file import MOST_OPS, read_onnx
from projects.errors import FileError
from tests.engine.imports.models import model, saved

RELU = helper.make_node("Relu", ["x"], ["y"])
MINE = helper.make_opsetid("mine", 1)


def calling(*calls: tuple[str, tuple[str, ...]]) -> Any:
    """Return a model that calls the first of some functions, which call each other."""
    made = model([helper.make_node(calls[0][0], ["x"], ["y"], domain="mine")])
    for name, inner in calls:
        steps = ["a", *(f"t{i}" for i in range(len(inner) - 1)), "b"]
        nodes = [
            helper.make_node(kind, [left], [right], domain="" if kind == "Relu" else "mine")
            for kind, (left, right) in zip(inner, itertools.pairwise(steps), strict=True)
        ]
        opsets = [helper.make_opsetid("", 21), MINE]
        made.functions.append(helper.make_function("mine", name, ["a"], ["b"], nodes, opsets))
    made.opset_import.append(MINE)
    return made


def test_functions_that_double_are_counted_before_they_are_written_out(tmp_path: Path) -> None:
    doubling = [(f"f{i}", (f"f{i + 1}",) * 2) for i in range(60)]
    path = saved(calling(*doubling, ("f60", ("Relu",))), tmp_path / "m.onnx")
    with pytest.raises(FileError, match="its functions come to more than a million million"):
        read_onnx(path)


@pytest.mark.parametrize(
    ("calls", "words"),
    [
        ([("f", ("g",)), ("g", ("f",))], "in a circle"),
        ([*((f"f{i}", (f"f{i + 1}",)) for i in range(150)), ("f150", ("Relu",))], "100 deep"),
    ],
)
def test_functions_that_have_no_end_are_refused(
    calls: list[tuple[str, tuple[str, ...]]], words: str, tmp_path: Path
) -> None:
    with pytest.raises(FileError, match=words):
        read_onnx(saved(calling(*calls), tmp_path / "m.onnx"))


def test_as_many_operators_as_are_counted_are_written_out() -> None:
    made = calling(("f", ("g", "Relu", "g")), ("g", ("Relu", "Relu")))
    assert len(inlined(made, 5, Path("m.onnx")).graph.node) == 5
    with pytest.raises(FileError, match="come to 5 operators"):
        inlined(made, 4, Path("m.onnx"))


def test_tensors_in_functions_are_within_the_limits_too(tmp_path: Path) -> None:
    made = calling(("f", ("Relu",)))
    huge = helper.make_tensor("c", TensorProto.FLOAT, [1], [0.0])
    huge.dims[:] = [2**40]
    made.functions[0].node.insert(0, helper.make_node("Constant", [], ["c"], value=huge))
    with pytest.raises(FileError, match="the weights would be"):
        read_onnx(saved(made, tmp_path / "m.onnx"))


def test_small_numbers_stretched_to_each_other_are_not_worked_out(tmp_path: Path) -> None:
    count = 14
    weights: dict[str, NDArray[Any]] = {"c": np.arange(4)}
    for i in range(count):
        weights[f"axes{i}"] = np.array([axis for axis in range(count) if axis != i])
    parts = [f"part{i}" for i in range(count)]
    nodes = [
        *(helper.make_node("Unsqueeze", ["c", f"axes{i}"], [parts[i]]) for i in range(count)),
        helper.make_node("Max", parts, ["big"]),
        RELU,
    ]
    path = saved(model(nodes, weights=weights), tmp_path / "m.onnx")
    draw_onnx(saved(model([RELU]), tmp_path / "first.onnx"))  # what is read of Ganvas itself
    tracemalloc.start()
    try:
        draw_onnx(path)
        assert tracemalloc.get_traced_memory()[1] < 5e6  # the numbers would be 2 GiB
    finally:
        tracemalloc.stop()


def test_more_dimensions_than_numpy_has_are_no_error_of_the_program(tmp_path: Path) -> None:
    axes = np.arange(70)
    nodes = [
        helper.make_node("Unsqueeze", ["c", "axes"], ["wide"]),
        helper.make_node("Unsqueeze", ["wide", "axes"], ["wider"]),
        helper.make_node("Add", ["wider", "c"], ["sum"]),
        RELU,
    ]
    weights: dict[str, NDArray[Any]] = {"c": np.ones((1,) * 8, np.float32), "axes": axes}
    assert not draw_onnx(saved(model(nodes, weights=weights), tmp_path / "m.onnx")).unknown


def test_the_most_operators_are_drawn_in_seconds(tmp_path: Path) -> None:
    names = ["x", *(f"t{i}" for i in range(MOST_OPS // 2 - 1)), "y"]
    nodes = []
    for number, (before, after) in enumerate(itertools.pairwise(names)):
        nodes.append(helper.make_node("Sigmoid", [before], [f"s{number}"]))
        nodes.append(helper.make_node("Mul", [before, f"s{number}"], [after]))
    path = saved(model(nodes), tmp_path / "m.onnx")
    begin = time.process_time()
    drawn = draw_onnx(path)
    assert time.process_time() - begin < 20  # 3 s here; minutes when each join looked at all others
    assert [node.type for node in drawn.network.nodes.values()].count("silu") == MOST_OPS // 2


def test_one_tensor_that_many_layers_take_counts_for_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing, "MOST_NUMBERS", 1000)
    names = ["x", *(f"t{i}" for i in range(99)), "y"]
    nodes = [helper.make_node("MatMul", [a, "w"], [b]) for a, b in itertools.pairwise(names)]
    weights = {"w": np.eye(4, dtype=np.float32)}
    with pytest.raises(FileError, match="more than 1,000 numbers"):
        draw_onnx(saved(model(nodes, weights=weights), tmp_path / "m.onnx"))
    drawn = draw_onnx(
        saved(
            model([*nodes[:40], helper.make_node("Relu", ["t39"], ["y"])], weights=weights),
            tmp_path / "n.onnx",
        )
    )
    assert len(drawn.weights) == 40


@pytest.mark.parametrize(("inputs", "outputs"), [(1002, 1), (1, 1001)])
def test_many_ends_are_refused(inputs: int, outputs: int, tmp_path: Path) -> None:
    made = model([RELU])
    for number in range(inputs - 1):
        value = helper.make_tensor_value_info(f"i{number}", TensorProto.FLOAT, (1,))
        made.graph.input.append(value)
    for _number in range(outputs - 1):
        made.graph.output.append(made.graph.output[0])
    with pytest.raises(FileError, match="inputs and results; the limit is 1,000"):
        read_onnx(saved(made, tmp_path / "m.onnx"))


def test_many_wires_are_refused(tmp_path: Path) -> None:
    node = helper.make_node("Sum", ["x"] * 400_001, ["y"])
    with pytest.raises(FileError, match="400,002 inputs and results"):
        read_onnx(saved(model([node]), tmp_path / "m.onnx"))


@pytest.mark.parametrize(
    ("nodes", "words"),
    [
        ([("Relu", "x", "a"), ("Tanh", "x", "a"), ("Relu", "a", "y")], "“a” is made twice"),
        ([("Relu", "x", "x")], "“x” is made twice"),
        ([("Relu", "x", "w")], "“w” is made twice"),
        ([("Relu", "a", "y"), ("Tanh", "x", "a")], "“Relu” takes “a” before it is made"),
        ([("Relu", "y", "y")], "“Relu” takes “y” before it is made"),
    ],
)
def test_operators_that_do_not_follow_each_other_are_named(
    nodes: list[tuple[str, str, str]], words: str, tmp_path: Path
) -> None:
    made = [helper.make_node(kind, [before], [after]) for kind, before, after in nodes]
    weights = {"w": np.ones(1, np.float32)}
    with pytest.raises(FileError, match=words):
        draw_onnx(saved(model(made, weights=weights), tmp_path / "m.onnx"))


def test_odd_kinds_of_numbers_are_no_error_of_the_program(tmp_path: Path) -> None:
    made = model([helper.make_node("Constant", [], ["c"], value_strings=["a", "b"]), RELU])
    made.graph.input[0].type.tensor_type.elem_type = 99
    assert draw_onnx(saved(made, tmp_path / "m.onnx")).network.nodes


def test_names_of_operators_are_shown_on_one_line(tmp_path: Path) -> None:
    node = helper.make_node("Fold\n\0\u202e", ["x"], ["y"], domain="a\tb")
    drawn = draw_onnx(saved(model([node]), tmp_path / "m.onnx"))
    assert drawn.network.nodes[drawn.unknown[0]].params["op"].isprintable()
    assert all(note.isprintable() for note in drawn.notes)


@pytest.mark.parametrize("location", [r"\\server\share\w.bin", "//server/share/w.bin", r"C:\w.bin"])
def test_no_network_is_asked_for_values(
    location: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    real = os.path.realpath

    def realpath(path: Path) -> str:
        asked.append(str(path))
        return real(path)

    monkeypatch.setattr(os.path, "realpath", realpath)
    made = model(
        [helper.make_node("Gemm", ["x", "w"], ["y"])], weights={"w": np.eye(4, dtype=np.float32)}
    )
    onnx.external_data_helper.set_external_data(made.graph.initializer[0], location=location)
    made.graph.initializer[0].ClearField("raw_data")
    with pytest.raises(FileError, match="outside"):
        read_onnx(saved(made, tmp_path / "m.onnx"))
    assert asked == [str(tmp_path)]
