"""Attention to channels."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from engine.layers.base import Layer, Shape, need_channels

FEWEST = 4  # of a single unit the rectifier may stop everything that is learned


class SqueezeExcite(Layer, frozen=True, kw_only=True, tag="squeeze_excite"):
    """Scales every channel by a number from 0 to 1 that follows from the means of all channels.

    y = x · σ(W₂ relu(W₁ mean(x) + b₁) + b₂), the means over all places. Puts forward the channels that
    matter for this example, at little cost.
    """

    title: ClassVar[str] = "Squeeze and excite"
    aliases: ClassVar[tuple[str, ...]] = ("SE", "Channel attention")
    category: ClassVar[str] = "Attention"
    order: ClassVar[int] = 50
    parametric: ClassVar[bool] = True
    formula: ClassVar[tuple[str, ...]] = (
        r"s = \sigma(W_2\, \max(0, W_1 \bar{x} + b_1) + b_2)",
        r"\bar{x}[c] = \frac{1}{P} \sum_{p=1}^{P} x[c, p]",
        r"y[c, p] = s[c] \cdot x[c, p]",
    )
    use: ClassVar[str] = (
        "At the end of a residual path, before the Add, from 32 channels on. With reduction 4 it "
        "adds about 6 % to the weights of a 3×3 convolution of as many channels."
    )
    trouble: ClassVar[str] = (
        "Its scales start near ½: ten in a row outside of residual paths shrink the signal to a "
        "thousandth and the network hardly starts. Put a norm behind each, or place them on "
        "residual paths."
    )
    source: ClassVar[str] = "Hu, Shen & Sun 2018, Squeeze-and-Excitation Networks, equations 2 to 4"

    reduction: Annotated[
        int,
        Meta(
            ge=1,
            le=1024,
            title="Reduction",
            description="Channels for each unit in between; there are at least four.",
        ),
    ] = 4

    def check(self, *shapes: Shape) -> None:
        """A signal, an image or a volume."""
        need_channels(shapes[0], 2, 4)

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``ops.SqueezeExcite``."""
        channels = shapes[0].channels
        return nn.SqueezeExcite(channels, max(FEWEST, channels // self.reduction))

    def summary(self) -> str:
        """The reduction."""
        return f"÷{self.reduction}"
