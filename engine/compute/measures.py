"""Metrics as plain formulas on arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.clinic.learning import SUREST


def confusion(
    true: NDArray[np.int64], predicted: NDArray[np.int64], classes: int
) -> NDArray[np.int64]:
    """Return counts ``(classes, classes)``: rows are true classes, columns predicted ones."""
    cells = np.bincount(true * classes + predicted, minlength=classes * classes)
    return cells.reshape(classes, classes).astype(np.int64)


def accuracy(counts: NDArray[np.int64]) -> float:
    """Share on the diagonal of a confusion matrix."""
    return float(np.trace(counts) / max(1, counts.sum()))


def macro_f1(counts: NDArray[np.int64]) -> float:
    """Mean over the classes that occur of ``2 · precision · recall / (precision + recall)``."""
    hits = np.diag(counts).astype(np.float64)
    both = counts.sum(axis=0) + counts.sum(axis=1)
    occurring = both > 0
    if not occurring.any():
        return 0.0
    return float(np.mean(2 * hits[occurring] / both[occurring]))


def surest_errors(sureness: NDArray[np.floating[Any]], right: NDArray[np.bool_]) -> float:
    """Return which part of the answers is wrong among the 30 % that a network is surest of.

    The risk at this coverage, as it is called where answers may be held back (Geifman & El-Yaniv 2017, *Selective
    classification for deep neural networks*). Where classes merely look alike it is near 0; labels that
    are wrong at random are wrong here as often as anywhere.

    Args:
        sureness: ``(answers,)``; larger is surer.
        right: ``(answers,)``.
    """
    if not len(right):
        return 0.0
    surest = np.argsort(-sureness, kind="stable")[: max(1, round(SUREST * len(right)))]
    return float(1 - right[surest].mean())


def label_scores(true: NDArray[np.bool_], said: NDArray[np.bool_]) -> dict[str, float]:
    """Score yes-or-no answers ``(examples, labels)``.

    Returns:
        ``accuracy``: examples of which every label is right; ``mean_accuracy``: labels that are right;
        ``macro_f1``: mean F1 of the labels (0 for one that neither occurs nor is answered);
        ``micro_f1``: F1 of all answers together. Tsoumakas & Katakis 2007, *Multi-label classification*.
    """
    right = true == said
    hits = (true & said).sum(axis=0).astype(np.float64)
    both = true.sum(axis=0) + said.sum(axis=0)
    f1 = np.divide(2 * hits, both, out=np.zeros_like(hits), where=both > 0)
    return {
        "accuracy": float(right.all(axis=1).mean()),
        "mean_accuracy": float(right.mean()),
        "macro_f1": float(f1.mean()),
        "micro_f1": float(2 * hits.sum() / max(1, both.sum())),
    }


def errors(true: NDArray[np.float64], said: NDArray[np.float64]) -> dict[str, float]:
    """Return ``mse``, ``mae`` and ``rmse`` over all numbers."""
    error = said - true
    mse = float(np.mean(error**2))
    return {"mse": mse, "mae": float(np.mean(np.abs(error))), "rmse": mse**0.5}


def r2(true: NDArray[np.float64], said: NDArray[np.float64]) -> float:
    """Mean over the columns of ``1 − Σ (y − ŷ)² / Σ (y − ȳ)²``, the share of variance explained.

    A column that never changes scores 1 if it is met and 0 if not.

    Args:
        true: ``(examples, columns)``.
        said: Same shape.
    """
    missed = ((true - said) ** 2).sum(axis=0)
    spread = ((true - true.mean(axis=0)) ** 2).sum(axis=0)
    changing = spread > 0
    scores = np.where(missed == 0, 1.0, 0.0)
    scores[changing] = 1 - missed[changing] / spread[changing]
    return float(scores.mean())


def skill(mse: float, naive: float) -> float:
    """Return ``1 − mse / mse of the naive forecast``: 0 is no better, 1 is perfect.

    Murphy 1988, *Skill scores based on the mean square error*.

    Args:
        mse: Mean squared error.
        naive: That of the naive forecast, above 0.
    """
    return 1 - mse / naive


def modes_and_quality(samples: NDArray[Any], centres: NDArray[Any], sd: float) -> tuple[int, float]:
    """Score samples of a mixture of Gaussians.

    A sample is of high quality within three standard deviations of its nearest centre; a mode is
    captured when a high-quality sample is nearest to it. Srivastava et al. 2017 (*VEEGAN*), section
    4.1; Lin et al. 2018 (*PacGAN*), section 4.1.

    Args:
        samples: ``(samples, dimensions)``.
        centres: ``(modes, dimensions)``.
        sd: Standard deviation of every mode.

    Returns:
        How many modes are captured, and the share of samples of high quality.
    """
    counts = mode_counts(samples, centres, sd)
    return int(np.count_nonzero(counts)), float(counts.sum() / max(1, len(samples)))


def mode_counts(samples: NDArray[Any], centres: NDArray[Any], sd: float) -> NDArray[np.int64]:
    """Return how many samples of high quality every mode has ``(modes,)``; see :func:`modes_and_quality`."""
    distances = np.linalg.norm(samples[:, None, :] - centres[None, :, :], axis=2)
    nearest = distances.argmin(axis=1)
    good = distances[np.arange(len(samples)), nearest] <= 3 * sd
    return np.bincount(nearest[good], minlength=len(centres)).astype(np.int64)
