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
    discriminator.
    """

    title: ClassVar[str] = "Gradient penalty (WGAN-GP)"
    order: ClassVar[int] = 10
    slopes: ClassVar[bool] = True
    bounds: ClassVar[bool] = True
    formula: ClassVar[tuple[str, ...]] = (
        r"\tilde{x} = u\,x + (1 - u)\,G(z), \quad u \sim \mathrm{U}(0, 1)",
        r"\lambda\,\mathrm{E}\,(\lVert \nabla D(\tilde{x}) \rVert - 1)^2 \quad \text{(two-sided)}",
        r"\lambda\,\mathrm{E}\,\max(0, \lVert \nabla D(\tilde{x}) \rVert - 1)^2 \quad \text{(one-sided)}",
    )
    use: ClassVar[str] = (
        "With the Wasserstein loss. For the cross-entropies R1 is simpler and converges; Spectral "
        "norm costs far less, with Hinge."
    )
    trouble: ClassVar[str] = (
        "Batch norm in D ties examples together and voids the penalty of each: use Layer norm or "
        "none. The curve input_gradient should settle near 1; far above it λ is too small or the "
        "critic's learning rate too large. It needs second derivatives: steps take up to twice as "
        "long."
    )
    source: ClassVar[str] = (
        "Gulrajani et al. 2017, Improved training of Wasserstein GANs, section 4; one-sided "
        "Petzka et al. 2018, On the regularization of Wasserstein GANs"
    )

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

    ``γ/2 E‖∇D(x)‖²``. γ about 10 on images and 0.1 to 1 on points of the plane.
    """

    title: ClassVar[str] = "R1 (on real)"
    order: ClassVar[int] = 20
    slopes: ClassVar[bool] = True
    bounds: ClassVar[bool] = True
    looks_at: ClassVar[Literal["", "real", "fake"]] = "real"
    formula: ClassVar[tuple[str, ...]] = (
        r"\frac{\gamma}{2}\,\mathrm{E}\,\lVert \nabla D(x) \rVert^2",
    )
    use: ClassVar[str] = (
        "With Non-saturating or a relativistic loss, on nearly any data: where the generator "
        "matches the data, D has no slope left to push it away. Lazy, every 16 steps, it costs "
        "hardly anything."
    )
    trouble: ClassVar[str] = (
        "γ too large: D stays flat, d_real and d_fake lie near ½ and samples stay blurred. Too "
        "small: losses circle. The right γ grows with the number of pixels; change it by factors "
        "of 3 to 10. Batch norm in D voids it."
    )
    source: ClassVar[str] = (
        "Mescheder, Geiger & Nowozin 2018, Which training methods for GANs do actually converge?, "
        "equation 9"
    )

    def found(self, judge: Callable[[Tensor], Tensor], real: Seen, fake: Seen) -> Found:
        """``½ E‖∇D(x)‖²``."""
        return _flatness(real)


class R2(Soft, frozen=True, kw_only=True, tag="r2"):
    """Keeps the discriminator flat around generated examples.

    ``γ/2 E‖∇D(G(z))‖²``, best beside R1.
    """

    title: ClassVar[str] = "R2 (on generated)"
    order: ClassVar[int] = 30
    slopes: ClassVar[bool] = True
    bounds: ClassVar[bool] = True
    looks_at: ClassVar[Literal["", "real", "fake"]] = "fake"
    formula: ClassVar[tuple[str, ...]] = (
        r"\frac{\gamma}{2}\,\mathrm{E}\,\lVert \nabla D(G(z)) \rVert^2",
    )
    use: ClassVar[str] = (
        "Beside R1 with the same γ, above all with Relativistic, paired: early on, real and "
        "generated examples lie far apart, and R1 alone leaves D steep where the generator is."
    )
    trouble: ClassVar[str] = (
        "Alone it says nothing about the slope at the data, where the game is to come to rest. "
        "With R1 there are two second derivatives a step: make both lazy if that is too slow."
    )
    source: ClassVar[str] = (
        "Mescheder, Geiger & Nowozin 2018, Which training methods for GANs do actually converge?, "
        "equation 10; with R1 Huang et al. 2024, The GAN is dead; long live the GAN!"
    )

    def found(self, judge: Callable[[Tensor], Tensor], real: Seen, fake: Seen) -> Found:
        """``½ E‖∇D(G(z))‖²``."""
        return _flatness(fake)


class ZeroCentred(Soft, frozen=True, kw_only=True, tag="zero_centred"):
    """Keeps the discriminator flat between real and generated examples.

    ``λ E‖∇D(x̃)‖²`` with ``x̃ = u x + (1 − u) G(z)``, u even from 0 to 1 for each pair.
    """

    title: ClassVar[str] = "Zero-centred (in between)"
    order: ClassVar[int] = 40
    slopes: ClassVar[bool] = True
    bounds: ClassVar[bool] = True
    formula: ClassVar[tuple[str, ...]] = (
        r"\tilde{x} = u\,x + (1 - u)\,G(z), \quad u \sim \mathrm{U}(0, 1)",
        r"\lambda\,\mathrm{E}\,\lVert \nabla D(\tilde{x}) \rVert^2",
    )
    use: ClassVar[str] = (
        "Where D learns the training examples by heart: it flattens the cliffs between them and "
        "the generated ones, which R1 leaves standing. With cross-entropies, not with "
        "Wasserstein."
    )
    trouble: ClassVar[str] = (
        "It pulls the slope to 0 exactly where the generator has to be pulled along: with a large "
        "λ learning is slow from the start. The default weight of 10 is much for points of the "
        "plane; try 0.1 to 1."
    )
    source: ClassVar[str] = (
        "Thanh-Tung, Tran & Venkatesh 2019, Improving generalization and stability of generative "
        "adversarial networks, section 5"
    )

    def found(self, judge: Callable[[Tensor], Tensor], real: Seen, fake: Seen) -> Found:
        """``E‖∇D(x̃)‖²``."""
        between = _between(real.examples, fake.examples)
        gradient = slope_of(judge(between), between).flatten(1)
        return Found(gradient.square().sum(1).mean(), norms(gradient.detach()).mean())


class Dragan(Soft, frozen=True, kw_only=True, tag="dragan"):
    """Draws the slope around real examples to 1 (DRAGAN).

    ``λ E(‖∇D(x̂)‖ − 1)²`` with ``x̂ = x + u c s v``: s is the standard deviation of the batch, v noise that
    is even from 0 to 1 in every number, u even from 0 to 1 for each example.
    """

    title: ClassVar[str] = "DRAGAN"
    order: ClassVar[int] = 50
    slopes: ClassVar[bool] = True
    bounds: ClassVar[bool] = True
    formula: ClassVar[tuple[str, ...]] = (
        r"\hat{x} = x + u\,c\,s\,v, \quad u, v \sim \mathrm{U}(0, 1)",
        r"\lambda\,\mathrm{E}\,(\lVert \nabla D(\hat{x}) \rVert - 1)^2",
    )
    use: ClassVar[str] = (
        "With Non-saturating and one update of D a step, where the full WGAN-GP is too slow. It "
        "regularises around the data alone, so the generator's examples are not needed."
    )
    trouble: ClassVar[str] = (
        "It wants a slope of 1 even where the data are met, so the game does not come to rest: "
        "samples tremble to the end, and R1 is the better choice for the last bit. The reach is "
        "in the units of scaled data: unscaled columns spoil it."
    )
    source: ClassVar[str] = (
        "Kodali et al. 2017, On convergence and stability of GANs, section 3; noise as in the "
        "authors' program (c = 0.5)"
    )

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
