"""Dropouts that keep mean and variance, and noise."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from engine.layers.base import Layer, Shape


class AlphaDropout(Layer, frozen=True, kw_only=True, tag="alpha_dropout"):
    """While training, sets numbers to the least value of SELU and scales so that mean and variance stay.

    y = a · (x · d + α′ · (1 − d)) + b, with d = 0 for a share p, α′ = −1.7581, and a, b such that mean 0
    and variance 1 are kept. For networks of SELU, which plain dropout would throw off balance.

    Source: Klambauer et al. 2017, *Self-Normalizing Neural Networks*, section "Dropout".
    """

    title: ClassVar[str] = "Alpha dropout"
    category: ClassVar[str] = "Regularisation"
    order: ClassVar[int] = 72
    live: ClassVar[tuple[str, ...]] = ("p",)

    p: Annotated[
        float, Meta(ge=0, le=0.99, title="Probability", description="Share that is set.")
    ] = 0.1
    channels: Annotated[
        bool,
        Meta(title="Whole channels", description="Set channels of signals and images as a whole."),
    ] = False

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``nn.AlphaDropout``, or its sibling for whole channels."""
        whole = self.channels and shapes[0].rank > 1
        return (nn.FeatureAlphaDropout if whole else nn.AlphaDropout)(self.p)

    def summary(self) -> str:
        """The probability."""
        return f"{self.p:g}"


class GaussianDropout(Layer, frozen=True, kw_only=True, tag="gaussian_dropout"):
    """While training, multiplies every number by noise: y = x · N(1, p / (1 − p)).

    Spreads as widely as dropout of probability p, without setting anything to zero. Afterwards it passes
    everything unchanged.

    Source: Srivastava et al. 2014, *Dropout*, section 10.
    """

    title: ClassVar[str] = "Gaussian dropout"
    category: ClassVar[str] = "Regularisation"
    order: ClassVar[int] = 73
    live: ClassVar[tuple[str, ...]] = ("p",)

    p: Annotated[
        float,
        Meta(ge=0, le=0.99, title="Probability", description="Of the dropout of the same spread."),
    ] = 0.5

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``ops.GaussianDropout``."""
        return nn.GaussianDropout(self.p)

    def summary(self) -> str:
        """The probability."""
        return f"{self.p:g}"


class GaussianNoise(Layer, frozen=True, kw_only=True, tag="gaussian_noise"):
    """While training, adds noise to every number: y = x + N(0, sd²).

    Smooths what is learned; at the start of a discriminator it makes real and generated examples
    overlap, which steadies it. Afterwards it passes everything unchanged.

    Source: Bishop 1995, *Training with Noise is Equivalent to Tikhonov Regularization*; in GANs Sønderby
    et al. 2017, *Amortised MAP Inference for Image Super-resolution* (instance noise).
    """

    title: ClassVar[str] = "Gaussian noise"
    aliases: ClassVar[tuple[str, ...]] = ("Instance noise",)
    category: ClassVar[str] = "Regularisation"
    order: ClassVar[int] = 74
    live: ClassVar[tuple[str, ...]] = ("sd",)

    sd: Annotated[
        float, Meta(ge=0, le=100, title="Standard deviation", description="Of the noise.")
    ] = 0.1

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``ops.GaussianNoise``."""
        return nn.GaussianNoise(self.sd)

    def summary(self) -> str:
        """The standard deviation."""
        return f"{self.sd:g}"
