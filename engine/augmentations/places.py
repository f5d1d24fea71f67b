"""Augmentations that move images: cropped, flipped, turned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec import Meta

from engine.augmentations.base import Augmentation, Share

if TYPE_CHECKING:
    from torch import Tensor


class RandomCrop(Augmentation, frozen=True, kw_only=True, tag="random_crop"):
    """Adds a black border and cuts the image out of it at random: it is shifted a little."""

    title: ClassVar[str] = "Crop"
    order: ClassVar[int] = 10
    formula: ClassVar[tuple[str, ...]] = (
        r"y[c, i, j] = \tilde{x}[c, i + a, j + b], \quad a, b \in \{0, \ldots, 2 \cdot \text{border}\}",
        r"\tilde{x} \text{: } x \text{ with its border}",
    )
    use: ClassVar[str] = (
        "For nearly every classifier of images: 4 px on 32×32, 2 on 28×28, 1 on 8×8. With Flip "
        "left to right it is the standard pair for photographs."
    )
    trouble: ClassVar[str] = (
        "A border of a quarter of the image cuts off what it shows: the training loss stays high "
        "and the validation loss falls no lower. Where the place is the answer, it makes labels "
        "wrong."
    )
    source: ClassVar[str] = (
        "Krizhevsky, Sutskever & Hinton 2012, ImageNet Classification with Deep Convolutional "
        "Neural Networks, section 4.1; with four pixels of border: He et al. 2016, Deep residual "
        "learning for image recognition, section 4.2"
    )

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
    formula: ClassVar[tuple[str, ...]] = (
        r"y[c, i, j] = x[c, i, \text{width} - 1 - j] \quad\text{(a share of the images)}",
    )
    use: ClassVar[str] = (
        "For photographs, faces, clothes: it doubles the examples at no cost. For what has no up "
        "either, add Flip top to bottom."
    )
    trouble: ClassVar[str] = (
        "Digits and letters become other signs or none: 2 and 5 are confused more than before. In "
        "a generator samples come out mirrored as well."
    )
    source: ClassVar[str] = (
        "Krizhevsky, Sutskever & Hinton 2012, ImageNet Classification with Deep Convolutional "
        "Neural Networks, section 4.1"
    )


class FlipVertical(_Flip, frozen=True, kw_only=True, tag="flip_vertical"):
    """Mirrors images top to bottom: for what has no up, such as cells or pictures from above."""

    title: ClassVar[str] = "Flip top to bottom"
    order: ClassVar[int] = 21
    dimension: ClassVar[int] = -2
    formula: ClassVar[tuple[str, ...]] = (
        r"y[c, i, j] = x[c, \text{height} - 1 - i, j] \quad\text{(a share of the images)}",
    )
    use: ClassVar[str] = (
        "For microscope slides, pictures from above, textures, together with Flip left to right "
        "and Turn up to 180°."
    )
    trouble: ClassVar[str] = (
        "On everyday photographs it makes images that never occur; a small network spends what it "
        "has on them and the validation score falls. 6 and 9, or b and p, get closer."
    )


class Rotate(Augmentation, frozen=True, kw_only=True, tag="rotate"):
    """Turns every image about its centre by its own angle; corners that come into sight are black.

    Angles are uniform up to the greatest one, both ways; pixels in between are interpolated linearly.
    """

    title: ClassVar[str] = "Turn"
    order: ClassVar[int] = 30
    formula: ClassVar[tuple[str, ...]] = (
        r"y(u, v) = x(u \cos\theta - v \sin\theta,\; u \sin\theta + v \cos\theta)",
        r"\theta \,\sim\, \mathcal{U}({-}\text{angle}, \text{angle}), \quad (u, v) \text{ from the centre}",
    )
    use: ClassVar[str] = (
        "For handwriting and clothes 10° to 15°, for what has no up 180°. Crop moves instead of "
        "turning; both together are usual for digits."
    )
    trouble: ClassVar[str] = (
        "Beyond about 45° a 6 and a 9 become each other and their confusion rises. Turning "
        "softens fine lines, which on 8×8 pixels are most of the image, and the black corners "
        "tell the angle."
    )
    source: ClassVar[str] = (
        "Simard, Steinkraus & Platt 2003, Best Practices for Convolutional Neural Networks "
        "Applied to Visual Document Analysis, section 2"
    )

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
