"""Penalties of the slope of a discriminator; each takes real and generated examples and what was said of them."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor


def of_each(said: Tensor) -> Tensor:
    """Return what is said of every example; of a map, its mean."""
    return said.flatten() if said.numel() == len(said) else said.flatten(1).mean(1)


def slope_of(said: Tensor, examples: Tensor) -> Tensor:
    """Return the gradient of what is said of every example, which can be differentiated again."""
    return torch.autograd.grad(of_each(said).sum(), examples, create_graph=True)[0].flatten(1)


def norms(slopes: Tensor) -> Tensor:
    """Return the length of every example's slope."""
    found: Tensor = torch.linalg.vector_norm(slopes, dim=1)
    return found


def one_each(examples: Tensor) -> Tensor:
    """Return a random number from 0 to 1 for every example."""
    return torch.rand(len(examples), *[1] * (examples.ndim - 1))


def r1(
    judge: Callable[[Tensor], Tensor], real: Tensor, on_real: Tensor, fake: Tensor, on_fake: Tensor
) -> Tensor:
    """Return ½ E‖∇D(x)‖² at real examples (Mescheder et al. 2018)."""
    return 0.5 * slope_of(on_real, real).square().sum(1).mean()


def r2(
    judge: Callable[[Tensor], Tensor], real: Tensor, on_real: Tensor, fake: Tensor, on_fake: Tensor
) -> Tensor:
    """Return ½ E‖∇D(x)‖² at generated examples (Mescheder et al. 2018)."""
    return 0.5 * slope_of(on_fake, fake).square().sum(1).mean()


def gradient_penalty(
    judge: Callable[[Tensor], Tensor],
    real: Tensor,
    on_real: Tensor,
    fake: Tensor,
    on_fake: Tensor,
    sides: str = "two",
) -> Tensor:
    """Return E(‖∇D‖ − 1)² between real and generated examples (Gulrajani et al. 2017)."""
    between = torch.lerp(fake, real, one_each(real))
    excess = norms(slope_of(judge(between), between)) - 1
    return (excess.relu() if sides == "one" else excess).square().mean()


def zero_centred(
    judge: Callable[[Tensor], Tensor], real: Tensor, on_real: Tensor, fake: Tensor, on_fake: Tensor
) -> Tensor:
    """Return E‖∇D‖² between real and generated examples (Thanh-Tung et al. 2019)."""
    between = torch.lerp(fake, real, one_each(real))
    return slope_of(judge(between), between).square().sum(1).mean()


def dragan(
    judge: Callable[[Tensor], Tensor],
    real: Tensor,
    on_real: Tensor,
    fake: Tensor,
    on_fake: Tensor,
    reach: float = 0.5,
) -> Tensor:
    """Return E(‖∇D‖ − 1)² around real examples (Kodali et al. 2017)."""
    examples = real.detach()
    noise = reach * examples.std() * torch.rand_like(examples)
    around = (examples + one_each(examples) * noise).requires_grad_()
    return (norms(slope_of(judge(around), around)) - 1).square().mean()
