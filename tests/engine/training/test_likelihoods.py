"""Likelihoods and divergences against formulas in NumPy and against torch.distributions."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy import stats
from torch import Tensor, distributions

from engine.compute import likelihoods


def random(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def density(normal: distributions.Distribution, values: Tensor) -> Tensor:
    found: Tensor = normal.log_prob(values)
    return found


def test_the_divergence_and_its_gradients_are_those_of_the_formula() -> None:
    mean, log_variance = random(5, 3).requires_grad_(), random(5, 3, seed=1).requires_grad_()
    found = likelihoods.kl_to_standard_normal(mean, log_variance)
    m, v = mean.detach().numpy(), np.exp(log_variance.detach().numpy())
    assert found.detach().numpy() == pytest.approx(0.5 * (m**2 + v - 1 - np.log(v)), rel=1e-12)
    found.sum().backward()  # type: ignore[no-untyped-call]
    assert mean.grad is not None
    assert log_variance.grad is not None
    assert mean.grad.numpy() == pytest.approx(m, rel=1e-12)
    assert log_variance.grad.numpy() == pytest.approx(0.5 * (v - 1), rel=1e-12)


def test_the_divergence_is_torchs() -> None:
    mean, log_variance = random(5, 3), random(5, 3, seed=1)
    posterior = distributions.Normal(mean, (0.5 * log_variance).exp())
    wanted = distributions.kl_divergence(posterior, distributions.Normal(0.0, 1.0))
    assert torch.allclose(likelihoods.kl_to_standard_normal(mean, log_variance), wanted)
    zeros = torch.zeros(1, 2)
    assert likelihoods.kl_to_standard_normal(zeros, zeros).tolist() == [[0.0, 0.0]]


def test_bernoulli_is_torchs_and_takes_greys() -> None:
    logits = random(4, 1, 2, 3).requires_grad_()
    values = (random(4, 1, 2, 3, seed=1) > 0).double()
    wanted = density(distributions.Bernoulli(logits=logits), values).flatten(1).sum(1)
    found = likelihoods.bernoulli(logits, values)
    assert torch.allclose(found, wanted)
    greys = torch.sigmoid(random(4, 1, 2, 3, seed=2))
    likelihoods.bernoulli(logits, greys).sum().backward()  # type: ignore[no-untyped-call]
    assert logits.grad is not None
    assert torch.allclose(logits.grad, greys - logits.detach().sigmoid())


@pytest.mark.parametrize("one_for_all", [True, False])
def test_gaussian_is_torchs(one_for_all: bool) -> None:
    mean, values = random(4, 6), random(4, 6, seed=1)
    log_variance = torch.tensor(-1.3, dtype=torch.float64) if one_for_all else random(4, 6, seed=2)
    wanted = density(distributions.Normal(mean, (0.5 * log_variance).exp()), values).sum(1)
    assert torch.allclose(likelihoods.gaussian(mean, log_variance, values), wanted)


def test_the_importance_bound_grows_from_the_mean_to_the_likelihood() -> None:
    """For x | z ~ N(z, 1), z ~ N(0, 1) the likelihood is known: N(0, 2)."""
    x, count = 0.7, 4000
    noise = random(count, 1)
    drawn = 0.2 + 0.9 * noise
    weights = (
        density(distributions.Normal(drawn, 1.0), torch.tensor(x))
        + density(distributions.Normal(0.0, 1.0), drawn)
        - density(distributions.Normal(0.2, 0.9), drawn)
    )
    bound = float(likelihoods.importance_bound(weights)[0])
    assert bound == pytest.approx(stats.norm(0, np.sqrt(2)).logpdf(x), abs=0.02)
    assert float(weights.mean()) < bound - 0.01
    assert torch.equal(likelihoods.importance_bound(weights[:1]), weights[0])


def test_quantiles_share_the_normal_evenly() -> None:
    assert stats.norm.cdf(likelihoods.normal_quantiles(3)) == pytest.approx([0.25, 0.5, 0.75])
