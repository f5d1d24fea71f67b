"""Consistency: the same example, slightly moved, is to be judged alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec import Meta

from engine.adversarial.penalties.base import Found, Seen, Soft, of_each
from engine.augmentations.places import FlipHorizontal, RandomCrop

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor


class Consistency(Soft, frozen=True, kw_only=True, tag="consistency"):
    """The discriminator is to say the same of an example and of a changed copy.

    ``λ E(D(x) − D(T(x)))²``: T shifts real images by some pixels and mirrors half of them; of other data it
    adds noise.
    """

    title: ClassVar[str] = "Consistency"
    order: ClassVar[int] = 60
    formula: ClassVar[tuple[str, ...]] = (r"\lambda\,\mathrm{E}\,(D(x) - D(T(x)))^2",)
    use: ClassVar[str] = (
        "For images, beside Spectral norm and Hinge: it keeps D from judging by the place or the "
        "side of a thing, with first derivatives only. For few data Differentiable augmentation, "
        "which changes generated images too, is stronger."
    )
    trouble: ClassVar[str] = (
        "T must not change what an example is: switch mirroring off for digits and letters. Too "
        "large a weight makes D blind to detail, and samples look smeared."
    )
    source: ClassVar[str] = (
        "Zhang et al. 2020, Consistency regularization for generative adversarial networks, "
        "equation 3 (λ = 10)"
    )

    shift: Annotated[
        int,
        Meta(ge=0, le=64, title="Shift", description="Of images, at most.", extra={"unit": "px"}),
    ] = 4
    flip: Annotated[bool, Meta(title="Mirror", description="Half of the images.")] = True
    noise: Annotated[
        float,
        Meta(
            ge=0,
            le=10,
            title="Noise",
            description="Standard deviation, for data that are no images.",
        ),
    ] = 0.05

    def found(self, judge: Callable[[Tensor], Tensor], real: Seen, fake: Seen) -> Found:
        """``E(D(x) − D(T(x)))²``."""
        changed = judge(self._changed(real.examples.detach()))
        return Found((of_each(real.logits) - of_each(changed)).square().mean())

    def _changed(self, examples: Tensor) -> Tensor:
        import torch

        if examples.ndim != 4:
            return examples + self.noise * torch.randn_like(examples)
        moved = RandomCrop(padding=self.shift).apply(examples, 0.0) if self.shift else examples
        return FlipHorizontal().apply(moved, 0.0) if self.flip else moved
