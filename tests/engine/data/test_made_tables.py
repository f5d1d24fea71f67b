"""Generated tables: what their settings promise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.data.base import SOURCES
from projects.errors import ProjectError
from tests.engine.data.support import load


@pytest.mark.parametrize(
    ("tag", "params", "setting"),
    [
        ("made_classification", {"informative": 21}, "informative"),
        ("made_classification", {"informative": 1, "classes": 3}, "informative"),
        ("made_classification", {"samples": 10, "classes": 11, "informative": 9}, "samples"),
        ("made_regression", {"informative": 21}, "informative"),
        ("made_labels", {"usual": 6}, "usual"),
        ("blobs", {"samples": 10, "classes": 11}, "samples"),
        ("blobs", {"samples": 10**6, "features": 101}, "samples"),
        ("friedman", {"samples": 10**6, "features": 101}, "samples"),
    ],
)
def test_contradictions_are_said_where_they_are(
    tag: str, params: dict[str, Any], setting: str
) -> None:
    with pytest.raises(ProjectError) as caught:
        SOURCES.make(tag, params, "data.source")
    assert caught.value.problem.where == f"data.source.{setting}"
    assert caught.value.problem.hint


def test_as_many_classes_as_corners_of_the_cube(tmp_path: Path) -> None:
    found = load("made_classification", tmp_path, informative=2, classes=4, mislabelled=0.0)
    assert found.targets is not None
    assert np.bincount(np.asarray(found.targets, np.int64)).tolist() == [250] * 4


@pytest.mark.parametrize(("features", "kind"), [(2, "points"), (3, "table")])
def test_two_features_are_points(features: int, kind: str, tmp_path: Path) -> None:
    assert load("blobs", tmp_path, features=features).kind == kind


def test_hasties_rule(tmp_path: Path) -> None:
    found = load("hastie", tmp_path, samples=500)
    squares = (np.asarray(found.inputs, np.float64) ** 2).sum(axis=1)
    assert np.array_equal(found.targets == 1, squares > 9.34)


def test_friedmans_first_formula(tmp_path: Path) -> None:
    found = load("friedman", tmp_path, noise=0.0, samples=50)
    x = np.asarray(found.inputs, np.float64).T
    expected = 10 * np.sin(np.pi * x[0] * x[1]) + 20 * (x[2] - 0.5) ** 2 + 10 * x[3] + 5 * x[4]
    assert found.targets is not None
    assert np.allclose(found.targets.astype(np.float64), expected, atol=1e-4)


@pytest.mark.parametrize("problem", [2, 3])
def test_friedmans_circuits_have_four_features(problem: int, tmp_path: Path) -> None:
    assert load("friedman", tmp_path, problem=problem, samples=20).inputs.shape == (20, 4)


def test_several_numbers_to_foretell_and_several_labels(tmp_path: Path) -> None:
    found = load("made_regression", tmp_path, targets=3, samples=20)
    assert found.names == ("y1", "y2", "y3")
    labels = load("made_labels", tmp_path, labels=3, usual=1, samples=50)
    assert labels.labels == ("subject 1", "subject 2", "subject 3")
    assert labels.targets is not None
    assert set(np.unique(labels.targets)) == {0.0, 1.0}
    assert len(set(labels.targets.sum(axis=1).tolist())) > 1
