"""Penalties of the slope of a discriminator: how fast its answer changes with the example."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from msgspec import Meta

from engine.adversarial.penalties.base import Found, Seen, Soft, norms, slope_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor


class GradientPenalty(Soft, frozen=True, kw_only=True, tag="gradient_penalty"):
    """Draws the slope between real and generated examples to 1 (WGAN-GP).

    ``λ E(‖∇D(x̃)‖ − 1)²`` with ``x̃ = u x + (1 − u) G(z)``, u even from 0 to 1 for each pair. One-sided,
    only slopes above 1 count. With λ = 10, Adam of β₁ = 0 and 5 critic steps; no batch norm in the
    discriminator. Gulrajani et al. 2017, *Improved training of Wasserstein GANs*, section 4; one-sided
    Petzka et al. 2018, *On the regularization of Wasserstein GANs*.
    """

    title: ClassVar[str] = "Gradient penalty (WGAN-GP)"
    order: ClassVar[int] = 10
    slopes: ClassVar[bool] = True
    bounds: ClassVar[bool] = True

    sides: Annotated[
        Literal["two", "one"],
        Meta(title="Sides", description="two: slopes of 1 are wanted. one: of 1 at most."),
    ] = "two"

    def found(self, judge: Callable[[Tensor], Tensor], real: Seen, fake: Seen) -> Found:
        """``E(‖∇D(x̃)‖ − 1)²``."""
        between = _between(real.examples, fake.examples)
        slopes = norms(slope_of(judge(between), between))
        excess = slopes - 1
        if self.sides == "one":
            excess = excess.relu()
        return Found(excess.square().mean(), slopes.mean())


class R1(Soft, frozen=True, kw_only=True, tag="r1"):
    """Keeps the discriminator flat around real examples.

    ``γ/2 E‖∇D(x)‖²``. γ about 10 on images and 0.1 to 1 on points of the plane. Mescheder, Geiger &
    Nowozin 2018, *Which training methods for GANs do actually converge?*, equation 9.
    """

    title: ClassVar[str] = "R1 (on real)"
    order: ClassVar[int] = 20
    slopes: ClassVar[bool] = True
    bounds: ClassVar[bool] = True
    looks_at: ClassVar[Literal["", "real", "fake"]] = "real"

    def found(self, judge: Callable[[Tensor], Tensor], real: Seen, fake: Seen) -> Found:
        """``½ E‖∇D(x)‖²``."""
        return _flatness(real)


class R2(Soft, frozen=True, kw_only=True, tag="r2"):
    """Keeps the discriminator flat around generated examples.

    ``γ/2 E‖∇D(G(z))‖²``, best beside R1. Mescheder, Geiger & Nowozin 2018, *Which training methods for
    GANs do actually converge?*, equation 10; with R1 Huang et al. 2024, *The GAN is dead*.
    """

    title: ClassVar[str] = "R2 (on generated)"
    order: ClassVar[int] = 30
    slopes: ClassVar[bool] = True
    bounds: ClassVar[bool] = True
    looks_at: ClassVar[Literal["", "real", "fake"]] = "fake"

    def found(self, judge: Callable[[Tensor], Tensor], real: Seen, fake: Seen) -> Found:
        """``½ E‖∇D(G(z))‖²``."""
        return _flatness(fake)


class ZeroCentred(Soft, frozen=True, kw_only=True, tag="zero_centred"):
    """Keeps the discriminator flat between real and generated examples.

    ``λ E‖∇D(x̃)‖²`` with ``x̃ = u x + (1 − u) G(z)``, u even from 0 to 1 for each pair. Thanh-Tung, Tran &
    Venkatesh 2019, *Improving generalization and stability of generative adversarial networks*, section 5.
    """

    title: ClassVar[str] = "Zero-centred (in between)"
    order: ClassVar[int] = 40
    slopes: ClassVar[bool] = True
    bounds: ClassVar[bool] = True

    def found(self, judge: Callable[[Tensor], Tensor], real: Seen, fake: Seen) -> Found:
        """``E‖∇D(x̃)‖²``."""
        between = _between(real.examples, fake.examples)
        gradient = slope_of(judge(between), between).flatten(1)
        return Found(gradient.square().sum(1).mean(), norms(gradient.detach()).mean())


class Dragan(Soft, frozen=True, kw_only=True, tag="dragan"):
    """Draws the slope around real examples to 1 (DRAGAN).

    ``λ E(‖∇D(x̂)‖ − 1)²`` with ``x̂ = x + u c s v``: s is the standard deviation of the batch, v noise that
    is even from 0 to 1 in every number, u even from 0 to 1 for each example. Kodali et al. 2017, *On
    convergence and stability of GANs*, section 3; noise as in the authors' program (c = 0.5).
    """

    title: ClassVar[str] = "DRAGAN"
    order: ClassVar[int] = 50
    slopes: ClassVar[bool] = True
    bounds: ClassVar[bool] = True

    reach: Annotated[
        float,
        Meta(
            gt=0,
            le=10,
            title="Reach",
            description="Of the noise, in standard deviations of the data.",
        ),
    ] = 0.5

    def found(self, judge: Callable[[Tensor], Tensor], real: Seen, fake: Seen) -> Found:
        """``E(‖∇D(x̂)‖ − 1)²``."""
        import torch

        examples = real.examples.detach()
        noise = self.reach * examples.std() * torch.rand_like(examples)
        around = (examples + _one_each(examples) * noise).requires_grad_()
        slopes = norms(slope_of(judge(around), around))
        return Found((slopes - 1).square().mean(), slopes.mean())


def _flatness(seen: Seen) -> Found:
    gradient = slope_of(seen.logits, seen.examples).flatten(1)
    return Found(0.5 * gradient.square().sum(1).mean(), norms(gradient.detach()).mean())


def _between(real: Tensor, fake: Tensor) -> Tensor:
    """A point on the segment of every pair."""
    import torch

    between = torch.lerp(fake, real, _one_each(real))
    return between if between.requires_grad else between.requires_grad_()


def _one_each(examples: Tensor) -> Tensor:
    """A random number from 0 to 1 for each example, shaped to be multiplied with them."""
    import torch

    shape = (len(examples), *[1] * (examples.ndim - 1))
    return torch.rand(shape, device=examples.device, dtype=examples.dtype)
