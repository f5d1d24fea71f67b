"""Arrays with targets of any kind, from NPZ and NPY files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.data.base import NO_TARGET
from tests.engine.data.support import load, prepared, refused

STEPS = np.array([[0, 2, -1], [2, 2, 0], [5, 0, -1]])


def put(folder: Path, inputs: Any, targets: Any = None) -> dict[str, str]:
    np.save(folder / "x.npy", inputs)
    if targets is None:
        return {"path": "x.npy"}
    np.save(folder / "y.npy", targets)
    return {"path": "x.npy", "targets": "y.npy"}


@pytest.mark.parametrize("tag", ["npz", "npy"])
def test_every_step_of_a_sequence_has_a_class(tag: str, tmp_path: Path) -> None:
    inputs = np.ones((3, 3, 2), np.float32)
    params: dict[str, str] = put(tmp_path, inputs, STEPS)
    if tag == "npz":
        np.savez(tmp_path / "a.npz", x=inputs, y=STEPS)
        params = {"path": "a.npz"}
    found = load(tag, tmp_path, layout="sequences", **params)
    assert found.classes == ("0", "2", "5")
    assert found.targets is not None
    assert found.targets.tolist() == [[0, 1, NO_TARGET], [1, 1, 0], [2, 0, NO_TARGET]]


def test_indices_and_classes_of_their_steps(tmp_path: Path) -> None:
    params = put(tmp_path, np.array([[3, 0, 1], [1, 1, 1], [2, 0, 0]]), STEPS)
    made = prepared("npy", tmp_path, layout="indices", **params)
    assert (made.info.input.kind, made.info.input.classes) == ("index", 4)
    assert made.train.inputs.dtype == np.int64
    assert made.info.target is not None
    assert (made.info.target.dims, made.info.target.classes) == ((3,), 3)


@pytest.mark.parametrize(
    ("targets", "meaning", "classes", "labels", "dtype"),
    [
        ([[0, 1], [1, 1], [0, 0]], "labels", 0, 2, np.float32),
        ([[0.0, 1.0], [1.0, 1.0], [0.0, 0.0]], "labels", 0, 2, np.float32),
        ([[0, 1], [1, 1], [0, 0]], "auto", 0, 0, np.float32),
        ([4, 4, 6], "values", 0, 0, np.float32),
        ([4.0, 4.0, 6.0], "classes", 2, 0, np.int64),
        ([4.0, 4.0, 6.0], "auto", 0, 0, np.float32),
        ([-1, 4, 6], "auto", 3, 0, np.int64),
    ],
)
def test_what_targets_are(
    targets: Any, meaning: str, classes: int, labels: int, dtype: type, tmp_path: Path
) -> None:
    params = put(tmp_path, np.ones((3, 2)), np.array(targets))
    found = load("npy", tmp_path, meaning=meaning, **params)
    assert (len(found.classes), len(found.labels)) == (classes, labels)
    assert found.targets is not None
    assert found.targets.dtype == dtype


def test_no_targets(tmp_path: Path) -> None:
    assert load("npy", tmp_path, **put(tmp_path, np.ones((3, 2)))).targets is None


@pytest.mark.parametrize(
    ("inputs", "targets", "params", "says"),
    [
        (np.ones((2, 3)), None, {"layout": "indices"}, "whole numbers of two"),
        (np.array([[0, -3]]), None, {"layout": "indices"}, "example 1, step 2 has the index -3"),
        (np.array([[10**9]]), None, {"layout": "indices"}, "the index 1,000,000,000"),
        (np.ones((2, 3)), np.array([[0, 2], [1, 0]]), {"meaning": "labels"}, "zeros and ones"),
        (np.ones((2, 3)), np.array([0, 1]), {"meaning": "labels"}, "zeros and ones"),
        (np.ones((2, 3)), np.array([0.5, 1]), {"meaning": "classes"}, "whole numbers, got “0.5”"),
        (np.ones((2, 3)), np.array([[-1], [-1]] * 1), {"meaning": "auto"}, ""),
        (np.ones((2, 3)), np.arange(3), {}, "do not belong together"),
        (np.ones(3), None, {}, "at least two dimensions"),
    ],
)
def test_what_does_not_fit(
    inputs: Any, targets: Any, params: dict[str, str], says: str, tmp_path: Path
) -> None:
    given = put(tmp_path, inputs, targets)
    if not says:
        assert load("npy", tmp_path, **given, **params).classes == ("-1",)
        return
    with refused(where="x.npy", says=says):
        load("npy", tmp_path, **given, **params)


def test_too_many_classes(tmp_path: Path) -> None:
    params = put(tmp_path, np.ones((1100, 1)), np.arange(1100))
    with refused(where="x.npy", says="1,100 different values"):
        load("npy", tmp_path, meaning="classes", **params)
    assert load("npy", tmp_path, **params).classes == ()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "header cannot be read"),
        (b"\x93NUMPY", "header cannot be read"),
        (b"PK\x03\x04" + bytes(100), "header cannot be read"),
        (bytes(1000), "header cannot be read"),
    ],
)
def test_files_that_are_none(content: bytes, says: str, tmp_path: Path) -> None:
    (tmp_path / "x.npy").write_bytes(content)
    with refused(where="x.npy", says=says):
        load("npy", tmp_path, path="x.npy")


def test_headers_that_lie_and_objects(tmp_path: Path) -> None:
    put(tmp_path, np.ones((4, 2), np.float32))
    whole = (tmp_path / "x.npy").read_bytes()
    (tmp_path / "x.npy").write_bytes(whole.replace(b"(4, 2)", b"(9, 9)"))
    with refused(where="x.npy", says="promises 324 bytes, the file holds 32"):
        load("npy", tmp_path, path="x.npy")
    (tmp_path / "x.npy").write_bytes(whole[:-5])
    with refused(where="x.npy", says="promises 32 bytes"):
        load("npy", tmp_path, path="x.npy")
    np.save(tmp_path / "x.npy", np.array([[{}]], object), allow_pickle=True)
    with refused(where="x.npy", says="expected numbers"):
        load("npy", tmp_path, path="x.npy")


def test_a_missing_file_of_targets(tmp_path: Path) -> None:
    put(tmp_path, np.ones((4, 2)))
    with refused(where="data.source.targets", says="there is no"):
        load("npy", tmp_path, path="x.npy", targets="z.npy")
