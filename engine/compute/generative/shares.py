"""How samples are spread over classes, or over the modes of a mixture."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from engine.compute import measures


def shares(labels: NDArray[np.int64], count: int) -> NDArray[np.float64]:
    """Return the share ``(count,)`` of every class among labels ``(n,)``; zeros where there is no label."""
    counts = np.bincount(labels, minlength=count)
    return np.asarray(counts / max(1, len(labels)), np.float64)


def entropy(share: NDArray[np.float64]) -> float:
    """Return ``−Σ p ln p / ln K``: 1 where all K classes are alike, 0 where there is only one."""
    if len(share) < 2:
        return 0.0
    there = share[share > 0]
    return abs(float((there * np.log(there)).sum())) / math.log(len(share))


def reverse_kl(drawn: NDArray[np.float64], real: NDArray[np.float64]) -> float:
    """Return ``Σ q ln (q / p)`` in nats, q the shares of samples and p those of the data.

    Missing modes keep it finite, samples of modes that the data has not make it infinite. Lin et al.
    2018, *PacGAN*, section 4.1, where every sample counts for its nearest mode; Srivastava et al. 2017,
    *VEEGAN*, table 2, where a classifier names it.

    Args:
        drawn: Shares ``(K,)`` of the modes among samples.
        real: Shares ``(K,)`` among real examples.
    """
    there = drawn > 0
    if (real[there] <= 0).any():
        return math.inf
    return float((drawn[there] * np.log(drawn[there] / real[there])).sum())


def agreement(named: NDArray[np.int64], asked: NDArray[np.int64]) -> float:
    """Return the share of samples that a classifier takes for the class that was asked for."""
    return float((named == asked).mean()) if len(named) else math.nan


class ModeTable:
    """Samples of a mixture of Gaussians, by mode.

    Args:
        samples: ``(n, dimensions)``, in the units of the data.
        centres: ``(modes, dimensions)``.
        sd: Standard deviation of every mode.

    Attributes:
        share: Share ``(modes,)`` of the samples whose nearest mode it is.
        captured: Whether a sample of high quality is nearest to it, ``(modes,)``.
        quality: Share of samples of high quality.
    """

    def __init__(
        self, samples: NDArray[np.floating], centres: NDArray[np.floating], sd: float
    ) -> None:
        samples = samples.astype(np.float64)
        good = measures.mode_counts(samples, centres, sd)
        distances = np.linalg.norm(samples[:, None, :] - centres[None, :, :], axis=2)
        self.share = shares(distances.argmin(axis=1), len(centres))
        self.captured = good > 0
        self.quality = float(good.sum() / max(1, len(samples)))
