"""Samples of one size for everything that is sampled, so that a few kernels work on all of them at once.

Of what has more numbers than the sample some are drawn, none twice. Of what has fewer all are there, over and over; only
whole turns count, so that each number counts as often as every other.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from engine.clinic.vitals import BINS

MOST = 255  # numbers of a histogram, so that a count fits into a byte


def places(count: int, width: int, seed: int) -> Tensor:
    """Return which of ``count`` numbers make a sample ``(width,)``; the first ones of it are a sample, too."""
    random = np.random.default_rng(seed)
    if count > width:
        return torch.from_numpy(random.choice(count, width, replace=False))
    return torch.from_numpy(np.resize(random.permutation(count), width))


def counting(count: int, width: int) -> int:
    """Return how many of the first numbers in a sample of ``count`` count."""
    return width if count >= width else width // max(count, 1) * count


def mask(known: Tensor, width: int) -> Tensor:
    """Return which numbers of samples ``(rows, width)`` count, where it is the first ``known`` ones ``(rows,)``."""
    return torch.arange(width, device=known.device) < known[:, None]


def means(values: Tensor, there: Tensor) -> Tensor:
    """Return the means of rows ``(rows,)`` over the numbers that count; both ``(rows, width)``."""
    return torch.where(there, values, 0).sum(1) / there.sum(1)


def histograms(rows: Tensor, there: Tensor) -> tuple[Tensor, Tensor]:
    """Return counts ``(rows, BINS)``, uint8, and ranges ``(rows, 2)`` of samples of at most :data:`MOST` numbers.

    A row that is not finite throughout has none: its counts are 0 and its range is not finite.

    Args:
        rows: ``(rows, width)``.
        there: Which of them count, of the same shape.
    """
    low, high = torch.aminmax(rows, dim=1, keepdim=True)
    unit = (rows - low).mul_(BINS / (high - low).clamp_(min=1e-30))
    bins = unit.nan_to_num_(-1.0, -1.0, -1.0).clamp_(max=BINS - 1).to(torch.int64)
    bins = bins.masked_fill_(~there, -1).add_(1)  # bin 0 holds what doesn't count
    ones = torch.ones((), dtype=torch.int32, device=rows.device).expand_as(bins)
    counts = ones.new_zeros((len(rows), BINS + 1)).scatter_add_(1, bins, ones)
    return counts[:, 1:].to(torch.uint8), torch.cat([low, high], dim=1)
