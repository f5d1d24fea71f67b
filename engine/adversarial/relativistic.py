"""Losses that compare: is this real example more real than that generated one?"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from engine.adversarial.base import AdversarialLoss

if TYPE_CHECKING:
    from torch import Tensor


class RelativisticPaired(AdversarialLoss, frozen=True, tag="relativistic_paired"):
    """Each generated example is compared with a real one.

    With ``f(t) = log(1 + eᵗ)``: D minimises ``E f(−(D(x) − D(G(z))))``, G ``E f(−(D(G(z)) − D(x)))``.
    Every mode of the data is held against the generator, so none is dropped. With R1 and R2 it converges
    locally (R3GAN). Jolicoeur-Martineau 2019, *The relativistic discriminator*, equations 3 and 4;
    Huang et al. 2024, *The GAN is dead; long live the GAN!*, section 2.
    """

    title: ClassVar[str] = "Relativistic, paired"
    order: ClassVar[int] = 60
    needs_real: ClassVar[bool] = True

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
    ``E f(−a(x)) + E f(b(z))``, G ``E f(a(x)) + E f(−b(z))``. Jolicoeur-Martineau 2019, *The relativistic
    discriminator*, equations 7 and 8 (RaSGAN).
    """

    title: ClassVar[str] = "Relativistic, average"
    order: ClassVar[int] = 70
    needs_real: ClassVar[bool] = True

    def discriminator(self, real: Tensor, fake: Tensor, target: float = 1.0) -> Tensor:
        """``E f(−a(x)) + E f(b(z))``."""
        from torch.nn.functional import softplus

        return softplus(fake.mean() - real).mean() + softplus(fake - real.mean()).mean()

    def generator(self, real: Tensor | None, fake: Tensor) -> Tensor:
        """``E f(a(x)) + E f(−b(z))``."""
        from torch.nn.functional import softplus

        assert real is not None
        return softplus(real - fake.mean()).mean() + softplus(real.mean() - fake).mean()
