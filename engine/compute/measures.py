"""Metrics as plain formulas on arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


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
    distances = np.linalg.norm(samples[:, None, :] - centres[None, :, :], axis=2)
    nearest = distances.argmin(axis=1)
    good = distances[np.arange(len(samples)), nearest] <= 3 * sd
    return len(np.unique(nearest[good])), float(good.mean())
