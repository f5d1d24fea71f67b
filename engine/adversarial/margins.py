"""Losses that take the discriminator's number as a score: squares, margins, a distance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec import Meta

from engine.adversarial.base import AdversarialLoss

if TYPE_CHECKING:
    from torch import Tensor


class LeastSquares(AdversarialLoss, frozen=True, kw_only=True, tag="least_squares"):
    """Squared distances from a label: also examples on the right side are pulled towards the data.

    D minimises ``½E(D(x) − b)² + ½E(D(G(z)) − a)²``, G ``½E(D(G(z)) − c)²``. Mao et al. 2017, *Least
    squares generative adversarial networks*, equations 2 and 9 (a = 0, b = c = 1).
    """

    title: ClassVar[str] = "Least squares"
    order: ClassVar[int] = 30
    squashes: ClassVar[bool] = False
    smooths: ClassVar[bool] = True

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

    D minimises ``E relu(1 − D(x)) + E relu(1 + D(G(z)))``, G ``−E D(G(z))``. Lim & Ye 2017, *Geometric
    GAN*; Miyato et al. 2018, *Spectral normalization for generative adversarial networks*.
    """

    title: ClassVar[str] = "Hinge"
    order: ClassVar[int] = 40
    squashes: ClassVar[bool] = False

    def discriminator(self, real: Tensor, fake: Tensor, target: float = 1.0) -> Tensor:
        """``E relu(1 − D(x)) + E relu(1 + D(G(z)))``."""
        return (1 - real).relu().mean() + (1 + fake).relu().mean()

    def generator(self, real: Tensor | None, fake: Tensor) -> Tensor:
        """``−E D(G(z))``."""
        return -fake.mean()


class Wasserstein(AdversarialLoss, frozen=True, tag="wasserstein"):
    """The earth mover's distance of real and generated examples, as a critic of bounded slope sees it.

    D minimises ``E D(G(z)) − E D(x)``, G ``−E D(G(z))``. D has to be 1-Lipschitz: choose a gradient
    penalty, weight clipping or spectral norm, and several critic steps. Arjovsky, Chintala & Bottou 2017,
    *Wasserstein GAN*, equation 2 and algorithm 1.
    """

    title: ClassVar[str] = "Wasserstein"
    order: ClassVar[int] = 50
    squashes: ClassVar[bool] = False
    bounded: ClassVar[bool] = True

    def discriminator(self, real: Tensor, fake: Tensor, target: float = 1.0) -> Tensor:
        """``E D(G(z)) − E D(x)``."""
        return fake.mean() - real.mean()

    def generator(self, real: Tensor | None, fake: Tensor) -> Tensor:
        """``−E D(G(z))``."""
        return -fake.mean()
