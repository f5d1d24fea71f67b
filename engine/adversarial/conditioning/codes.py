"""Generators whose latents come to mean something, without labels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec import Meta

from engine.adversarial.conditioning.base import Conditioning
from engine.data.base import DataInfo
from engine.layers.base import Shape

if TYPE_CHECKING:
    from torch import Tensor


class InfoGan(Conditioning, frozen=True, kw_only=True, tag="infogan"):
    """The generator's codes are to be read off its examples, so they come to mean something (InfoGAN).

    A code is one of K kinds, told to the generator by a Label and drawn evenly, and the first m numbers of
    its noise. The discriminator ends in 1 + K + m numbers: its logit, one for each kind, and a guess of
    each number. Both players minimise ``λ (CE of the kind + ½ E‖guess − number‖²)`` for generated examples.
    Needs no classes.
    """

    title: ClassVar[str] = "Codes (InfoGAN)"
    order: ClassVar[int] = 30
    needs_classes: ClassVar[bool] = False
    told: ClassVar[tuple[str, ...]] = ("generator",)
    welcome: ClassVar[tuple[str, ...]] = ("generator",)
    formula: ClassVar[tuple[str, ...]] = (
        r"\lambda\left(\mathrm{CE}(q(G(z, c)), c) + \frac{1}{2}\mathrm{E}\,\sum_{j=1}^{m} (\hat{z}_j - z_j)^2\right)",
    )
    use: ClassVar[str] = (
        "Without labels, to find what varies: on digits the kinds tend to become the ten figures, "
        "the numbers slant and width. Walk along one code at a time to name it."
    )
    trouble: ClassVar[str] = (
        "Nothing says what a code will mean, and another seed gives others. K other than the "
        "number of clusters splits or joins them. A λ too small leaves the codes unused: their "
        "cross-entropy stays near ln K."
    )
    source: ClassVar[str] = (
        "Chen et al. 2016, InfoGAN: interpretable representation learning by information "
        "maximizing generative adversarial nets, equations 5 and 6"
    )

    kinds: Annotated[
        int, Meta(ge=2, le=1000, title="Kinds", description="Of the code that is one of several.")
    ] = 10
    numbers: Annotated[
        int, Meta(ge=0, le=1000, title="Numbers", description="Of the noise that are a code.")
    ] = 2
    weight: Annotated[float, Meta(gt=0, le=1e6, title="Weight", description="Of the codes.")] = 1.0

    def label(self, data: DataInfo) -> Shape:
        """One of the kinds."""
        return Shape((), "index", self.kinds)

    def guesses(self, data: DataInfo) -> int:
        """One for each kind, one for each number."""
        return self.kinds + self.numbers

    def least_noise(self) -> int:
        """The numbers that are a code."""
        return self.numbers

    def asked(self, labels: Tensor | None, count: int, device: object) -> Tensor:
        """Kinds, drawn evenly."""
        import torch

        return torch.randint(self.kinds, (count,), device=torch.device(str(device)))

    def critic_loss(
        self, real: Tensor, fake: Tensor, asked: Tensor, latents: Tensor
    ) -> Tensor | None:
        """The same as the generator's: both learn to pass the code on."""
        return self.generator_loss(fake, asked, latents)

    def generator_loss(self, fake: Tensor, asked: Tensor, latents: Tensor) -> Tensor | None:
        """``λ (CE of the kind + ½ E‖guess − number‖²)``."""
        from torch.nn.functional import cross_entropy

        loss = cross_entropy(fake[:, : self.kinds], asked)
        if self.numbers:
            missed = fake[:, self.kinds :] - latents[:, : self.numbers]
            loss = loss + 0.5 * missed.square().sum(1).mean()
        return self.weight * loss
