"""Changes of images that a gradient can flow through; every image gets random numbers of its own.

All take and return ``(batch, channels, height, width)``; black is 0.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor
from torch.nn.functional import pad


def brightness(images: Tensor) -> Tensor:
    """Add up to ± 0.5."""
    return images + (_one_each(images) - 0.5)


def saturation(images: Tensor) -> Tensor:
    """Take the distance from grey 0 to 2 times."""
    grey = images.mean(1, keepdim=True)
    return (images - grey) * (2 * _one_each(images)) + grey


def contrast(images: Tensor) -> Tensor:
    """Take the distance from the image's mean 0.5 to 1.5 times."""
    mean = images.mean((1, 2, 3), keepdim=True)
    return (images - mean) * (_one_each(images) + 0.5) + mean


def mirrored(images: Tensor) -> Tensor:
    """Mirror half of them left to right."""
    return torch.where(_one_each(images) < 0.5, images.flip(3), images)


def turned(images: Tensor) -> Tensor:
    """Turn square ones by a quarter as often as chance has it, others by a half or not."""
    turns = torch.randint(4, (len(images), 1, 1, 1), device=images.device)
    half = torch.where(turns % 2 == 1, images.flip(2, 3), images)
    if images.shape[2] != images.shape[3]:
        return half
    return torch.where(turns // 2 == 1, half.transpose(2, 3).flip(2), half)


def shifted(images: Tensor, most: float) -> Tensor:
    """Shift by up to this share of the sides; what comes in is black."""
    batch, _channels, height, width = images.shape
    tall, wide = int(height * most + 0.5), int(width * most + 0.5)
    bordered = pad(images, (wide, wide, tall, tall))
    down = torch.randint(2 * tall + 1, (batch, 1), device=images.device)
    right = torch.randint(2 * wide + 1, (batch, 1), device=images.device)
    rows = down + torch.arange(height, device=images.device)
    columns = right + torch.arange(width, device=images.device)
    everyone = torch.arange(batch, device=images.device)[:, None, None]
    picked = bordered[everyone, :, rows[:, :, None], columns[:, None, :]]
    return picked.permute(0, 3, 1, 2)


def cut_out(images: Tensor, share: float) -> Tensor:
    """Blacken a rectangle of this share of the sides, which may reach beyond the edge."""
    batch, _channels, height, width = images.shape
    tall, wide = int(height * share + 0.5), int(width * share + 0.5)
    rows = _outside(batch, height, tall, images.device)
    columns = _outside(batch, width, wide, images.device)
    kept = rows[:, None, :, None] | columns[:, None, None, :]
    return images * kept


def sometimes(images: Tensor, p: Tensor, changes: Sequence[Callable[[Tensor], Tensor]]) -> Tensor:
    """Make each of some changes of each image with the probability ``p`` (0-d), one after the other."""
    for change in changes:
        images = torch.where(_one_each(images) < p, change(images), images)
    return images


def _outside(batch: int, side: int, length: int, device: torch.device) -> Tensor:
    """For each image the places ``(batch, side)`` that a random stretch leaves out."""
    centre = torch.randint(side + (1 - length % 2), (batch, 1), device=device)
    places = torch.arange(side, device=device)
    start = centre - length // 2
    return (places < start) | (places >= start + length)


def _one_each(images: Tensor) -> Tensor:
    """A random number from 0 to 1 for each image."""
    return torch.rand(len(images), 1, 1, 1, device=images.device, dtype=images.dtype)
