"""ONNX files that nobody should have written: a sentence each, and nothing is read or made for them."""

from __future__ import annotations

import contextlib
import itertools
import os
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, external_data_helper, helper

from engine.imports.drawing import draw_onnx
from engine.imports.onnx_file import read_onnx
from projects.errors import FileError
from tests.engine.imports.models import difference, model, saved

WEIGHT = {"w": np.arange(12, dtype=np.float32).reshape(3, 4)}
GEMM = helper.make_node("Gemm", ["x", "w"], ["y"], transB=1)


def outside(path: Path, location: str, **more: Any) -> Path:
    """Write a model whose weights are said to lie somewhere else."""
    made = model([GEMM], weights=WEIGHT)
    tensor = made.graph.initializer[0]
    external_data_helper.set_external_data(tensor, location=location, **more)
    tensor.ClearField("raw_data")
    return saved(made, path)


BROKEN: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "random": lambda: bytes(range(256)) * 40,
    "text": lambda: b"format: ganvas/1\n",
    "cut short": lambda: model([GEMM], weights=WEIGHT).SerializeToString()[:-30],
    "no graph": lambda: onnx.ModelProto().SerializeToString(),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_model_is_named(name: str, tmp_path: Path) -> None:
    path = tmp_path / "m.onnx"
    path.write_bytes(BROKEN[name]())
    with pytest.raises(FileError) as caught:
        draw_onnx(path)
    assert str(path) in caught.value.problem.where


def test_weights_beside_the_model_are_read(tmp_path: Path) -> None:
    path = tmp_path / "m.onnx"
    made = model([GEMM], weights=WEIGHT)
    onnx.save(made, path, save_as_external_data=True, location="m.data", size_threshold=0)
    drawn = draw_onnx(path)
    assert np.array_equal(drawn.weights["linear.weight"], WEIGHT["w"])
    assert difference(path, drawn) <= 1e-5


@pytest.mark.parametrize(
    "location",
    ["../secret.bin", "/etc/passwd", "sub/../../secret.bin", "link.bin", "", ".", "a\0b"],
)
def test_data_outside_of_its_folder_are_refused(location: str, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    (tmp_path / "secret.bin").write_bytes(b"\0" * 48)
    os.symlink(tmp_path / "secret.bin", folder / "link.bin")
    with pytest.raises(FileError, match="outside") as caught:
        read_onnx(outside(folder / "m.onnx", location))
    assert "w" in caught.value.problem.message


@pytest.mark.parametrize(
    ("size", "told"),
    [(48, {"offset": 40}), (10, {}), (48, {"length": 10**12}), (48, {"length": 4})],
)
def test_data_that_are_not_there_are_damaged(
    size: int, told: dict[str, int], tmp_path: Path
) -> None:
    (tmp_path / "w.bin").write_bytes(b"\0" * size)
    with pytest.raises(FileError, match="damaged"):
        read_onnx(outside(tmp_path / "m.onnx", "w.bin", **told))


def test_a_missing_file_of_data_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileError) as caught:
        read_onnx(outside(tmp_path / "m.onnx", "gone.bin"))
    assert caught.value.problem.where.endswith("gone.bin")


def _promise(*dims: int) -> Any:
    made = model([GEMM], weights=WEIGHT)
    del made.graph.initializer[0].dims[:]
    made.graph.initializer[0].dims.extend(dims)
    return made


@pytest.mark.parametrize("dims", [(10**9, 10**9), (2**40,), (-3, 4), (1,) * 9, (3, 5)])
def test_sizes_that_cannot_be_are_refused_before_anything_is_made(
    dims: tuple[int, ...], tmp_path: Path
) -> None:
    path = saved(_promise(*dims), tmp_path / "m.onnx")
    tracemalloc.start()
    try:
        with pytest.raises(FileError):
            read_onnx(path)
        assert tracemalloc.get_traced_memory()[1] < 50e6
    finally:
        tracemalloc.stop()


def test_a_constant_that_would_be_worked_out_to_something_huge_is_not(tmp_path: Path) -> None:
    sizes = {"sizes": np.array([10**5, 10**5], np.int64)}
    nodes = [
        helper.make_node("ConstantOfShape", ["sizes"], ["big"]),
        helper.make_node("MatMul", ["x", "big"], ["y"]),
    ]
    drawn = draw_onnx(saved(model(nodes, weights=sizes), tmp_path / "m.onnx"))
    assert len(drawn.unknown) == 1


def test_a_graph_with_too_many_operators_is_refused(tmp_path: Path) -> None:
    names = ["x", *(f"t{i}" for i in range(20_000)), "y"]
    nodes = [helper.make_node("Relu", [a], [b]) for a, b in itertools.pairwise(names)]
    with pytest.raises(FileError, match="20,001"):
        read_onnx(saved(model(nodes), tmp_path / "m.onnx"))


def test_inputs_of_huge_sizes_allocate_nothing(tmp_path: Path) -> None:
    made = model([helper.make_node("Relu", ["x"], ["y"])], ("n", 10**6, 10**6))
    tracemalloc.start()
    try:
        drawn = draw_onnx(saved(made, tmp_path / "m.onnx"))
        assert tracemalloc.get_traced_memory()[1] < 50e6
    finally:
        tracemalloc.stop()
    assert drawn.input.dims == (10**6, 10**6)


def test_functions_of_the_model_itself_are_written_out(tmp_path: Path) -> None:
    made = model([helper.make_node("Twice", ["x"], ["y"], domain="mine")])
    function = helper.make_function(
        "mine",
        "Twice",
        ["a"],
        ["b"],
        [helper.make_node("Relu", ["a"], ["c"]), helper.make_node("Tanh", ["c"], ["b"])],
        [helper.make_opsetid("", 21)],
    )
    made.functions.append(function)
    made.opset_import.append(helper.make_opsetid("mine", 1))
    drawn = draw_onnx(saved(made, tmp_path / "m.onnx"))
    assert [node.type for node in drawn.network.nodes.values()] == [
        "input",
        "relu",
        "tanh",
        "output",
    ]


@pytest.mark.parametrize("seed", range(40))
def test_flipped_bytes_end_in_a_sentence_or_a_drawing(seed: int, tmp_path: Path) -> None:
    nodes = [
        helper.make_node("Gemm", ["x", "w"], ["a"], transB=1),
        helper.make_node("Reshape", ["a", "s"], ["b"]),
        helper.make_node("Relu", ["b"], ["y"]),
    ]
    shape = {"s": np.array([0, 3, 1], np.int64)}
    content = bytearray(model(nodes, weights={**WEIGHT, **shape}).SerializeToString())
    generator = np.random.default_rng(seed)
    for place in generator.integers(len(content), size=4):
        content[place] = generator.integers(256)
    path = tmp_path / "m.onnx"
    path.write_bytes(content)
    with contextlib.suppress(FileError):
        assert draw_onnx(path).network.nodes


def test_other_kinds_of_numbers_are_read(tmp_path: Path) -> None:
    for kind in (TensorProto.FLOAT16, TensorProto.BFLOAT16, TensorProto.DOUBLE):
        made = model([GEMM])
        made.graph.initializer.append(
            helper.make_tensor("w", kind, (3, 4), np.arange(12, dtype=float).tolist())
        )
        drawn = draw_onnx(saved(made, tmp_path / "m.onnx"))
        weight = drawn.weights["linear.weight"]
        assert weight.dtype == np.float32
        assert np.array_equal(weight, WEIGHT["w"])
