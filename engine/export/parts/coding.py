"""Losses and measures of autoencoders, variational ones too."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional


def noisy(
    inputs: Tensor,
    noise: str,
    strength: float,
    ends: tuple[float, float],
    generator: torch.Generator | None = None,
) -> Tensor:
    """Return inputs with noise that is to be removed."""
    if noise == "none":
        return inputs
    if noise == "gaussian":
        return inputs + strength * torch.randn(inputs.shape, generator=generator)
    drawn = torch.rand(inputs.shape, generator=generator)
    if noise == "masking":
        return inputs.masked_fill(drawn < strength, 0.0)
    salted = inputs.masked_fill(drawn < strength, ends[0])
    return salted.masked_fill(drawn < strength / 2, ends[1])


def sparseness(code: Tensor, kind: str, weight: float, activation: float) -> Tensor:
    """Return what codes that are not sparse cost: by L1, or by their mean activation (Ng 2011)."""
    if kind == "l1":
        return weight * code.abs().mean()
    if kind == "none":
        return code.new_zeros(())
    active = code.flatten(1).mean(dim=0).clamp(1e-6, 1 - 1e-6)
    wanted = torch.tensor(activation)
    kl = wanted * (wanted / active).log() + (1 - wanted) * ((1 - wanted) / (1 - active)).log()
    return weight * kl.sum()


def restoring_errors(given: Tensor, inputs: Tensor, kind: str) -> Tensor:
    """Return the mean error of every example."""
    if kind == "bce":
        errors = functional.binary_cross_entropy_with_logits(given, inputs, reduction="none")
    elif kind == "mae":
        errors = (given - inputs).abs()
    else:
        errors = (given - inputs).square()
    return errors.flatten(1).mean(dim=1)


def restore(
    networks: Mapping[str, nn.Module],
    inputs: Tensor,
    targets: Tensor | None,
    step: int,
    ends: tuple[float, float],
    reconstruction: str = "mse",
    noise: str = "none",
    strength: float = 0.3,
    sparsity: str = "none",
    sparsity_weight: float = 0.01,
    activation: float = 0.05,
    odd: Sequence[int] = (),
) -> Tensor:
    """Return the loss of a batch: the error of what is restored of it."""
    code = networks["encoder"](noisy(inputs, noise, strength, ends))
    errors = restoring_errors(networks["decoder"](code), inputs, reconstruction)
    return errors.mean() + sparseness(code, sparsity, sparsity_weight, activation)


def measure_restored(
    networks: Mapping[str, nn.Module],
    inputs: Tensor,
    targets: Tensor | None,
    ends: tuple[float, float],
    reconstruction: str = "mse",
    noise: str = "none",
    strength: float = 0.3,
    sparsity: str = "none",
    sparsity_weight: float = 0.01,
    activation: float = 0.05,
    odd: Sequence[int] = (),
) -> dict[str, float]:
    """Return the loss and the mean squared error, with noise that is the same every time."""
    encoder, decoder = networks["encoder"], networks["decoder"]
    generator = torch.Generator().manual_seed(57776)
    rows: list[tuple[Tensor, Tensor, Tensor]] = []
    for some in inputs.split(1024):  # type: ignore[no-untyped-call]
        scores = restoring_errors(decoder(encoder(some)), some, reconstruction)
        code = encoder(noisy(some, noise, strength, ends, generator))
        given = decoder(code)
        losses = restoring_errors(given, some, reconstruction)
        losses = losses + sparseness(code, sparsity, sparsity_weight, activation)
        given = given.sigmoid() if reconstruction == "bce" else given
        rows.append((losses, (given - some).square().flatten(1).mean(dim=1), scores))
    losses, squares, scores = (torch.cat(column).double() for column in zip(*rows, strict=True))
    return means_of_usual({"loss": losses, "mse": squares}, scores, targets, odd)


def means_of_usual(
    values: Mapping[str, Tensor], scores: Tensor, targets: Tensor | None, odd: Sequence[int]
) -> dict[str, float]:
    """Return means over the examples that are no anomalies, and how well those are told by their scores."""
    strange = torch.zeros(len(scores), dtype=torch.bool)
    if odd and targets is not None and targets.ndim == 1:
        strange = torch.isin(targets, torch.tensor(odd))
    elif odd and targets is not None:
        strange = (targets[:, list(odd)] > 0.5).any(1)
    if not strange.any() or strange.all():
        return {name: float(value.mean()) for name, value in values.items()}
    found = {name: float(value[~strange].mean()) for name, value in values.items()}
    above = (scores[strange][:, None] > scores[~strange]).double()
    even = (scores[strange][:, None] == scores[~strange]).double()
    return {**found, "roc_auc": float((above + 0.5 * even).mean())}


def log_likelihood(
    given: Tensor, inputs: Tensor, likelihood: str, variance: str, deviation: float
) -> Tensor:
    """Return ln p(x | z) of every example, by what the decoder gives."""
    if likelihood == "bernoulli":
        costs = functional.binary_cross_entropy_with_logits(given, inputs, reduction="none")
        return -costs.flatten(1).sum(dim=1)
    spread = torch.full((), 2 * math.log(deviation))
    if variance == "learned":
        given, spread = given.chunk(2, dim=1)
        spread = spread.clamp(-10.0, 10.0)
    squares = (inputs - given).square() * (-spread).exp()
    return -0.5 * (math.log(2 * math.pi) + spread + squares).flatten(1).sum(dim=1)


def divergence_from_normal(mean: Tensor, log_variance: Tensor) -> Tensor:
    """Return KL(N(μ, σ²) ‖ N(0, 1)) of every latent of every example."""
    return 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance)


def coded(encoder: nn.Module, inputs: Tensor) -> tuple[Tensor, Tensor]:
    """Return means and log-variances of the latents."""
    mean, log_variance = encoder(inputs).chunk(2, dim=1)
    return mean, log_variance.clamp(-20.0, 20.0)


def bound(
    networks: Mapping[str, nn.Module],
    inputs: Tensor,
    targets: Tensor | None,
    step: int,
    likelihood: str = "bernoulli",
    variance: str = "fixed",
    deviation: float = 0.1,
    beta: float = 1.0,
    warmup: int = 0,
    free_bits: float = 0.0,
    evaluation: str = "sample",
    odd: Sequence[int] = (),
) -> Tensor:
    """Return −E ln p(x | z) + β·KL of a batch, by one sample of z for each example."""
    mean, log_variance = coded(networks["encoder"], inputs)
    latents = mean + (0.5 * log_variance).exp() * torch.randn_like(mean)
    given = networks["decoder"](latents)
    fit = log_likelihood(given, inputs, likelihood, variance, deviation).mean()
    divergence = divergence_from_normal(mean, log_variance).mean(dim=0)
    if free_bits:
        divergence = divergence.clamp(min=free_bits)
    grown = min(1.0, (step + 1) / warmup) if warmup else 1.0
    return beta * grown * divergence.sum() - fit


def measure_bound(
    networks: Mapping[str, nn.Module],
    inputs: Tensor,
    targets: Tensor | None,
    likelihood: str = "bernoulli",
    variance: str = "fixed",
    deviation: float = 0.1,
    beta: float = 1.0,
    warmup: int = 0,
    free_bits: float = 0.0,
    evaluation: str = "sample",
    odd: Sequence[int] = (),
) -> dict[str, float]:
    """Return the evidence lower bound (β is 1) and its parts, in nats; what is drawn is the same every time."""
    generator = torch.Generator().manual_seed(57776)
    rows: list[tuple[Tensor, Tensor]] = []
    for some in inputs.split(1024):  # type: ignore[no-untyped-call]
        mean, log_variance = coded(networks["encoder"], some)
        latents = mean
        if evaluation == "sample":
            noise = torch.randn(mean.shape, generator=generator)
            latents = mean + (0.5 * log_variance).exp() * noise
        given = networks["decoder"](latents)
        fit = log_likelihood(given, some, likelihood, variance, deviation)
        rows.append((fit, divergence_from_normal(mean, log_variance).sum(dim=1)))
    fit, kl = (torch.cat(column).double() for column in zip(*rows, strict=True))
    values = {"elbo": fit - kl, "kl": kl, "reconstruction": fit}
    return means_of_usual(values, kl - fit, targets, odd)
