"""What the two players of an adversarial game minimise, by the discriminator's raw answers."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional


def non_saturating_critic(real: Tensor, fake: Tensor, label: float = 1.0) -> Tensor:
    """Return the cross-entropy of real against generated examples (Goodfellow et al. 2014)."""
    loss = functional.softplus(-real).mean() + functional.softplus(fake).mean()
    return loss if label == 1 else loss + (1 - label) * real.mean()


def non_saturating_generator(real: Tensor | None, fake: Tensor) -> Tensor:
    """Return −E ln σ(D(G(z)))."""
    return functional.softplus(-fake).mean()


def minimax_generator(real: Tensor | None, fake: Tensor) -> Tensor:
    """Return E ln(1 − σ(D(G(z)))), which the discriminator maximises."""
    return -functional.softplus(fake).mean()


def least_squares_critic(
    real: Tensor, fake: Tensor, label: float = 1.0, ends: tuple[float, float] = (0.0, 1.0)
) -> Tensor:
    """Return half the squared distances from the labels of both kinds (Mao et al. 2017)."""
    wanted = ends[0] + label * (ends[1] - ends[0])
    return 0.5 * ((real - wanted).square().mean() + (fake - ends[0]).square().mean())


def least_squares_generator(real: Tensor | None, fake: Tensor, wanted: float = 1.0) -> Tensor:
    """Return half the squared distance from the label that the generator wants."""
    return 0.5 * (fake - wanted).square().mean()


def hinge_critic(real: Tensor, fake: Tensor, label: float = 1.0) -> Tensor:
    """Return what lies within the margins (Lim & Ye 2017)."""
    return (1 - real).relu().mean() + (1 + fake).relu().mean()


def wasserstein_critic(real: Tensor, fake: Tensor, label: float = 1.0) -> Tensor:
    """Return E D(G(z)) − E D(x) (Arjovsky et al. 2017)."""
    return fake.mean() - real.mean()


def mean_generator(real: Tensor | None, fake: Tensor) -> Tensor:
    """Return −E D(G(z))."""
    return -fake.mean()


def paired_critic(real: Tensor, fake: Tensor, label: float = 1.0) -> Tensor:
    """Compare every generated example with a real one (Jolicoeur-Martineau 2019)."""
    return functional.softplus(fake - real).mean()


def paired_generator(real: Tensor, fake: Tensor) -> Tensor:
    """Compare every generated example with a real one, the other way round."""
    return functional.softplus(real - fake).mean()


def average_critic(real: Tensor, fake: Tensor, label: float = 1.0) -> Tensor:
    """Compare every example with the mean of the other kind (Jolicoeur-Martineau 2019)."""
    one, other = functional.softplus(fake.mean() - real), functional.softplus(fake - real.mean())
    return one.mean() + other.mean()


def average_generator(real: Tensor, fake: Tensor) -> Tensor:
    """Compare every example with the mean of the other kind, the other way round."""
    one, other = functional.softplus(real - fake.mean()), functional.softplus(real.mean() - fake)
    return one.mean() + other.mean()
