"""Augmentations that change values: patches are erased, noise is added."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec import Meta

from engine.augmentations.base import Augmentation, Share

if TYPE_CHECKING:
    from torch import Tensor


class Erase(Augmentation, frozen=True, kw_only=True, tag="erase"):
    """Blackens a square at a random place, which may reach over the edge.

    Source: DeVries & Taylor 2017, *Improved regularization of convolutional neural networks with cutout*.
    """

    title: ClassVar[str] = "Erase a square (cutout)"
    order: ClassVar[int] = 40

    side: Annotated[int, Meta(ge=1, le=1024, title="Side", extra={"unit": "px"})] = 8
    share: Share = 1.0

    def apply(self, inputs: Tensor, fill: float) -> Tensor:
        """Blacken a square of some images; see :meth:`Augmentation.apply`."""
        import torch

        batch, _channels, height, width = inputs.shape
        device = inputs.device
        top = torch.randint(0, height, (batch, 1), device=device) - self.side // 2
        left = torch.randint(0, width, (batch, 1), device=device) - self.side // 2
        rows = torch.arange(height, device=device)
        columns = torch.arange(width, device=device)
        tall = (rows >= top) & (rows < top + self.side)
        wide = (columns >= left) & (columns < left + self.side)
        chosen = torch.rand(batch, 1, 1, device=device) < self.share
        square = tall[:, :, None] & wide[:, None, :] & chosen
        return inputs.masked_fill(square[:, None], fill)


class AddNoise(Augmentation, frozen=True, kw_only=True, tag="add_noise"):
    """Adds Gaussian noise to every number, as networks get it.

    To first order it is a penalty of the gradient: Bishop 1995, *Training with noise is equivalent to
    Tikhonov regularization*.
    """

    title: ClassVar[str] = "Noise"
    order: ClassVar[int] = 50
    images: ClassVar[bool] = False

    sd: Annotated[float, Meta(gt=0, le=100, title="Standard deviation")] = 0.1

    def apply(self, inputs: Tensor, fill: float) -> Tensor:
        """Add the noise; see :meth:`Augmentation.apply`."""
        import torch

        return inputs + self.sd * torch.randn_like(inputs)
