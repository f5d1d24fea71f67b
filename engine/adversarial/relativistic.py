"""Losses that compare: is this real example more real than that generated one?"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from engine.adversarial.base import AdversarialLoss

if TYPE_CHECKING:
    from torch import Tensor


class RelativisticPaired(AdversarialLoss, frozen=True, tag="relativistic_paired"):
    """Each generated example is compared with a real one.

    With ``f(t) = log(1 + eᵗ)``: D minimises ``E f(−(D(x) − D(G(z))))``, G ``E f(−(D(G(z)) − D(x)))``. Every
    mode of the data is held against the generator, so none is dropped. With R1 and R2 it converges locally
    (R3GAN).
    """

    title: ClassVar[str] = "Relativistic, paired"
    order: ClassVar[int] = 60
    needs_real: ClassVar[bool] = True
    formula: ClassVar[tuple[str, ...]] = (
        r"L_D = \mathrm{E}\,f(D(G(z)) - D(x))",
        r"L_G = \mathrm{E}\,f(D(x) - D(G(z)))",
        r"f(t) = \ln(1 + e^t)",
    )
    use: ClassVar[str] = (
        "With R1 and R2 the sturdiest game here, and the first to try where others drop modes: it "
        "needs no other trick."
    )
    trouble: ClassVar[str] = (
        "Without R1 and R2 it can run in circles like the others. Only differences of D count, so "
        "D(x) alone drifts: read the logit gap instead. The generator's update passes the real "
        "batch through D too."
    )
    source: ClassVar[str] = (
        "Jolicoeur-Martineau 2019, The relativistic discriminator, equations 3 and 4; Huang et "
        "al. 2024, The GAN is dead; long live the GAN!, section 2"
    )

    def discriminator(self, real: Tensor, fake: Tensor, target: float = 1.0) -> Tensor:
        """``E f(−(D(x) − D(G(z))))``."""
        from torch.nn.functional import softplus

        return softplus(fake - real).mean()

    def generator(self, real: Tensor | None, fake: Tensor) -> Tensor:
        """``E f(−(D(G(z)) − D(x)))``."""
        from torch.nn.functional import softplus

        assert real is not None
        return softplus(real - fake).mean()


class RelativisticAverage(AdversarialLoss, frozen=True, tag="relativistic_average"):
    """Each example is compared with the mean of the other kind.

    With ``a(x) = D(x) − E D(G(z))``, ``b(z) = D(G(z)) − E D(x)`` and ``f(t) = log(1 + eᵗ)``: D minimises
    ``E f(−a(x)) + E f(b(z))``, G ``E f(a(x)) + E f(−b(z))``.
    """

    title: ClassVar[str] = "Relativistic, average"
    order: ClassVar[int] = 70
    needs_real: ClassVar[bool] = True
    formula: ClassVar[tuple[str, ...]] = (
        r"a(x) = D(x) - \mathrm{E}\,D(G(z)), \quad b(z) = D(G(z)) - \mathrm{E}\,D(x)",
        r"L_D = \mathrm{E}\,f({-}a(x)) + \mathrm{E}\,f(b(z))",
        r"L_G = \mathrm{E}\,f(a(x)) + \mathrm{E}\,f({-}b(z))",
        r"f(t) = \ln(1 + e^t)",
    )
    use: ClassVar[str] = (
        "Where batches are large enough for a steady mean (64 or more); smoother than "
        "Relativistic, paired, whose every term hangs on one pair. ESRGAN sharpens images with "
        "it."
    )
    trouble: ClassVar[str] = (
        "The means are those of the batch: small batches make the target jump from step to step. "
        "A few outliers of D shift the mean, and with it the gradients of all others."
    )
    source: ClassVar[str] = (
        "Jolicoeur-Martineau 2019, The relativistic discriminator, equations 7 and 8 (RaSGAN)"
    )

    def discriminator(self, real: Tensor, fake: Tensor, target: float = 1.0) -> Tensor:
        """``E f(−a(x)) + E f(b(z))``."""
        from torch.nn.functional import softplus

        return softplus(fake.mean() - real).mean() + softplus(fake - real.mean()).mean()

    def generator(self, real: Tensor | None, fake: Tensor) -> Tensor:
        """``E f(a(x)) + E f(−b(z))``."""
        from torch.nn.functional import softplus

        assert real is not None
        return softplus(real - fake.mean()).mean() + softplus(real.mean() - fake).mean()
