"""Pairs of images: the person's own, good and hostile, and those made of a shipped set."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.augmentations.base import augmentation_problems
from engine.data.base import is_paired
from projects.schema import Data, Plug, Project
from tests.engine.data.support import load, prepared, refused


def grey(path: Path, level: int, size: tuple[int, int] = (12, 8)) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", size, level).save(path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four pairs whose names come in another order than they were written."""
    for index in (3, 1, 0, 2):
        grey(tmp_path / "set" / "A" / f"{index}.png", 10 * index)
        grey(tmp_path / "set" / "b" / f"{index}.bmp", 100 + index)
    return tmp_path


def test_two_folders_of_equal_names(folder: Path) -> None:
    found = load("image_pairs", folder, path="set", side=8, color="grey")
    assert found.inputs.shape == (4, 1, 8, 8)
    assert found.inputs[:, 0, 0, 0].tolist() == [0, 10, 20, 30]
    assert found.targets is not None
    assert (found.targets[:, 0, 0, 0] * 255).round().tolist() == [100, 101, 102, 103]
    turned = load("image_pairs", folder, path="set", side=8, color="grey", direction="b_to_a")
    assert turned.inputs[:, 0, 0, 0].tolist() == [100, 101, 102, 103]


def test_one_folder_of_images_side_by_side(tmp_path: Path) -> None:
    wide = np.zeros((6, 12, 3), np.uint8)
    wide[:, 6:] = (255, 0, 51)
    (tmp_path / "wide").mkdir()
    Image.fromarray(wide).save(tmp_path / "wide" / "x.png")
    found = load("image_pairs", tmp_path, path="wide", layout="side_by_side", side=4)
    assert not found.inputs.any()
    assert found.targets is not None
    assert found.targets[0, :, 1, 2] == pytest.approx([1, 0, 0.2])
    grey(tmp_path / "wide" / "y.png", 0, (7, 4))
    with refused(where="y.png", says="7 pixels wide"):
        load("image_pairs", tmp_path, path="wide", layout="side_by_side")


def test_ready_to_train_on(folder: Path) -> None:
    made = prepared("image_pairs", folder, path="set", side=8, scale="minus_one_to_one")
    assert is_paired(made.info)
    assert made.info.target is not None
    assert made.info.target.dims == made.info.input.dims == (3, 8, 8)
    data = Data(source=Plug("x"), augment=(Plug("flip_horizontal"), Plug("add_noise")))
    problems = augmentation_problems(Project(data=data, objective=Plug("regression")), made.info)
    assert [problem.where for problem in problems] == ["data.augment.0"]


def test_a_change_of_a_file_is_noticed(folder: Path) -> None:
    before = prepared("image_pairs", folder, path="set", side=8).fingerprint
    grey(folder / "set" / "b" / "0.bmp", 200, (14, 8))
    with refused(where="0.bmp", says="14 × 8 pixels, its partner in A 12 × 8"):
        prepared("image_pairs", folder, path="set", side=8)
    grey(folder / "set" / "A" / "0.png", 3, (14, 8))
    assert prepared("image_pairs", folder, path="set", side=8).fingerprint != before


def test_what_has_no_partner_is_named(folder: Path) -> None:
    grey(folder / "set" / "b" / "extra.png", 0)
    with refused(where="extra.png", says="no partner in the folder A"):
        load("image_pairs", folder, path="set")
    (folder / "set" / "b" / "extra.png").unlink()
    grey(folder / "set" / "A" / "3.gif", 0)
    with refused(where="3.png", says="two images called “3”"):
        load("image_pairs", folder, path="set")


def test_folders_that_are_none_are_refused(folder: Path) -> None:
    with refused(where="A", says="no folder “a”"):
        load("image_pairs", folder, path="set/A")
    with refused(where="set", says="no pair of images"):
        load("image_pairs", folder, path="set", layout="side_by_side")
    with refused(where="0.png", says="not a folder"):
        load("image_pairs", folder, path="set/A/0.png")
    (folder / "set" / "A" / "1.png").write_bytes(b"no image")
    with refused(where="1.png", says="none of PNG, JPEG"):
        load("image_pairs", folder, path="set")
    with refused(where="set", says="bytes of memory"):
        for index in range(4, 400):
            for name in ("A", "b"):
                (folder / "set" / name / f"{index}.png").touch()
        load("image_pairs", folder, path="set", side=1024)


@pytest.mark.parametrize("kind", ["edges", "blurred", "hidden", "coarse"])
def test_made_pairs_show_less_than_there_is(kind: str, tmp_path: Path) -> None:
    made = load("derived_pairs", tmp_path, images="digits", shown=kind)
    whole = load("digits", tmp_path)
    assert made.targets is not None
    assert np.array_equal(made.targets, whole.inputs)
    shown = made.inputs.astype(np.float64)
    assert shown.shape == made.targets.shape
    assert 0 <= shown.min() <= shown.max() <= 1
    gone = np.abs(shown - made.targets.astype(np.float64)).mean(axis=(1, 2, 3))
    assert (gone > 0).mean() > 0.95
    assert np.array_equal(made.inputs, load("derived_pairs", tmp_path, images="digits", shown=kind).inputs)  # fmt: skip


def test_poorer_images_are_what_their_names_say(tmp_path: Path) -> None:
    def made(kind: str) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        found = load("derived_pairs", tmp_path, images="digits", shown=kind)
        return found.inputs.astype(np.float64)

    whole = load("digits", tmp_path).inputs.astype(np.float64)
    assert set(np.unique(made("edges"))) == {0.0, 1.0}
    tiles = whole[:, 0].reshape(-1, 2, 4, 2, 4).mean(axis=(2, 4))
    assert made("coarse")[:, 0, ::4, ::4] == pytest.approx(tiles, abs=1e-6)
    removed = (made("hidden") != whole)[:, 0]
    assert removed.any(axis=1).sum(axis=1).max() == removed.any(axis=2).sum(axis=1).max() == 4
    inside = made("blurred")[:, 0].mean(axis=(1, 2))
    assert inside == pytest.approx(whole[:, 0].mean(axis=(1, 2)), rel=0.1)
