"""Dealing examples to the three parts."""

from __future__ import annotations

import numpy as np
import pytest

from engine.data.splitting import only_new, split, split_in_time
from projects.errors import DataError
from projects.schema import Split

LABELS = np.repeat([0, 1, 2, 3], [100, 60, 30, 10])


def sizes(count: int, rules: Split, labels: np.ndarray | None = None) -> list[int]:
    return [len(part) for part in split(count, labels, rules)]


@pytest.mark.parametrize("stratify", [True, False])
@pytest.mark.parametrize(("validation", "test"), [(0.15, 0.15), (0.5, 0.25), (0.0, 0.2), (0, 0)])
def test_parts_are_as_large_as_asked_for(validation: float, test: float, stratify: bool) -> None:
    rules = Split(validation=validation, test=test, stratify=stratify)
    parts = split(200, LABELS, rules)
    assert [len(part) for part in parts[1:]] == [round(200 * validation), round(200 * test)]
    together = np.concatenate(parts)
    assert np.array_equal(np.sort(together), np.arange(200))


def test_every_class_keeps_its_share() -> None:
    parts = split(200, LABELS, Split(validation=0.2, test=0.1))
    counts = [np.bincount(LABELS[part], minlength=4).tolist() for part in parts]
    assert counts == [[70, 42, 21, 7], [20, 12, 6, 2], [10, 6, 3, 1]]


def test_the_seed_decides() -> None:
    first, again = split(200, LABELS, Split()), split(200, LABELS, Split())
    assert all(map(np.array_equal, first, again))
    other = split(200, LABELS, Split(seed=1))
    assert not any(map(np.array_equal, first, other))


def test_parts_are_in_no_order() -> None:
    for part in split(200, LABELS, Split()):
        assert not np.array_equal(part, np.sort(part))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("examples", [1, 2, 3])
def test_tiny_classes_are_all_learned(examples: int, seed: int) -> None:
    labels = np.random.default_rng(seed).permutation(np.repeat(np.arange(20), examples))
    train, validation, test = split(len(labels), labels, Split(seed=seed))
    assert set(labels[train]) == set(range(20))
    assert len(train) + len(validation) + len(test) == len(labels)
    assert bool(len(test)) == (examples > 1)


def test_a_test_part_of_its_own_is_kept() -> None:
    train, validation, test = split(200, LABELS, Split(validation=0.25, test=0.9), test_from=160)
    assert np.array_equal(test, np.arange(160, 200))
    assert len(validation) == 40
    assert np.array_equal(np.sort(np.concatenate([train, validation])), np.arange(160))


@pytest.mark.parametrize("count", [1, 2, 3])
def test_few_examples_are_learned_from(count: int) -> None:
    assert sizes(count, Split())[0] >= 1
    assert sum(sizes(count, Split())) == count


@pytest.mark.parametrize(("validation", "test"), [(0.5, 0.5), (0.9, 0.9)])
def test_something_has_to_be_left_to_train_on(validation: float, test: float) -> None:
    with pytest.raises(DataError) as caught:
        split(200, LABELS, Split(validation=validation, test=test))
    assert caught.value.problem.where == "data.split"
    assert f"{validation + test:.0%}" in caught.value.problem.message
    assert caught.value.problem.hint


def test_series_are_dealt_in_time_and_windows_never_cross_a_border() -> None:
    rules = Split(validation=0.2, test=0.1)
    overlap = 5
    train, validation, test = split_in_time(200, rules, overlap)
    assert sorted(train) == list(range(140))
    assert list(validation) == list(range(145, 180))
    assert list(test) == list(range(185, 200))
    assert list(train) != sorted(train)
    again = split_in_time(200, Split(validation=0.2, test=0.1, seed=1), overlap)
    assert list(again[1]) == list(validation)
    assert list(again[0]) != list(train)


def test_a_series_too_short_for_its_windows_is_told() -> None:
    with pytest.raises(DataError, match="too short"):
        split_in_time(30, Split(validation=0.1, test=0.1), 3)


def test_only_new_examples_stay_in_later_parts() -> None:
    inputs = np.array([[1.0], [2.0], [1.0], [3.0], [3.0], [2.0], [4.0]], np.float32)
    parts = (np.array([0, 2]), np.array([1, 2, 3]), np.array([4, 5, 6]))
    found = only_new(parts, inputs)
    assert [part.tolist() for part in found] == [[0, 2], [1, 3], [6]]
    with pytest.raises(DataError, match="earlier one") as caught:
        only_new((np.array([0, 1, 3]), np.array([4, 5]), np.array([6])), inputs)
    assert caught.value.problem.where == "data.split.only_new"
