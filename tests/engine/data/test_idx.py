"""Pairs of IDX files."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.engine.data.support import load, prepared, refused

IMAGES = np.arange(4 * 3 * 2, dtype=np.uint8).reshape(4, 3, 2)
LABELS = np.array([7, 3, 7, 9], np.uint8)


def idx(array: np.ndarray) -> bytes:
    return struct.pack(f">2xBB{array.ndim}I", 8, array.ndim, *array.shape) + array.tobytes()


def put(folder: Path, **arrays: np.ndarray) -> None:
    for name, array in arrays.items():
        (folder / name).write_bytes(idx(array))


@pytest.mark.parametrize(
    ("layout", "shape", "kind"),
    [
        ("image", (1, 3, 2), "image"),
        ("flat", (6,), "table"),
        ("rows", (3, 2), "sequence"),
        ("pixels", (6, 1), "sequence"),
    ],
)
def test_images_and_their_classes(
    layout: str, shape: tuple[int, ...], kind: str, tmp_path: Path
) -> None:
    put(tmp_path, x=IMAGES, y=LABELS)
    found = load("idx", tmp_path, path="x", labels="y", layout=layout)
    assert (found.inputs.shape[1:], found.kind, found.picture) == (shape, kind, (1, 3, 2))
    assert found.classes == ("3", "7", "9")
    assert found.targets is not None
    assert found.targets.tolist() == [1, 0, 1, 2]
    assert np.array_equal(found.inputs.reshape(IMAGES.shape), IMAGES)


def test_packed_files_without_classes(tmp_path: Path) -> None:
    (tmp_path / "x.gz").write_bytes(gzip.compress(idx(IMAGES)))
    assert load("idx", tmp_path, path="x.gz").targets is None


def test_a_test_part_as_it_is_published(tmp_path: Path) -> None:
    put(tmp_path, x=np.repeat(IMAGES, 5, 0), y=np.repeat(LABELS, 5), a=IMAGES, b=LABELS)
    made = prepared("idx", tmp_path, path="x", labels="y", test="a", test_labels="b")
    assert made.info.counts["test"] == 4
    assert np.array_equal(np.rint(made.test.inputs[:, 0] * 255), IMAGES)
    assert made.test.targets is not None
    assert made.test.targets.tolist() == [1, 0, 1, 2]


@pytest.mark.parametrize(
    ("params", "where", "says"),
    [
        ({"path": "y"}, "y", "three dimensions"),
        ({"path": "x", "labels": "x"}, "x", "do not belong together"),
        ({"path": "x", "labels": "z"}, "data.source.labels", "there is no"),
        ({"path": "x", "test": "z"}, "data.source.test", "there is no"),
        ({"path": "x", "labels": "y", "test": "x"}, "x", "does not fit"),
        ({"path": "x", "test": "wide"}, "wide", "does not fit"),
        ({"path": "empty"}, "empty", "three dimensions"),
        ({"path": "torn"}, "torn", "does not hold exactly that"),
        ({"path": "bomb"}, "bomb", "too many for this file"),
    ],
)
def test_what_does_not_fit(params: dict[str, Any], where: str, says: str, tmp_path: Path) -> None:
    put(tmp_path, x=IMAGES, y=LABELS, wide=IMAGES.reshape(4, 2, 3), empty=IMAGES[:0])
    (tmp_path / "torn").write_bytes(idx(IMAGES)[:-1])
    (tmp_path / "bomb").write_bytes(struct.pack(">2xBB3I", 8, 3, 2**31, 2**10, 2**10))
    with refused(where=where, says=says):
        load("idx", tmp_path, **params)


@pytest.mark.parametrize(
    ("params", "where", "says"),
    [
        ({"path": "y"}, "y", "three dimensions"),
        ({"path": "torn"}, "torn", "disagree"),
        ({"path": "long"}, "long", "disagree"),
        ({"path": "bomb"}, "bomb", "too many for this file"),
        ({"path": "x", "labels": "x"}, "x", "do not belong together"),
        ({"path": "x", "test": "wide"}, "wide", "does not fit"),
    ],
)
def test_what_does_not_fit_is_refused_unread(
    params: dict[str, Any], where: str, says: str, tmp_path: Path
) -> None:
    from engine.data.prepare import prepare
    from projects.schema import Data, Plug

    put(tmp_path, x=IMAGES, y=LABELS, wide=IMAGES.reshape(4, 2, 3))
    (tmp_path / "torn").write_bytes(idx(IMAGES)[:-1])
    (tmp_path / "long").write_bytes(idx(IMAGES) + b"x")
    (tmp_path / "bomb").write_bytes(struct.pack(">2xBB3I", 8, 3, 2**31, 2**10, 2**10))
    with refused(where=where, says=says):
        prepare(Data(source=Plug("idx", params), loading="stream"), tmp_path)
