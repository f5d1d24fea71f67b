"""Augmentations that change values: patches are erased, noise is added."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec import Meta

from engine.augmentations.base import Augmentation, Share

if TYPE_CHECKING:
    from torch import Tensor


class Erase(Augmentation, frozen=True, kw_only=True, tag="erase"):
    """Blackens a square at a random place, which may reach over the edge."""

    title: ClassVar[str] = "Erase a square (cutout)"
    order: ClassVar[int] = 40
    formula: ClassVar[tuple[str, ...]] = (
        r"y[c, i, j] = \begin{cases} \text{black} & \quad (i, j) \text{ in the square} \\ x[c, i, j] & \quad \text{otherwise} \end{cases}",
    )
    use: ClassVar[str] = (
        "For classifiers of photographs that look at one detail alone: a side of a quarter to a "
        "half of the image, after Crop and Flip. CutMix fills the square with something useful."
    )
    trouble: ClassVar[str] = (
        "A square that hides the whole object leaves a label without its cause: the training loss "
        "keeps a floor. On digits a side of more than a quarter can turn an 8 into a 3."
    )
    source: ClassVar[str] = (
        "DeVries & Taylor 2017, Improved regularization of convolutional neural networks with "
        "cutout"
    )

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

    To first order it is a penalty of the gradient.
    """

    title: ClassVar[str] = "Noise"
    order: ClassVar[int] = 50
    images: ClassVar[bool] = False
    formula: ClassVar[tuple[str, ...]] = (
        r"y = x + \text{sd} \cdot \varepsilon, \quad \varepsilon \,\sim\, \mathcal{N}(0, 1)",
        r"\mathrm{E}\,(f(y) - t)^2 \approx (f(x) - t)^2 + \text{sd}^2\, \lVert \nabla f(x) \rVert^2",
    )
    use: ClassVar[str] = (
        "For tables and signals of few examples: 0.05 to 0.2 on standardised numbers. For images "
        "moving and erasing teach more; the layer Gaussian noise does the same inside of a "
        "network."
    )
    trouble: ClassVar[str] = (
        "One size fits columns of one scale only: where data are not standardised, a column of "
        "small numbers is drowned and one of large numbers untouched. Yes-or-no columns become "
        "blurred."
    )
    source: ClassVar[str] = (
        "Bishop 1995, Training with noise is equivalent to Tikhonov regularization"
    )

    sd: Annotated[float, Meta(gt=0, le=100, title="Standard deviation")] = 0.1

    def apply(self, inputs: Tensor, fill: float) -> Tensor:
        """Add the noise; see :meth:`Augmentation.apply`."""
        import torch

        return inputs + self.sd * torch.randn_like(inputs)
