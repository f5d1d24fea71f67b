"""What a generator makes examples of, and the examples."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn


def normal(count: int, size: int) -> Tensor:
    """Return latents from N(0, 1)."""
    return torch.randn(count, size)


def uniform(count: int, size: int) -> Tensor:
    """Return latents that lie evenly between -1 and 1."""
    return torch.rand(count, size).mul_(2).sub_(1)


def sphere(count: int, size: int) -> Tensor:
    """Return latents that lie evenly on the sphere of radius √size."""
    drawn = torch.randn(count, size)
    length: Tensor = drawn.norm(dim=1, keepdim=True).clamp_(min=1e-12)
    return drawn * (math.sqrt(size) / length)


def truncated_normal(count: int, size: int) -> Tensor:
    """Return latents from N(0, 1) between -2 and 2."""
    drawn = torch.randn(count, size)
    ranks = torch.erf(drawn.double() / math.sqrt(2)) * math.erf(2 / math.sqrt(2))
    return (torch.erfinv(ranks) * math.sqrt(2)).to(drawn.dtype)


def drawn(
    generator: nn.Module, real: Tensor, labels: Tensor | None, latents: Callable[[int], Tensor]
) -> tuple[Tensor, Tensor, Tensor | None]:
    """Return generated examples, the latents of which they are made, and no class."""
    z = latents(len(real))
    return generator(z), z, None


def drawn_of_class(
    generator: nn.Module, real: Tensor, labels: Tensor | None, latents: Callable[[int], Tensor]
) -> tuple[Tensor, Tensor, Tensor | None]:
    """Return generated examples of the classes of real ones, their latents, and the classes."""
    z = latents(len(real))
    return generator(z, labels), z, labels


def drawn_of_code(
    generator: nn.Module,
    real: Tensor,
    labels: Tensor | None,
    latents: Callable[[int], Tensor],
    kinds: int,
) -> tuple[Tensor, Tensor, Tensor | None]:
    """Return generated examples of codes that are drawn evenly, their latents, and the codes."""
    z, codes = latents(len(real)), torch.randint(kinds, (len(real),))
    return generator(z, codes), z, codes


def made_beside(
    generator: nn.Module, real: Tensor, labels: Tensor | None, channels: int
) -> tuple[Tensor, Tensor, Tensor | None]:
    """Return pairs of given images and of what is made of them; nothing is drawn."""
    given = real[:, :channels]
    return torch.cat([given, generator(given)], 1), real.new_empty(len(real), 0), None
