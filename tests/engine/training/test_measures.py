"""Measures against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics as peers

from engine.compute import measures

RANDOM = np.random.default_rng(2)


def test_errors_and_r2() -> None:
    true = RANDOM.normal(size=(40, 3)) * [1, 10, 100] + [0, 5, -3]
    said = true + RANDOM.normal(size=(40, 3)) * [0.5, 20, 10]
    found = measures.errors(true, said)
    assert found["mse"] == pytest.approx(peers.mean_squared_error(true, said))
    assert found["mae"] == pytest.approx(peers.mean_absolute_error(true, said))
    assert found["rmse"] == pytest.approx(peers.mean_squared_error(true, said) ** 0.5)
    assert measures.r2(true, said) == pytest.approx(peers.r2_score(true, said))


@pytest.mark.parametrize("off", [0.0, 1.0])
def test_r2_of_what_never_changes(off: float) -> None:
    true = np.ones((5, 1))
    assert measures.r2(true, true + off) == peers.r2_score(true, true + off) == 1 - off


def test_labels() -> None:
    true, said = RANDOM.random((60, 5)) < 0.3, RANDOM.random((60, 5)) < 0.4
    true[:, 4] = said[:, 4] = False
    found = measures.label_scores(true, said)
    assert found["accuracy"] == pytest.approx(peers.accuracy_score(true, said))
    assert found["mean_accuracy"] == pytest.approx(1 - peers.hamming_loss(true, said))
    for average in ("macro", "micro"):
        expected = peers.f1_score(true, said, average=average, zero_division=0)
        assert found[f"{average}_f1"] == pytest.approx(expected)


def test_classes() -> None:
    true, said = RANDOM.integers(0, 4, 80), RANDOM.integers(0, 4, 80)
    counts = measures.confusion(true, said, 6)
    assert (counts[:4, :4] == peers.confusion_matrix(true, said)).all()
    assert measures.accuracy(counts) == pytest.approx(peers.accuracy_score(true, said))
    assert measures.macro_f1(counts) == pytest.approx(peers.f1_score(true, said, average="macro"))


def test_skill() -> None:
    assert measures.skill(0.0, 4.0) == 1
    assert measures.skill(4.0, 4.0) == 0
    assert measures.skill(6.0, 4.0) == -0.5
