"""Scores of anomalies, held against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn import metrics

from engine import ranking

CASES = {
    "some": (np.arange(40) % 5 == 0, np.sin(np.arange(40.0))),
    "ties": (np.arange(40) % 3 == 0, np.round(np.sin(np.arange(40.0)), 1)),
    "all the same": (np.arange(10) % 2 == 0, np.ones(10)),
    "perfect": (np.arange(10) > 6, np.arange(10.0)),
    "one": (np.arange(10) == 3, -np.arange(10.0)),
}


@pytest.mark.parametrize("name", CASES)
def test_areas_are_scikit_learns(name: str) -> None:
    odd, scores = CASES[name]
    assert ranking.roc_auc(odd, scores) == pytest.approx(metrics.roc_auc_score(odd, scores))
    wanted = metrics.average_precision_score(odd, scores)
    assert ranking.average_precision(odd, scores) == pytest.approx(wanted)


@pytest.mark.parametrize("name", CASES)
def test_the_curve_is_scikit_learns(name: str) -> None:
    odd, scores = CASES[name]
    false, true, _thresholds = metrics.roc_curve(odd, scores, drop_intermediate=False)
    found = ranking.roc_curve(odd, scores)
    assert found[0] == pytest.approx(false)
    assert found[1] == pytest.approx(true)


@pytest.mark.parametrize("name", CASES)
def test_precision_and_recall_are_scikit_learns(name: str) -> None:
    odd, scores = CASES[name]
    precision, recall, _thresholds = metrics.precision_recall_curve(odd, scores)
    found = ranking.precision_recall_curve(odd, scores)
    assert found[0] == pytest.approx(recall[::-1])
    assert found[1] == pytest.approx(precision[::-1])


def test_histograms_count_everything_in_common_bins() -> None:
    scores: NDArray[np.float64] = np.append(np.linspace(0, 1, 200), 1e9)
    odd = scores > 0.9
    normal, anomalous, edges = ranking.histograms(odd, scores, bins=10)
    assert (normal.sum(), anomalous.sum()) == ((~odd).sum(), odd.sum())
    assert len(edges) == 11
    assert edges[-1] < 2
    assert anomalous[:5].sum() == 0
    assert normal[-1] == 0 or edges[-2] < 0.9
