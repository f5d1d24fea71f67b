"""Augmentations that mix two examples, and their classes with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec import Meta

from engine.augmentations.base import Mixing

if TYPE_CHECKING:
    from torch import Tensor

Alpha = Annotated[
    float,
    Meta(
        gt=0,
        le=100,
        title="α",
        description="Shares are drawn from Beta(α, α): small, few are mixed.",
    ),
]


def _drawn(alpha: float, like: Tensor) -> Tensor:
    """A share from Beta(α, α), turned so that it is at least a half: the pair has no order."""
    import torch

    share = torch.distributions.Beta(alpha, alpha).sample().to(like)
    return torch.maximum(share, 1 - share)


class Mixup(Mixing, frozen=True, kw_only=True, tag="mixup"):
    """Lays two examples over each other, ``λa + (1 − λ)b``; the loss is ``λL(a) + (1 − λ)L(b)``.

    One λ a batch.
    """

    title: ClassVar[str] = "Mixup"
    order: ClassVar[int] = 60
    images: ClassVar[bool] = False
    formula: ClassVar[tuple[str, ...]] = (
        r"x = \lambda a + (1 - \lambda)\, b",
        r"L = \lambda L(a) + (1 - \lambda)\, L(b)",
        r"\lambda = \max(\lambda', 1 - \lambda'), \quad \lambda' \,\sim\, \operatorname{Beta}(\alpha, \alpha)",
    )
    use: ClassVar[str] = (
        "For classifiers that overfit and are too sure of themselves, tables included: α of 0.1 "
        "to 0.4. For images CutMix keeps them natural in each part."
    )
    trouble: ClassVar[str] = (
        "The training loss cannot reach 0 any more and lies above the validation loss: that is no "
        "mistake. With α of 1 and more, small networks underfit; where classes lie between each "
        "other, as ages do, blends contradict their labels."
    )
    source: ClassVar[str] = (
        "Zhang, Cissé, Dauphin & Lopez-Paz 2018, mixup: beyond empirical risk minimization"
    )

    alpha: Alpha = 0.2

    def mix(self, inputs: Tensor, partners: Tensor) -> tuple[Tensor, Tensor]:
        """Lay the examples over each other; see :meth:`Mixing.mix`."""
        share = _drawn(self.alpha, inputs)
        return share * inputs + (1 - share) * partners, share


class Cutmix(Mixing, frozen=True, kw_only=True, tag="cutmix"):
    """Puts a rectangle of one image into another; the loss counts both by their areas.

    One rectangle a batch, with ``1 − λ`` of the area.
    """

    title: ClassVar[str] = "CutMix"
    order: ClassVar[int] = 61
    formula: ClassVar[tuple[str, ...]] = (
        r"y[c, i, j] = \begin{cases} b[c, i, j] & \quad (i, j) \text{ in the rectangle} \\ a[c, i, j] & \quad \text{otherwise} \end{cases}",
        r"L = \lambda L(a) + (1 - \lambda)\, L(b)",
        r"1 - \lambda = \frac{\text{area of the rectangle in the image}}{\text{height} \cdot \text{width}}",
    )
    use: ClassVar[str] = (
        "For classifiers of photographs on a few thousand examples and long trainings: the "
        "network has to recognise classes by parts. On tables and signals take Mixup."
    )
    trouble: ClassVar[str] = (
        "The rectangle may show background alone and its class is counted all the same: on small "
        "objects in large images labels become noise. Short trainings end with a worse score than "
        "without."
    )
    source: ClassVar[str] = (
        "Yun et al. 2019, CutMix: regularization strategy to train strong classifiers with "
        "localizable features"
    )

    alpha: Alpha = 1.0

    def mix(self, inputs: Tensor, partners: Tensor) -> tuple[Tensor, Tensor]:
        """Put rectangles in; see :meth:`Mixing.mix`."""
        import torch

        height, width = inputs.shape[-2:]
        device = inputs.device
        part = (1 - _drawn(self.alpha, inputs)).sqrt()
        center = torch.rand(2, device=device)
        rows = torch.arange(height, device=device) + 0.5
        columns = torch.arange(width, device=device) + 0.5
        tall = (rows - center[0] * height).abs() < part * height / 2
        wide = (columns - center[1] * width).abs() < part * width / 2
        square = tall[:, None] & wide[None, :]
        return torch.where(square, partners, inputs), 1 - square.to(inputs.dtype).mean()
