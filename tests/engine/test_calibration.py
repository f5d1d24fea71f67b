"""How far probabilities are to be believed, held against scikit-learn and the definitions."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss

from engine.calibration import brier, reliability

RANDOM = np.random.default_rng(3)
ODDS = RANDOM.dirichlet(np.ones(4), 300)
TRUE = RANDOM.integers(0, 4, 300)


def test_bins_are_scikit_learns() -> None:
    certainty = np.append(ODDS.max(axis=1), [0.0, 1 / 15, 0.2, 1.0])
    right = np.append(ODDS.argmax(axis=1) == TRUE, [False, True, True, True])
    found = reliability(certainty, right)
    theirs, means = calibration_curve(right, certainty, n_bins=15)
    there = found.counts > 0
    assert found.right[there] == pytest.approx(theirs)
    assert found.certainty[there] == pytest.approx(means)
    assert found.counts.sum() == 304
    assert np.isnan(found.right[~there]).all()


def test_errors_are_their_definitions() -> None:
    certainty, right = ODDS.max(axis=1), ODDS.argmax(axis=1) == TRUE
    found = reliability(certainty, right, bins=5)
    place = np.minimum((certainty * 5).astype(int), 4)
    gaps = [
        (np.mean(place == i), abs(right[place == i].mean() - certainty[place == i].mean()))
        for i in np.unique(place)
    ]
    assert found.error == pytest.approx(sum(share * gap for share, gap in gaps))
    assert found.worst == pytest.approx(max(gap for _share, gap in gaps))
    assert found.excess == pytest.approx(certainty.mean() - right.mean())


def test_honest_answers_have_no_error() -> None:
    honest = reliability(np.full(10, 0.7), np.arange(10) < 7)
    assert honest.error == pytest.approx(0)
    assert honest.excess == pytest.approx(0)
    boastful = reliability(np.full(10, 0.9), np.arange(10) < 7)
    assert (boastful.error, boastful.excess) == pytest.approx((0.2, 0.2))


def test_nothing_answered() -> None:
    empty = reliability(np.zeros(0), np.zeros(0, bool))
    assert (empty.error, empty.worst, empty.excess) == (0, 0, 0)


def test_brier_scores_are_scikit_learns() -> None:
    truth = TRUE[:, None] == np.arange(4)
    wanted = brier_score_loss(TRUE, ODDS, labels=list(range(4)), scale_by_half=False)
    assert brier(ODDS, truth) == pytest.approx(wanted)
    yes, odds = TRUE > 1, ODDS[:, 0]
    assert brier(odds[:, None], yes[:, None]) == pytest.approx(brier_score_loss(yes, odds))
