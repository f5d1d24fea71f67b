"""The kernel distance between two sets of features."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from engine.compute.batches import rows

ROWS_AT_ONCE = 1024


def kernel_distance(one: Tensor, other: Tensor, within_other: float | None = None) -> float:
    """Return the unbiased squared maximum mean discrepancy with the kernel ``(xᵀy / d + 1)³``.

    Bińkowski et al. 2018, *Demystifying MMD GANs*, section 4. All pairs count at once: the paper's
    mean over random subsets estimates the same number with more noise. It may be a little below 0.

    Args:
        one: Features ``(n, d)``.
        other: Features ``(m, d)``.
        within_other: :func:`mean_kernel` of ``other``, where it is known.

    Returns:
        NaN where a set has fewer than two examples.
    """
    if min(len(one), len(other)) < 2:
        return math.nan
    if within_other is None:
        within_other = mean_kernel(other)
    across = _sum_of_kernel(one, other) / (len(one) * len(other))
    return mean_kernel(one) + within_other - 2 * across


def mean_kernel(features: Tensor) -> float:
    """Return the mean of the kernel over all pairs of different examples of ``(n, d)``, n ≥ 2."""
    x = features.double()
    own = float((x.square().sum(dim=1) / x.shape[1] + 1).pow(3).sum())
    return (_sum_of_kernel(x, x) - own) / (len(x) * (len(x) - 1))


def _sum_of_kernel(one: Tensor, other: Tensor) -> float:
    across = other.double().T / one.shape[1]
    parts = [(some @ across + 1).pow(3).sum() for some in rows(one.double(), ROWS_AT_ONCE)]
    return float(torch.stack(parts).sum())
