"""Dropouts that keep mean and variance, and noise."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from engine.layers.base import Layer, Shape


class AlphaDropout(Layer, frozen=True, kw_only=True, tag="alpha_dropout"):
    """While training, sets numbers to the least value of SELU and scales so that mean and variance stay.

    y = a · (x · d + α′ · (1 − d)) + b, with d = 0 for a share p, α′ = −1.7581, and a, b such that mean 0
    and variance 1 are kept. For networks of SELU, which plain dropout would throw off balance.
    """

    title: ClassVar[str] = "Alpha dropout"
    category: ClassVar[str] = "Regularisation"
    order: ClassVar[int] = 72
    live: ClassVar[tuple[str, ...]] = ("p",)
    formula: ClassVar[tuple[str, ...]] = (
        r"y = a \cdot (x \cdot d + \alpha' \cdot (1 - d)) + b",
        r"a = \frac{1}{\sqrt{(1 - p)(1 + p\, \alpha'^2)}}, \quad b = {-}a\, p\, \alpha'",
        r"d = \begin{cases} 0 & \quad \text{with probability } p \\ 1 & \quad \text{otherwise} \end{cases}",
    )
    use: ClassVar[str] = (
        "Behind SELU, with p of 0.05 to 0.1, where plain Dropout would shift what it has "
        "normalised."
    )
    trouble: ClassVar[str] = (
        "Behind any other activation it does harm: what a ReLU has set to 0 is moved, and dropped "
        "numbers become negative, which it never gives. Above p = 0.2 even SELU loses its "
        "balance."
    )
    source: ClassVar[str] = (
        "Klambauer, Unterthiner, Mayr & Hochreiter 2017, Self-Normalizing Neural Networks, "
        "section “Dropout”"
    )

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
    """

    title: ClassVar[str] = "Gaussian dropout"
    category: ClassVar[str] = "Regularisation"
    order: ClassVar[int] = 73
    live: ClassVar[tuple[str, ...]] = ("p",)
    formula: ClassVar[tuple[str, ...]] = (
        r"y = x \cdot (1 + s\, \varepsilon), \quad \varepsilon \,\sim\, \mathcal{N}(0, 1)",
        r"s = \sqrt{\frac{p}{1 - p}}",
    )
    use: ClassVar[str] = (
        "As Dropout, where a zero would mean something: on short vectors such as a code of 8 "
        "numbers, of which Dropout would take away whole directions."
    )
    trouble: ClassVar[str] = (
        "It does nothing to numbers near 0, however large p is. At p = 0.5 the noise is as large "
        "as the number, and about one in six changes its sign: begin at 0.1 to 0.2."
    )
    source: ClassVar[str] = "Srivastava et al. 2014, Dropout, section 10"

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
    """

    title: ClassVar[str] = "Gaussian noise"
    aliases: ClassVar[tuple[str, ...]] = ("Instance noise",)
    category: ClassVar[str] = "Regularisation"
    order: ClassVar[int] = 74
    live: ClassVar[tuple[str, ...]] = ("sd",)
    formula: ClassVar[tuple[str, ...]] = (
        r"y = x + \text{sd} \cdot \varepsilon, \quad \varepsilon \,\sim\, \mathcal{N}(0, 1)",
    )
    use: ClassVar[str] = (
        "Behind the Input: 0.05 to 0.2 on standardised numbers against learning by heart; 0.1 to "
        "0.5 in a discriminator that wins at once, lowered to 0 while training; in an encoder "
        "that is to learn to denoise."
    )
    trouble: ClassVar[str] = (
        "Behind a layer without a norm it wears off: weights grow until the noise no longer "
        "counts. Too much of it drowns what tells classes apart, and even the training loss stays "
        "high."
    )
    source: ClassVar[str] = (
        "Bishop 1995, Training with Noise is Equivalent to Tikhonov Regularization; in GANs: "
        "Sønderby et al. 2017, Amortised MAP Inference for Image Super-resolution (instance "
        "noise)"
    )

    sd: Annotated[
        float, Meta(ge=0, le=100, title="Standard deviation", description="Of the noise.")
    ] = 0.1

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``ops.GaussianNoise``."""
        return nn.GaussianNoise(self.sd)

    def summary(self) -> str:
        """The standard deviation."""
        return f"{self.sd:g}"
