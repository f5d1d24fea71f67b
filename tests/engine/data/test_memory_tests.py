"""Tests of memory: what is asked for is what stood there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.data.base import NO_TARGET, SOURCES
from projects.errors import ProjectError
from tests.engine.data.support import load, prepared


@pytest.mark.parametrize("steps", [2, 3, 50, 1000])
def test_the_sum_of_the_marked_numbers(steps: int, tmp_path: Path) -> None:
    found = load("adding", tmp_path, steps=steps, samples=40)
    numbers, marks = np.moveaxis(np.asarray(found.inputs, np.float64), -1, 0)
    assert found.inputs.shape == (40, steps, 2)
    assert (marks[:, : steps // 2].sum(axis=1) == 1).all()
    assert (marks[:, steps // 2 :].sum(axis=1) == 1).all()
    assert found.targets is not None
    assert np.allclose((numbers * marks).sum(axis=1), found.targets.astype(np.float64))


def test_always_saying_one_has_the_error_that_is_told(tmp_path: Path) -> None:
    targets = load("adding", tmp_path, steps=10).targets
    assert targets is not None
    assert np.mean((targets.astype(np.float64) - 1) ** 2) == pytest.approx(0.167, abs=0.01)


@pytest.mark.parametrize("count", ["all", "answers"])
def test_the_symbols_are_asked_for_after_the_signal(count: str, tmp_path: Path) -> None:
    found = load("copy_memory", tmp_path, blanks=30, samples=20, count=count)
    assert found.inputs.shape == (20, 50)
    assert found.targets is not None
    assert np.array_equal(found.targets[:, -10:], found.inputs[:, :10])
    assert (found.inputs[:, 10:39] == 8).all()
    assert (found.inputs[:, 39] == 9).all()
    assert (found.inputs[:, 40:] == 8).all()
    assert (found.targets[:, :-10] == (8 if count == "all" else NO_TARGET)).all()


def test_steps_without_target_are_not_counted(tmp_path: Path) -> None:
    made = prepared("copy_memory", tmp_path, blanks=30, samples=20, count="answers")
    assert sum(made.info.class_counts["train"]) == 10 * made.info.counts["train"]
    assert made.info.target is not None
    assert (made.info.target.dims, made.info.target.classes) == ((50,), 8)
    assert made.info.input.classes == 10


@pytest.mark.parametrize("answer", ["end", "every step"])
def test_parity(answer: str, tmp_path: Path) -> None:
    found = load("parity", tmp_path, steps=9, samples=30, answer=answer)
    bits = np.asarray(found.inputs, np.int64)[..., 0]
    sums = np.cumsum(bits, axis=1) % 2
    assert np.array_equal(found.targets, sums if answer == "every step" else sums[:, -1])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("tag", "params"),
    [
        ("adding", {"steps": 10_000, "samples": 10**6}),
        ("copy_memory", {"blanks": 10_000, "samples": 10**6}),
        ("parity", {"steps": 10_000, "samples": 10**6}),
    ],
)
def test_what_would_not_fit_is_refused(tag: str, params: dict[str, Any]) -> None:
    with pytest.raises(ProjectError) as caught:
        SOURCES.make(tag, params, "data.source")
    assert caught.value.problem.where == "data.source.samples"
