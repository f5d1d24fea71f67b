"""From a data set to three parts, and what makes one unsuitable."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.data import prepare as module
from engine.data.base import Dataset
from engine.data.npz import Npz
from engine.data.prepare import describe, prepare
from projects.errors import ProjectError
from projects.schema import Data, Plug, Split
from tests.engine.data.support import prepared, refused


def test_the_last_sets_are_remembered_and_no_more(tmp_path: Path) -> None:
    first = prepared("moons", tmp_path)
    assert prepared("moons", tmp_path) is first
    assert prepare(Data(source=Plug("moons"), split=Split(seed=1)), tmp_path) is not first
    for seed in range(module.REMEMBERED):
        prepared("circles", tmp_path, seed=seed)
    assert prepared("moons", tmp_path) is not first


def test_equal_settings_give_equal_parts(tmp_path: Path) -> None:
    first = prepared("wine", tmp_path, scale="standardize")
    for seed in range(module.REMEMBERED):
        prepared("circles", tmp_path, seed=seed)
    again = prepared("wine", tmp_path, scale="standardize")
    assert again is not first
    assert again.fingerprint == first.fingerprint
    assert again.train.inputs.tobytes() == first.train.inputs.tobytes()
    assert again.info == first.info


def test_bytes_become_floats_from_zero_to_one(tmp_path: Path) -> None:
    values = np.arange(256, dtype=np.uint8).reshape(16, 4, 4)
    np.savez(tmp_path / "a.npz", x=values)
    made = prepared("npz", tmp_path, path="a.npz", targets="")
    assert made.info.target is None
    everything = np.concatenate([made.train.inputs, made.validation.inputs, made.test.inputs])
    assert (everything.min(), everything.max()) == (0, 1)
    assert made.train.targets is None


def test_values_as_targets(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", x=np.ones((20, 3)), y=np.linspace(0, 1, 20))
    info = describe(Data(source=Plug("npz", {"path": "a.npz"})), tmp_path)
    assert info.target is not None
    assert (info.target.dims, info.target.kind, info.target.classes) == ((), "float", None)
    assert info.class_counts == {}


@pytest.mark.parametrize("count", [1, 2, 3])
def test_very_few_examples(count: int, tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", x=np.ones((count, 2)), y=np.arange(count))
    made = prepared("npz", tmp_path, path="a.npz")
    assert len(made.train.inputs) == count
    assert made.info.class_counts["train"] == (1,) * count
    assert made.validation.inputs.shape == (0, 2)


def test_a_set_that_does_not_fit_into_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(source: Npz, place: object) -> Dataset:
        raise MemoryError

    np.savez(tmp_path / "a.npz", x=np.ones((4, 2)))
    monkeypatch.setattr(Npz, "load", load)
    with refused(where="data.source", says="memory"):
        prepared("npz", tmp_path, path="a.npz")


@pytest.mark.parametrize(
    ("plug", "where", "hint"),
    [
        (Plug("digit"), "data.source.type", "digits"),
        (Plug("digits", {"layuot": "rows"}), "data.source.layuot", "layout"),
        (Plug("digits", {"layout": "row"}), "data.source.layout", "rows"),
        (Plug("moons", {"samples": 9}), "data.source.samples", ""),
        (Plug("moons", {"samples": 2.5}), "data.source.samples", ""),
        (Plug("moons", {"noise": float("nan")}), "data.source.noise", ""),
        (Plug("circles", {"factor": 1.0}), "data.source.factor", ""),
        (Plug("csv", {"path": "x" * 5000}), "data.source.path", ""),
    ],
)
def test_wrong_settings_are_said_where_they_are(
    plug: Plug, where: str, hint: str, tmp_path: Path
) -> None:
    with pytest.raises(ProjectError) as caught:
        prepare(Data(source=plug), tmp_path)
    assert caught.value.problem.where == where
    assert hint in caught.value.problem.hint
