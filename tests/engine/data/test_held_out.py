"""Classes that a training never sees."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest

from engine.data.held_out import is_held_out, names_in, without
from engine.data.prepare import Prepared, prepare
from projects.schema import Data, Plug


def wine(tmp_path: Path) -> Prepared:
    return prepare(Data(source=Plug("wine"), scale="standardize"), tmp_path)


def test_held_out_classes_stay_in_the_test_part_alone(tmp_path: Path) -> None:
    data = wine(tmp_path)
    name = data.info.classes[1]
    left = without(data, (name,), "standardize")
    assert left.train.targets is not None
    assert left.test.targets is not None
    assert data.test.targets is not None
    assert set(left.train.targets) == {0, 2}
    assert np.array_equal(left.test.targets, data.test.targets)
    before, after = data.info, left.info
    assert after.counts["train"] == before.counts["train"] - before.class_counts["train"][1]
    assert after.class_counts["validation"][1] == 0
    assert after.class_counts["test"] == before.class_counts["test"]
    assert after.classes == before.classes


def test_scaling_knows_nothing_of_what_is_held_out(tmp_path: Path) -> None:
    data = wine(tmp_path)
    left = without(data, (data.info.classes[0],), "standardize")
    assert left.train.inputs.mean(axis=0) == pytest.approx(0, abs=1e-4)
    assert left.train.inputs.std(axis=0) == pytest.approx(1, abs=1e-4)
    assert np.abs(data.train.inputs[data.train.targets != 0].mean(axis=0)).max() > 0.1
    raw = data.scaler.invert(data.test.inputs)
    assert left.scaler.invert(left.test.inputs) == pytest.approx(raw, rel=1e-4, abs=1e-4)


def test_labels_and_steps_can_be_held_out(tmp_path: Path) -> None:
    info = wine(tmp_path).info
    labelled = msgspec.structs.replace(info, classes=(), labels=("rain", "fault"))
    yes = np.array([[1, 0], [0, 1], [0, 0]], np.float32)
    assert is_held_out(yes, labelled, ("fault",)).tolist() == [False, True, False]
    steps = np.array([[0, 1], [0, 0], [-1, 0]])
    assert is_held_out(steps, info, (info.classes[1],)).tolist() == [True, False, False]


def test_names_may_contain_commas() -> None:
    assert names_in(" 8 , 9", ("8", "9")) == ("8", "9")
    assert names_in("salt, pepper", ("salt, pepper", "x")) == ("salt, pepper",)
    assert names_in("  ", ("8",)) == ()
