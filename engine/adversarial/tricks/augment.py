"""Augmentation of everything that the discriminator sees, which the generator is taught through."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec import Meta

from engine.adversarial.tricks.base import Now, Trick

if TYPE_CHECKING:
    from torch import Tensor

EVERY = 4  # updates of the discriminator between two looks at r


class DiffAugment(Trick, frozen=True, kw_only=True, tag="diff_augment"):
    """Shows the discriminator real and generated images changed alike, so that it can't learn few by heart.

    Brightness (± 0.5), saturation (0 to 2 times) and contrast (0.5 to 1.5 times), shifts by up to an eighth
    of the sides, and a square of half the sides cut out, each image by numbers of its own.
    """

    title: ClassVar[str] = "Differentiable augmentation"
    order: ClassVar[int] = 90
    images: ClassVar[bool] = True
    formula: ClassVar[tuple[str, ...]] = (r"L_D(D(T(x)), D(T(G(z)))), \quad L_G(D(T(G(z))))",)
    use: ClassVar[str] = (
        "For images when there are few: from some hundred to some ten thousand. With more, or "
        "where D does not overfit, it only makes learning slower. Adaptive augmentation doses "
        "itself."
    )
    trouble: ClassVar[str] = (
        "Changes that are made always can leak: shifted or darkened samples appear as if they "
        "belonged to the data; switch off the kind that shows. Grey images gain nothing from "
        "saturation."
    )
    source: ClassVar[str] = (
        "Zhao et al. 2020, Differentiable augmentation for data-efficient GAN training, section 4"
    )

    color: Annotated[
        bool, Meta(title="Colour", description="Brightness, saturation, contrast.")
    ] = True
    translation: Annotated[bool, Meta(title="Shift", description="By an eighth at most.")] = True
    cutout: Annotated[bool, Meta(title="Cut out", description="A square of half the sides.")] = True

    def seen(self, examples: Tensor, now: Now) -> Tensor:
        """Change every image by its own numbers."""
        from engine.compute import image_changes as changes

        if self.color:
            examples = changes.contrast(changes.saturation(changes.brightness(examples)))
        if self.translation:
            examples = changes.shifted(examples, 0.125)
        return changes.cut_out(examples, 0.5) if self.cutout else examples


class AdaptiveAugment(Trick, frozen=True, kw_only=True, tag="adaptive_augment"):
    """Augments what the discriminator sees as often as it learns the data by heart (ADA).

    Each change is made with a probability p of its own luck: mirrored, turned by quarters, shifted,
    brightness, contrast. p rises while ``r = E sign D(x)`` of real examples is above the target and falls
    below it, from 0 to 1 within so many thousand real examples; r is looked at after every 4 updates of the
    discriminator.
    """

    title: ClassVar[str] = "Adaptive augmentation (ADA)"
    order: ClassVar[int] = 91
    images: ClassVar[bool] = True
    tells: ClassVar[Mapping[str, str]] = {"augment_probability": "p"}
    formula: ClassVar[tuple[str, ...]] = (
        r"r = \mathrm{E}\,\mathrm{sign}\,D(x)",
        r"p \leftarrow p + \mathrm{sign}(r - r^{*})\,\frac{4\,n}{1000\,s}, \quad 0 \leq p \leq 1",
    )
    use: ClassVar[str] = (
        "For few images when it isn't known how far D overfits: p stays 0 where it does not. n is "
        "the batch, s the speed, r* the target. Differentiable augmentation is the simpler one "
        "where data are scarce for certain."
    )
    trouble: ClassVar[str] = (
        "Mirroring and turning by quarters leak into samples once p nears 1, most of all for "
        "digits and letters. With relativistic losses the sign of D(x) alone says nothing, and p "
        "runs off to an end. In short trainings set a smaller speed, or p never rises."
    )
    source: ClassVar[str] = (
        "Karras et al. 2020, Training generative adversarial networks with limited data, section "
        "3.1 (target 0.6, 500 thousand)"
    )

    target: Annotated[
        float, Meta(gt=-1, lt=1, title="Target of r", description="E sign D(x) of real examples.")
    ] = 0.6
    speed: Annotated[
        float,
        Meta(
            gt=0,
            le=1e6,
            title="Speed",
            description="Real examples within which p could go from 0 to 1.",
            extra={"unit": "thousand"},
        ),
    ] = 500.0

    def begin(self, weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """p, the sum of r since p was moved, and of how many updates that is."""
        import torch

        device = next(iter(weights.values())).device
        return {name: torch.zeros((), device=device) for name in ("p", "r", "updates")}

    def seen(self, examples: Tensor, now: Now) -> Tensor:
        """Make each change of each image with the probability p."""
        from engine.compute import image_changes as changes

        return changes.sometimes(
            examples,
            now.memory["p"],
            (
                changes.mirrored,
                changes.turned,
                lambda images: changes.shifted(images, 0.125),
                changes.brightness,
                changes.contrast,
            ),
        )

    def after_critic(self, real: Tensor, count: int, now: Now) -> None:
        """Move p, which is the same number for all images, without a look at it."""
        p, total, updates = (now.memory[name] for name in ("p", "r", "updates"))
        total += real.detach().sign().mean()
        updates += 1
        due = updates == EVERY
        stride = due * (EVERY * count / (1000 * self.speed))
        p += (total / EVERY - self.target).sign() * stride
        p.clamp_(0, 1)
        total *= ~due
        updates *= ~due
