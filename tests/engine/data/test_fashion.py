"""Fashion-MNIST: the part that ships, and the whole where it is installed."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.data.fashion import CLASSES, INSTALLED, SHIPPED
from engine.data.idx import read_idx
from tests.engine.data.support import load, prepared, refused

NAMES = ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1")
Bytes = NDArray[np.uint8]


def idx(values: Bytes) -> bytes:
    header = struct.pack(f">HBB{values.ndim}I", 0, 8, values.ndim, *values.shape)
    return header + values.tobytes()


def write_set(folder: Path, train: int = 20, test: int = 10, ending: str = "-ubyte.gz") -> None:
    random = np.random.default_rng(0)
    for count, names in ((train, NAMES[:2]), (test, NAMES[2:])):
        images = random.integers(0, 256, (count, 28, 28)).astype(np.uint8)
        labels = (np.arange(count) % 10).astype(np.uint8)
        for name, values in zip(names, (images, labels), strict=True):
            content = idx(values)
            packed = gzip.compress(content) if ending.endswith(".gz") else content
            (folder / f"{name}{ending}").write_bytes(packed)


def test_the_part_that_ships_is_stratified(tmp_path: Path) -> None:
    found = load("fashion_mnist", tmp_path)
    assert found.test_from == 12_000
    assert found.inputs.dtype == np.uint8
    assert found.targets is not None
    assert np.bincount(found.targets[:12_000]).tolist() == [1200] * 10
    assert np.bincount(found.targets[12_000:]).tolist() == [200] * 10
    assert SHIPPED.stat().st_size < 12 * 2**20


def test_its_own_test_part_stays_apart(tmp_path: Path) -> None:
    made = prepared("fashion_mnist", tmp_path)
    assert made.info.counts == {"train": 10_200, "validation": 1800, "test": 2000}
    assert made.info.class_counts["validation"] == (180,) * 10
    pixels = made.source.inputs[12_000:].astype(np.float32)
    assert np.array_equal(made.test.inputs, pixels / np.float32(255))


@pytest.mark.skipif(not INSTALLED.is_dir(), reason=f"the full set is not installed in {INSTALLED}")
def test_the_whole_is_read_where_it_is_installed(tmp_path: Path) -> None:
    found = load("fashion_mnist", tmp_path, size="full")
    assert found.inputs.shape == (70_000, 1, 28, 28)
    assert found.test_from == 60_000
    assert found.targets is not None
    assert np.bincount(found.targets[:60_000]).tolist() == [6000] * 10
    assert np.bincount(found.targets[60_000:]).tolist() == [1000] * 10
    part = load("fashion_mnist", tmp_path)
    assert part.targets is not None
    for label in range(len(CLASSES)):
        ours = part.inputs[:12_000][part.targets[:12_000] == label]
        theirs = found.inputs[:60_000][found.targets[:60_000] == label]
        assert np.array_equal(ours, theirs[:1200])


@pytest.mark.parametrize("ending", ["-ubyte.gz", "-ubyte", ".gz"])
def test_a_folder_of_ones_own(ending: str, tmp_path: Path) -> None:
    write_set(tmp_path, ending=ending)
    found = load("fashion_mnist", tmp_path, size="full", folder=".")
    assert found.inputs.shape == (30, 1, 28, 28)
    assert found.test_from == 20


def test_it_is_read_again_when_a_file_changes(tmp_path: Path) -> None:
    write_set(tmp_path)
    settings = {"size": "full", "folder": "."}
    first = prepared("fashion_mnist", tmp_path, **settings)
    assert prepared("fashion_mnist", tmp_path, **settings) is first
    write_set(tmp_path, train=40)
    assert len(prepared("fashion_mnist", tmp_path, **settings).source.inputs) == 50


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    write_set(tmp_path)
    (tmp_path / "t10k-labels-idx1-ubyte.gz").unlink()
    with refused(where="data.source.folder", says="t10k-labels-idx1"):
        load("fashion_mnist", tmp_path, size="full", folder=".")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("train-labels-idx1", np.zeros(19, np.uint8)),
        ("train-labels-idx1", np.full(20, 10, np.uint8)),
        ("train-labels-idx1", np.zeros((20, 3), np.uint8)),
        ("train-images-idx3", np.zeros((20, 28, 27), np.uint8)),
        ("train-images-idx3", np.zeros((20, 28), np.uint8)),
    ],
)
def test_files_that_do_not_belong_together(name: str, values: Bytes, tmp_path: Path) -> None:
    write_set(tmp_path)
    (tmp_path / f"{name}-ubyte.gz").write_bytes(gzip.compress(idx(values)))
    with refused(where=str(tmp_path), says="do not belong together"):
        load("fashion_mnist", tmp_path, size="full", folder=".")


def test_a_set_without_training_images(tmp_path: Path) -> None:
    write_set(tmp_path, train=0)
    with refused(where="data.source", says="no example to train on"):
        prepared("fashion_mnist", tmp_path, size="full", folder=".")


@pytest.mark.parametrize("shape", [(5,), (4, 3), (2, 3, 4), (2, 1, 3, 2)])
def test_idx_keeps_shape_and_order(shape: tuple[int, ...], tmp_path: Path) -> None:
    values = np.random.default_rng(1).integers(0, 256, shape).astype(np.uint8)
    (tmp_path / "a").write_bytes(idx(values))
    (tmp_path / "a.gz").write_bytes(gzip.compress(idx(values)))
    for name in ("a", "a.gz"):
        assert np.array_equal(read_idx(tmp_path / name), values)


WHOLE = idx(np.zeros((10, 5), np.uint8))
BOMB = idx(np.zeros((2**12, 2**14), np.uint8))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "not an IDX file"),
        (b"\0\0\x08", "not an IDX file"),
        (b"PK\x03\x04" + bytes(100), "not an IDX file"),
        (b"\0\0\x0d\x01" + bytes(100), "not an IDX file"),  # floats
        (b"\0\0\x08\x00", "not an IDX file"),
        (b"\0\0\x08\xff" + bytes(2000), "not an IDX file"),
        (b"\0\0\x08\x03\0\0", "cut off"),
        (b"\0\0\x08\x03" + b"\xff" * 12, "too many"),
        (b"\0\0\x08\x01\x10\0\0\0", "too many"),
        (b"\0\0\x08\x01\x7f\xff\xff\xff" + bytes(2**21), "too many"),
        (b"\0\0\x08\x01\0\x10\0\0" + bytes(2**16), "does not hold exactly"),
        (WHOLE[:-1], "does not hold exactly"),
        (WHOLE + b"x", "does not hold exactly"),
    ],
)
def test_idx_headers_that_lie(content: bytes, says: str, tmp_path: Path) -> None:
    path = tmp_path / "set"
    path.write_bytes(content)
    with refused(where=str(path), says=says):
        read_idx(path)
    packed = tmp_path / "set.gz"
    packed.write_bytes(gzip.compress(content))
    with refused(where=str(packed), says=""):
        read_idx(packed)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not gzip",
        gzip.compress(WHOLE)[:-9],
        gzip.compress(WHOLE)[:12] + b"\xff" * 20,
        gzip.compress(WHOLE)[:-4] + b"\0\0\0\1",
    ],
    ids=["empty", "text", "cut off", "broken inside", "wrong length"],
)
def test_damaged_gzip(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "set.gz"
    path.write_bytes(content)
    with refused(where=str(path), says=""):
        read_idx(path)


def test_a_gzip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "set.gz"
    path.write_bytes(gzip.compress(BOMB, 1))
    with refused(where=str(path), says="too many"):
        read_idx(path)
