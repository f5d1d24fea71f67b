"""Likelihoods of examples and distances of latent distributions, in nats per example."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

LOG_TWO_PI = math.log(2 * math.pi)


def kl_to_standard_normal(mean: Tensor, log_variance: Tensor) -> Tensor:
    """Return ``KL(N(μ, σ²) ‖ N(0, 1))`` of every latent, in nats.

    ``½ (μ² + σ² − 1 − ln σ²)``; Kingma & Welling 2014, *Auto-encoding variational Bayes*, appendix B.

    Args:
        mean: ``(examples, latents)``.
        log_variance: ``(examples, latents)``, ``ln σ²``.

    Returns:
        ``(examples, latents)``, never below zero but for rounding.
    """
    return 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance)


def bernoulli(logits: Tensor, values: Tensor) -> Tensor:
    """Return ``ln p(x)`` of every example under independent Bernoulli variables.

    ``Σ x ln σ(l) + (1 − x) ln(1 − σ(l))``; Kingma & Welling 2014, appendix C.1. Of values between 0 and 1
    it is what is usual in place of a likelihood: the formula is evaluated all the same.

    Args:
        logits: ``(examples, …)``.
        values: ``(examples, …)`` from 0 to 1.

    Returns:
        ``(examples,)``.
    """
    loss = binary_cross_entropy_with_logits(logits, values, reduction="none")
    return -loss.flatten(1).sum(dim=1)


def gaussian(mean: Tensor, log_variance: Tensor, values: Tensor) -> Tensor:
    """Return ``ln p(x)`` of every example under independent normal variables.

    ``Σ −½ (ln 2π + ln σ² + (x − μ)² / σ²)``; Kingma & Welling 2014, appendix C.2.

    Args:
        mean: ``(examples, …)``.
        log_variance: ``(examples, …)`` or one number for all, ``ln σ²``.
        values: ``(examples, …)``.

    Returns:
        ``(examples,)``.
    """
    squares = (values - mean).square() * (-log_variance).exp()
    return -0.5 * (LOG_TWO_PI + log_variance + squares).flatten(1).sum(dim=1)


def importance_bound(log_weights: Tensor) -> Tensor:
    """Return the importance-weighted bound of ``ln p(x)`` of every example.

    ``ln (1/k) Σ_i w_i`` with ``w_i = p(x, z_i) / q(z_i | x)``; Burda, Grosse & Salakhutdinov 2016,
    *Importance weighted autoencoders*, equation 8. It grows with ``k`` and is the ELBO for ``k = 1``.

    Args:
        log_weights: ``(k, examples)``, ``ln w_i``.

    Returns:
        ``(examples,)``.
    """
    return torch.logsumexp(log_weights, dim=0) - math.log(len(log_weights))


def normal_quantiles(count: int) -> NDArray[np.float64]:
    """Return ``count`` places at which equal shares of N(0, 1) lie between neighbours.

    Kingma & Welling 2014, appendix A, show what is decoded there.
    """
    shares = torch.arange(1, count + 1, dtype=torch.float64) / (count + 1)
    places: NDArray[Any] = torch.special.ndtri(shares).numpy()
    return places
