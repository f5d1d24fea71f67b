"""Augmentations that move images: cropped, flipped, turned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec import Meta

from engine.augmentations.base import Augmentation, Share

if TYPE_CHECKING:
    from torch import Tensor


class RandomCrop(Augmentation, frozen=True, kw_only=True, tag="random_crop"):
    """Adds a black border and cuts the image out of it at random: it is shifted a little.

    Source: Krizhevsky, Sutskever & Hinton 2012; with four pixels of border as in He et al. 2016, *Deep
    residual learning for image recognition*, section 4.2.
    """

    title: ClassVar[str] = "Crop"
    order: ClassVar[int] = 10

    padding: Annotated[int, Meta(ge=1, le=256, title="Border", extra={"unit": "px"})] = 4

    def apply(self, inputs: Tensor, fill: float) -> Tensor:
        """Shift every image by its own number of pixels; see :meth:`Augmentation.apply`."""
        import torch
        from torch.nn.functional import pad

        batch, _channels, height, width = inputs.shape
        border = self.padding
        wide = pad(inputs, (border, border, border, border), value=fill)
        device = inputs.device
        down, right = torch.randint(0, 2 * border + 1, (2, batch, 1), device=device)
        rows = down + torch.arange(height, device=device)
        columns = right + torch.arange(width, device=device)
        everyone = torch.arange(batch, device=device)[:, None, None]
        picked = wide[everyone, :, rows[:, :, None], columns[:, None, :]]
        return picked.permute(0, 3, 1, 2)


class _Flip(Augmentation, frozen=True, kw_only=True):
    """Mirrors images.

    Class attributes:
        dimension: Along which dimension.
    """

    dimension: ClassVar[int] = -1

    share: Share = 0.5

    def apply(self, inputs: Tensor, fill: float) -> Tensor:
        """Mirror some of the images; see :meth:`Augmentation.apply`."""
        import torch

        chosen = torch.rand(len(inputs), 1, 1, 1, device=inputs.device) < self.share
        return torch.where(chosen, inputs.flip(self.dimension), inputs)


class FlipHorizontal(_Flip, frozen=True, kw_only=True, tag="flip_horizontal"):
    """Mirrors images left to right, where that makes no other thing of them: clothes, not letters."""

    title: ClassVar[str] = "Flip left to right"
    order: ClassVar[int] = 20


class FlipVertical(_Flip, frozen=True, kw_only=True, tag="flip_vertical"):
    """Mirrors images top to bottom: for what has no up, such as cells or pictures from above."""

    title: ClassVar[str] = "Flip top to bottom"
    order: ClassVar[int] = 21
    dimension: ClassVar[int] = -2


class Rotate(Augmentation, frozen=True, kw_only=True, tag="rotate"):
    """Turns every image about its centre by its own angle; corners that come into sight are black.

    Angles are uniform up to the greatest one, both ways; pixels in between are interpolated linearly.
    """

    title: ClassVar[str] = "Turn"
    order: ClassVar[int] = 30

    degrees: Annotated[float, Meta(gt=0, le=180, title="Greatest angle", extra={"unit": "°"})] = (
        15.0
    )

    def apply(self, inputs: Tensor, fill: float) -> Tensor:
        """Turn the images; see :meth:`Augmentation.apply`."""
        import math

        import torch
        from torch.nn.functional import affine_grid, grid_sample

        batch, _channels, height, width = inputs.shape
        drawn = torch.rand(batch, device=inputs.device, dtype=inputs.dtype)
        angles = (2 * drawn - 1) * math.radians(self.degrees)
        cos, sin, zero = angles.cos(), angles.sin(), torch.zeros_like(angles)
        # Sides of different length: angles are those of pixels, not of the unit square.
        rows = torch.stack(
            [cos, -sin * height / width, zero, sin * width / height, cos, zero], dim=1
        )
        grid = affine_grid(rows.reshape(batch, 2, 3), list(inputs.shape), align_corners=False)
        return grid_sample(inputs - fill, grid, align_corners=False) + fill
