"""The Fréchet distance between two sets of features, each taken for a Gaussian."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor


class Moments(NamedTuple):
    """Mean ``(d,)`` and covariance ``(d, d)`` of features, in float64."""

    mean: Tensor
    covariance: Tensor


def moments(features: Tensor) -> Moments:
    """Return mean and unbiased covariance of features ``(n, d)``; of a single one the covariance is 0."""
    x = features.double()
    mean = x.mean(dim=0)
    centred = x - mean
    return Moments(mean, centred.T @ centred / max(1, len(x) - 1))


def frechet_distance(one: Moments, other: Moments) -> float:
    """Return ``‖μ₁ − μ₂‖² + tr(Σ₁ + Σ₂ − 2 (Σ₁ Σ₂)^½)``.

    Heusel et al. 2017, *GANs trained by a two time-scale update rule*, section 3 (there on features of
    an Inception network). ``tr (Σ₁ Σ₂)^½`` is the sum of the roots of the eigenvalues of the symmetric
    ``Σ₁^½ Σ₂ Σ₁^½``, which are never complex, also where there are fewer examples than features.
    """
    values, vectors = torch.linalg.eigh(one.covariance)
    root = (vectors * values.clamp(min=0).sqrt()) @ vectors.T
    common = torch.linalg.eigvalsh(root @ other.covariance @ root).clamp(min=0).sqrt().sum()
    apart = (one.mean - other.mean).square().sum()
    distance = apart + one.covariance.trace() + other.covariance.trace() - 2 * common
    return float(distance.clamp(min=0))
