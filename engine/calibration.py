"""Whether probabilities mean what they say: how often what is answered with so much certainty is right; torch-free."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
BINS = 15


@dataclass(frozen=True)
class Reliability:
    """Answers in bins of equal width by their certainty.

    Attributes:
        edges: ``(bins + 1,)`` from 0 to 1.
        counts: Answers in every bin ``(bins,)``.
        certainty: Mean certainty in every bin, NaN where there is no answer.
        right: Share of right answers in every bin, NaN where there is no answer.
    """

    edges: Floats
    counts: NDArray[np.int64]
    certainty: Floats
    right: Floats

    @property
    def error(self) -> float:
        """The expected calibration error ``Σ_b (n_b / n) |right_b − certainty_b|``.

        Naeini et al. 2015, *Obtaining well calibrated probabilities using Bayesian binning*; of the likeliest
        class Guo et al. 2017, *On calibration of modern neural networks*, equation 3.
        """
        return float(np.nansum(self.counts * self._gaps()) / max(1, int(self.counts.sum())))

    @property
    def worst(self) -> float:
        """The maximum calibration error: the widest gap of a bin that has answers (Guo et al. 2017, equation 4)."""
        gaps = self._gaps()
        return float(np.nanmax(gaps)) if self.counts.any() else 0.0

    @property
    def excess(self) -> float:
        """Mean certainty minus the share that is right: above 0 for answers that are too certain."""
        weights = self.counts / max(1, int(self.counts.sum()))
        return float(np.nansum(weights * (self.certainty - self.right)))

    def _gaps(self) -> Floats:
        return np.abs(self.right - self.certainty)


def reliability(certainty: NDArray[Any], right: NDArray[Any], bins: int = BINS) -> Reliability:
    """Return how often answers of every certainty are right.

    Args:
        certainty: ``(answers,)`` from 0 to 1.
        right: ``(answers,)``, whether each is right.
        bins: How many bins; each holds its upper edge, and the first one also 0, as scikit-learn has it.
    """
    edges = np.linspace(0.0, 1.0, bins + 1)
    sure = np.asarray(certainty, np.float64)
    place = np.searchsorted(edges[1:-1], sure)
    counts = np.bincount(place, minlength=bins)
    sums = np.bincount(place, weights=sure, minlength=bins)
    hits = np.bincount(place, weights=np.asarray(right, np.float64), minlength=bins)
    with np.errstate(invalid="ignore"):
        return Reliability(edges, counts.astype(np.int64), sums / counts, hits / counts)


def brier(probabilities: NDArray[Any], truth: NDArray[Any]) -> float:
    """Return ``mean_n Σ_k (p_nk − y_nk)²`` over examples ``(examples, classes)``: 0 is best, 2 worst.

    Brier 1950, *Verification of forecasts expressed in terms of probability*. Of yes-or-no labels, one column each,
    the half of it per label is the usual score of two classes.

    Args:
        probabilities: What was answered.
        truth: Zeros and ones.
    """
    gaps = np.asarray(probabilities, np.float64) - np.asarray(truth, np.float64)
    return float(np.mean(np.sum(gaps**2, axis=1)))
