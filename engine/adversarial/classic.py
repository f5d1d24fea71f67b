"""The two losses of the first paper on generative adversarial networks."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from engine.adversarial.base import AdversarialLoss

if TYPE_CHECKING:
    from torch import Tensor


class NonSaturating(AdversarialLoss, frozen=True, tag="non_saturating"):
    """The generator maximises the probability that its examples are taken for real.

    With ``f(t) = log(1 + eᵗ)``: D minimises ``E f(−D(x)) + E f(D(G(z)))``, G minimises
    ``E f(−D(G(z)))``. Its gradient stays large while the discriminator wins. Goodfellow et al. 2014,
    *Generative adversarial nets*, section 3.
    """

    title: ClassVar[str] = "Non-saturating"
    order: ClassVar[int] = 10
    smooths: ClassVar[bool] = True

    def discriminator(self, real: Tensor, fake: Tensor, target: float = 1.0) -> Tensor:
        """``E f(−D(x)) + E f(D(G(z)))``, the cross-entropy of real against generated."""
        from torch.nn.functional import softplus

        loss = softplus(-real).mean() + softplus(fake).mean()
        # The cross-entropy with the label t is f(−D) + (1 − t) D.
        return loss if target == 1 else loss + (1 - target) * real.mean()

    def generator(self, real: Tensor | None, fake: Tensor) -> Tensor:
        """``E f(−D(G(z)))``."""
        from torch.nn.functional import softplus

        return softplus(-fake).mean()


class Minimax(NonSaturating, frozen=True, tag="minimax"):
    """The zero-sum game: the generator minimises what the discriminator maximises.

    D as in *non-saturating*; G minimises ``−E f(D(G(z)))`` with ``f(t) = log(1 + eᵗ)``. Its gradient
    fades while the discriminator wins ("saturates"). Goodfellow et al. 2014, equation 1.
    """

    title: ClassVar[str] = "Minimax (saturating)"
    order: ClassVar[int] = 20

    def generator(self, real: Tensor | None, fake: Tensor) -> Tensor:
        """``−E f(D(G(z)))``."""
        from torch.nn.functional import softplus

        return -softplus(fake).mean()
