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

    Draw behind it how the network uses it: *concatenation* (One-hot or Embedding, then Concatenate),
    *conditional batch norm* (Conditional norm), *FiLM*, or at the end of the discriminator *projection*
    (Projection).
    """

    title: ClassVar[str] = "Labels, as drawn"
    order: ClassVar[int] = 10
    formula: ClassVar[tuple[str, ...]] = (
        r"G(z, c), \quad D(x, c), \quad c \text{ the class of the real example}",
    )
    use: ClassVar[str] = (
        "The standard for data with classes: a Projection in D and a Conditional norm in G for "
        "many classes, Concatenate for a small network. Classes make modes explicit, so fewer are "
        "lost."
    )
    trouble: ClassVar[str] = (
        "If D can judge without its Label, it will: samples then look real and are of any class. "
        "Check class_agreement; a Projection forces D to use the class. Rare classes collapse "
        "first."
    )
    source: ClassVar[str] = (
        "Concatenation: Mirza & Osindero 2014, Conditional generative adversarial nets. "
        "Conditional batch norm: de Vries et al. 2017, Modulating early visual processing by "
        "language. Projection: Miyato & Koyama 2018, cGANs with projection discriminator"
    )


class AcGan(Conditioning, frozen=True, kw_only=True, tag="ac_gan"):
    """The discriminator names the class, too, and the generator is to draw what it names rightly (AC-GAN).

    The generator is told the class by a Label. The discriminator ends in 1 + K numbers: its logit, and one
    for each class; both players minimise ``λ`` times the cross-entropy of these, the discriminator for real
    and generated examples.
    """

    title: ClassVar[str] = "Auxiliary classifier (AC-GAN)"
    order: ClassVar[int] = 20
    told: ClassVar[tuple[str, ...]] = ("generator",)
    welcome: ClassVar[tuple[str, ...]] = ("generator",)
    formula: ClassVar[tuple[str, ...]] = (
        r"L_D \leftarrow L_D + \lambda\,[\mathrm{CE}(q(x), c) + \mathrm{CE}(q(G(z, c)), c)]",
        r"L_G \leftarrow L_G + \lambda\,\mathrm{CE}(q(G(z, c)), c)",
    )
    use: ClassVar[str] = (
        "Where D is to be a classifier too, or every sample must be recognisable as its class. "
        "With many classes Labels with a Projection keep more variety."
    )
    trouble: ClassVar[str] = (
        "The generator is paid for examples that are easy to name: it draws the typical one of "
        "each class and loses variety within. A smaller λ helps; watch recall and diversity while "
        "class_agreement rises."
    )
    source: ClassVar[str] = (
        "Odena, Olah & Shlens 2017, Conditional image synthesis with auxiliary classifier GANs, "
        "equations 2 and 3"
    )

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
