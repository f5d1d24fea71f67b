"""Generators that draw the class that is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec import Meta

from engine.adversarial.conditioning.base import Conditioning
from engine.data.base import DataInfo

if TYPE_CHECKING:
    from torch import Tensor


class Labels(Conditioning, frozen=True, tag="labels"):
    """Both networks are told the class, each by a Label on its canvas.

    Draw behind it how the network uses it: *concatenation* (One-hot or Embedding, then Concatenate; Mirza
    & Osindero 2014, *Conditional generative adversarial nets*), *conditional batch norm* (Conditional
    norm; de Vries et al. 2017), *FiLM*, or at the end of the discriminator *projection* (Projection;
    Miyato & Koyama 2018, *cGANs with projection discriminator*).
    """

    title: ClassVar[str] = "Labels, as drawn"
    order: ClassVar[int] = 10


class AcGan(Conditioning, frozen=True, kw_only=True, tag="ac_gan"):
    """The discriminator names the class, too, and the generator is to draw what it names rightly (AC-GAN).

    The generator is told the class by a Label. The discriminator ends in 1 + K numbers: its logit, and
    one for each class; both players minimise ``λ`` times the cross-entropy of these, the discriminator
    for real and generated examples. Odena, Olah & Shlens 2017, *Conditional image synthesis with auxiliary
    classifier GANs*, equations 2 and 3.
    """

    title: ClassVar[str] = "Auxiliary classifier (AC-GAN)"
    order: ClassVar[int] = 20
    told: ClassVar[tuple[str, ...]] = ("generator",)
    welcome: ClassVar[tuple[str, ...]] = ("generator",)

    weight: Annotated[float, Meta(gt=0, le=1e6, title="Weight", description="Of the classes.")] = (
        1.0
    )

    def guesses(self, data: DataInfo) -> int:
        """One for each class."""
        return len(data.classes)

    def critic_loss(
        self, real: Tensor, fake: Tensor, asked: Tensor, latents: Tensor
    ) -> Tensor | None:
        """``λ (CE of real + CE of generated)``."""
        from torch.nn.functional import cross_entropy

        return self.weight * (cross_entropy(real, asked) + cross_entropy(fake, asked))

    def generator_loss(self, fake: Tensor, asked: Tensor, latents: Tensor) -> Tensor | None:
        """``λ CE of generated``."""
        from torch.nn.functional import cross_entropy

        return self.weight * cross_entropy(fake, asked)
