"""How training examples are changed at random; images are ``(batch, channels, height, width)``."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional


def random_crop(images: Tensor, fill: float, padding: int = 4) -> Tensor:
    """Add a border and cut every image out of it at its own place."""
    batch, _channels, height, width = images.shape
    wide = functional.pad(images, (padding, padding, padding, padding), value=fill)
    down, right = torch.randint(0, 2 * padding + 1, (2, batch, 1))
    rows, columns = down + torch.arange(height), right + torch.arange(width)
    everyone = torch.arange(batch)[:, None, None]
    return wide[everyone, :, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)


def flip_horizontal(images: Tensor, fill: float, share: float = 0.5) -> Tensor:
    """Mirror a share of the images left to right."""
    return torch.where(torch.rand(len(images), 1, 1, 1) < share, images.flip(-1), images)


def flip_vertical(images: Tensor, fill: float, share: float = 0.5) -> Tensor:
    """Mirror a share of the images top to bottom."""
    return torch.where(torch.rand(len(images), 1, 1, 1) < share, images.flip(-2), images)


def rotate(images: Tensor, fill: float, degrees: float = 15.0) -> Tensor:
    """Turn every image about its centre by its own angle."""
    batch, _channels, height, width = images.shape
    angles = (2 * torch.rand(batch) - 1) * math.radians(degrees)
    cos, sin, zero = angles.cos(), angles.sin(), torch.zeros_like(angles)
    rows = torch.stack([cos, -sin * height / width, zero, sin * width / height, cos, zero], dim=1)
    shape = list(images.shape)
    grid = functional.affine_grid(rows.reshape(batch, 2, 3), shape, align_corners=False)
    return functional.grid_sample(images - fill, grid, align_corners=False) + fill


def erase(images: Tensor, fill: float, side: int = 8, share: float = 1.0) -> Tensor:
    """Blacken a square at a random place of a share of the images (DeVries & Taylor 2017)."""
    batch, _channels, height, width = images.shape
    top = torch.randint(0, height, (batch, 1)) - side // 2
    left = torch.randint(0, width, (batch, 1)) - side // 2
    rows, columns = torch.arange(height), torch.arange(width)
    tall = (rows >= top) & (rows < top + side)
    wide = (columns >= left) & (columns < left + side)
    chosen = torch.rand(batch, 1, 1) < share
    square = tall[:, :, None] & wide[:, None, :] & chosen
    return images.masked_fill(square[:, None], fill)


def add_noise(inputs: Tensor, fill: float, sd: float = 0.1) -> Tensor:
    """Add Gaussian noise to every number."""
    return inputs + sd * torch.randn_like(inputs)


def larger_share(alpha: float) -> Tensor:
    """Return a share from Beta(α, α), at least a half: a pair has no order."""
    share = torch.distributions.Beta(alpha, alpha).sample()
    return torch.maximum(share, 1 - share)


def mixup(inputs: Tensor, partners: Tensor, alpha: float = 0.2) -> tuple[Tensor, Tensor]:
    """Lay examples over each other; return them and the share of the first (Zhang et al. 2018)."""
    share = larger_share(alpha)
    return share * inputs + (1 - share) * partners, share


def cutmix(images: Tensor, partners: Tensor, alpha: float = 1.0) -> tuple[Tensor, Tensor]:
    """Put a rectangle of one image into another; return them and the share of the first (Yun et al. 2019)."""
    height, width = images.shape[-2:]
    part = (1 - larger_share(alpha)).sqrt()
    center = torch.rand(2)
    rows, columns = torch.arange(height) + 0.5, torch.arange(width) + 0.5
    tall = (rows - center[0] * height).abs() < part * height / 2
    wide = (columns - center[1] * width).abs() < part * width / 2
    square = tall[:, None] & wide[None, :]
    return torch.where(square, partners, images), 1 - square.to(images.dtype).mean()


def changed(
    examples: Tensor,
    targets: Tensor | None,
    changes: Sequence[Callable[[Tensor], Tensor]],
    mixing: Sequence[Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]],
    picture: Sequence[int],
) -> tuple[Any, ...]:
    """Return a batch changed at random: examples and targets and, of mixed ones, the other targets and a share."""
    shape, images = examples.shape, (-1, *picture) if picture else examples.shape
    for change in changes:
        examples = change(examples.reshape(images)).reshape(shape)
    if not mixing or targets is None:
        return examples, targets
    mix = mixing[int(torch.randint(len(mixing), ())) if len(mixing) > 1 else 0]
    order = torch.randperm(len(targets))
    examples = examples.reshape(images)
    mixed, share = mix(examples, examples[order])
    return mixed.reshape(shape), targets, targets[order], share
