"""The two losses of the first paper on generative adversarial networks."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from engine.adversarial.base import AdversarialLoss

if TYPE_CHECKING:
    from torch import Tensor


class NonSaturating(AdversarialLoss, frozen=True, tag="non_saturating"):
    """The generator maximises the probability that its examples are taken for real.

    With ``f(t) = log(1 + eᵗ)``: D minimises ``E f(−D(x)) + E f(D(G(z)))``, G minimises ``E f(−D(G(z)))``.
    Its gradient stays large while the discriminator wins.
    """

    title: ClassVar[str] = "Non-saturating"
    order: ClassVar[int] = 10
    smooths: ClassVar[bool] = True
    formula: ClassVar[tuple[str, ...]] = (
        r"L_D = \mathrm{E}\,f({-}D(x)) + \mathrm{E}\,f(D(G(z)))",
        r"L_G = \mathrm{E}\,f({-}D(G(z)))",
        r"f(t) = \ln(1 + e^t)",
    )
    use: ClassVar[str] = (
        "The plain choice: a DCGAN, a first experiment, points of the plane. With R1 it holds on "
        "harder images too; where modes are missing, Relativistic, paired with R1 and R2 is the "
        "better start."
    )
    trouble: ClassVar[str] = (
        "A discriminator that wins leaves the generator large, noisy gradients: the generator's "
        "loss climbs, samples get no better. Modes are dropped, for one convincing kind of "
        "example is enough to lower the loss."
    )
    source: ClassVar[str] = "Goodfellow et al. 2014, Generative adversarial nets, section 3"

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

    D as in *non-saturating*; G minimises ``−E f(D(G(z)))`` with ``f(t) = log(1 + eᵗ)``. Its gradient fades
    while the discriminator wins ("saturates").
    """

    title: ClassVar[str] = "Minimax (saturating)"
    order: ClassVar[int] = 20
    formula: ClassVar[tuple[str, ...]] = (
        r"L_D = \mathrm{E}\,f({-}D(x)) + \mathrm{E}\,f(D(G(z)))",
        r"L_G = {-}\mathrm{E}\,f(D(G(z)))",
        r"f(t) = \ln(1 + e^t)",
        r"\frac{\partial L_G}{\partial D} = {-}\sigma(D), \quad D = D(G(z))",
    )
    use: ClassVar[str] = (
        "To see the theory at work: its equilibrium is the least Jensen–Shannon divergence. For "
        "anything else take Non-saturating, which has the same fixed points."
    )
    trouble: ClassVar[str] = (
        "Once D is sure that an example is generated, the slope σ(D) is nearly 0 and the "
        "generator stands still, most of all in the first steps: its loss lies flat at 0 from "
        "below, its gradient norm falls to nothing."
    )
    source: ClassVar[str] = "Goodfellow et al. 2014, Generative adversarial nets, equation 1"

    def generator(self, real: Tensor | None, fake: Tensor) -> Tensor:
        """``−E f(D(G(z)))``."""
        from torch.nn.functional import softplus

        return -softplus(fake).mean()
