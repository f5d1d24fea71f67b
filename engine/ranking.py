"""How well scores tell one kind of examples from the others, as scikit-learn defines it; torch-free."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def roc_curve(anomalous: NDArray[Any], scores: NDArray[Any]) -> tuple[Floats, Floats]:
    """Return shares of false alarms and of found anomalies at every threshold, from high to low.

    Equal scores make one point. Fawcett 2006, *An introduction to ROC analysis*, section 5.

    Args:
        anomalous: ``(examples,)``, whether each is an anomaly; there are some of both kinds.
        scores: ``(examples,)``, higher for what looks like an anomaly.

    Returns:
        False-positive and true-positive rates, both from 0 to 1.
    """
    found, alarms = _counts(anomalous, scores)
    true = np.concatenate([[0.0], found / found[-1]])
    false = np.concatenate([[0.0], (alarms - found) / (alarms[-1] - found[-1])])
    return false, true


def roc_auc(anomalous: NDArray[Any], scores: NDArray[Any]) -> float:
    """Return the area under the ROC curve: how often an anomaly scores above a normal example.

    Equal scores count half. Arguments as for :func:`roc_curve`.
    """
    false, true = roc_curve(anomalous, scores)
    return float(np.trapezoid(true, false))


def average_precision(anomalous: NDArray[Any], scores: NDArray[Any]) -> float:
    """Return ``Σ (R_n − R_{n−1}) P_n`` over thresholds, recall R and precision P.

    Arguments as for :func:`roc_curve`.
    """
    found, alarms = _counts(anomalous, scores)
    recall = np.concatenate([[0.0], found / found[-1]])
    return float(np.sum(np.diff(recall) * (found / alarms)))


def _counts(anomalous: NDArray[Any], scores: NDArray[Any]) -> tuple[Floats, Floats]:
    """How many anomalies, and how many examples, score at least as high as each value that occurs."""
    order = np.argsort(-scores, kind="stable")
    ranked, hits = scores[order], np.asarray(anomalous, np.float64)[order]
    last = np.append(np.flatnonzero(np.diff(ranked)), len(ranked) - 1)
    return np.cumsum(hits)[last], (last + 1).astype(np.float64)


def precision_recall_curve(anomalous: NDArray[Any], scores: NDArray[Any]) -> tuple[Floats, Floats]:
    """Return recall and precision at every threshold, from high to low, and first the end without any answer.

    Equal scores make one point. Precision is taken as 1 where nothing is answered. Davis & Goadrich 2006,
    *The relationship between precision-recall and ROC curves*. Arguments as for :func:`roc_curve`.
    """
    found, alarms = _counts(anomalous, scores)
    recall = np.concatenate([[0.0], found / found[-1]])
    return recall, np.concatenate([[1.0], found / alarms])


def histograms(
    anomalous: NDArray[Any], scores: NDArray[Any], bins: int = 30
) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
    """Return counts of normal and of anomalous scores in common bins, and the bins' edges.

    The outermost hundredth of all scores on either side falls into the outermost bins, so that a single
    odd score does not hide all others.
    """
    low, high = np.quantile(scores, [0.01, 0.99])
    edges = np.linspace(low, max(high, low + 1e-9), bins + 1)
    inside = np.clip(scores, edges[0], edges[-1])
    mask = np.asarray(anomalous, bool)
    normal, odd = (np.histogram(inside[which], edges)[0] for which in (~mask, mask))
    return normal.astype(np.int64), odd.astype(np.int64), edges
