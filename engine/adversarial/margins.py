"""Losses that take the discriminator's number as a score: squares, margins, a distance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec import Meta

from engine.adversarial.base import AdversarialLoss

if TYPE_CHECKING:
    from torch import Tensor


class LeastSquares(AdversarialLoss, frozen=True, kw_only=True, tag="least_squares"):
    """Squared distances from a label: also examples on the right side are pulled towards the data.

    D minimises ``½E(D(x) − b)² + ½E(D(G(z)) − a)²``, G ``½E(D(G(z)) − c)²``.
    """

    title: ClassVar[str] = "Least squares"
    order: ClassVar[int] = 30
    squashes: ClassVar[bool] = False
    smooths: ClassVar[bool] = True
    formula: ClassVar[tuple[str, ...]] = (
        r"L_D = \frac{1}{2}\mathrm{E}\,(D(x) - b)^2 + \frac{1}{2}\mathrm{E}\,(D(G(z)) - a)^2",
        r"L_G = \frac{1}{2}\mathrm{E}\,(D(G(z)) - c)^2",
    )
    use: ClassVar[str] = (
        "Where the cross-entropies saturate: generated examples far on the wrong side get the "
        "largest gradients. Common in image translation with a PatchGAN."
    )
    trouble: ClassVar[str] = (
        "Squares grow without end: a few extreme outputs of D dominate a batch and its gradients "
        "jump; a smaller learning rate or R1 calms them. D(x) = ½ for both kinds says that D "
        "can't tell them apart, not that it is broken."
    )
    source: ClassVar[str] = (
        "Mao et al. 2017, Least squares generative adversarial networks, equations 2 and 9 (a = "
        "0, b = c = 1)"
    )

    fake: Annotated[
        float,
        Meta(
            ge=-10, le=10, title="Label of generated (a)", description="What D should say of them."
        ),
    ] = 0.0
    real: Annotated[
        float,
        Meta(ge=-10, le=10, title="Label of real (b)", description="What D should say of them."),
    ] = 1.0
    wanted: Annotated[
        float,
        Meta(ge=-10, le=10, title="Label that G wants (c)", description="What G wants D to say."),
    ] = 1.0

    def discriminator(self, real: Tensor, fake: Tensor, target: float = 1.0) -> Tensor:
        """``½E(D(x) − b)² + ½E(D(G(z)) − a)²``; a smoothed label takes b towards a."""
        label = self.fake + target * (self.real - self.fake)
        return 0.5 * ((real - label).square().mean() + (fake - self.fake).square().mean())

    def generator(self, real: Tensor | None, fake: Tensor) -> Tensor:
        """``½E(D(G(z)) − c)²``."""
        return 0.5 * (fake - self.wanted).square().mean()


class Hinge(AdversarialLoss, frozen=True, tag="hinge"):
    """A margin: examples that are clearly on the right side teach the discriminator nothing more.

    D minimises ``E relu(1 − D(x)) + E relu(1 + D(G(z)))``, G ``−E D(G(z))``.
    """

    title: ClassVar[str] = "Hinge"
    order: ClassVar[int] = 40
    squashes: ClassVar[bool] = False
    formula: ClassVar[tuple[str, ...]] = (
        r"L_D = \mathrm{E}\,\max(0, 1 - D(x)) + \mathrm{E}\,\max(0, 1 + D(G(z)))",
        r"L_G = {-}\mathrm{E}\,D(G(z))",
    )
    use: ClassVar[str] = (
        "With Spectral norm, for images: the pair of SN-GAN, SAGAN and BigGAN. Several updates of "
        "D a step cost little, as D rests once both kinds are beyond the margin."
    )
    trouble: ClassVar[str] = (
        "A loss of D at 0 means that every example is beyond the margin and D learns nothing; the "
        "generator still follows its slope, which nothing then keeps right. Without Spectral norm "
        "or a gradient penalty this comes soon."
    )
    source: ClassVar[str] = (
        "Lim & Ye 2017, Geometric GAN; Miyato et al. 2018, Spectral normalization for generative "
        "adversarial networks"
    )

    def discriminator(self, real: Tensor, fake: Tensor, target: float = 1.0) -> Tensor:
        """``E relu(1 − D(x)) + E relu(1 + D(G(z)))``."""
        return (1 - real).relu().mean() + (1 + fake).relu().mean()

    def generator(self, real: Tensor | None, fake: Tensor) -> Tensor:
        """``−E D(G(z))``."""
        return -fake.mean()


class Wasserstein(AdversarialLoss, frozen=True, tag="wasserstein"):
    """The earth mover's distance of real and generated examples, as a critic of bounded slope sees it.

    D minimises ``E D(G(z)) − E D(x)``, G ``−E D(G(z))``. D has to be 1-Lipschitz: choose a gradient
    penalty, weight clipping or spectral norm, and several critic steps.
    """

    title: ClassVar[str] = "Wasserstein"
    order: ClassVar[int] = 50
    squashes: ClassVar[bool] = False
    bounded: ClassVar[bool] = True
    formula: ClassVar[tuple[str, ...]] = (
        r"L_D = \mathrm{E}\,D(G(z)) - \mathrm{E}\,D(x), \quad |D(x) - D(y)| \leq \lVert x - y \rVert",
        r"L_G = {-}\mathrm{E}\,D(G(z))",
    )
    use: ClassVar[str] = (
        "Where a loss is wanted that falls as samples get better: −L_D estimates the distance of "
        "the two distributions, up to the critic's slope. With the Gradient penalty (λ = 10), 5 "
        "critic steps and Adam with β₁ = 0."
    )
    trouble: ClassVar[str] = (
        "Without a bound on the slope the critic's loss runs to −∞. With too few critic steps the "
        "distance is not that of the best critic, and the curve means little. One step costs "
        "several times one of Hinge."
    )
    source: ClassVar[str] = (
        "Arjovsky, Chintala & Bottou 2017, Wasserstein GAN, equation 2 and algorithm 1"
    )

    def discriminator(self, real: Tensor, fake: Tensor, target: float = 1.0) -> Tensor:
        """``E D(G(z)) − E D(x)``."""
        return fake.mean() - real.mean()

    def generator(self, real: Tensor | None, fake: Tensor) -> Tensor:
        """``−E D(G(z))``."""
        return -fake.mean()
