"""Activations of straight pieces: cheap stand-ins for smooth ones."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from engine.declare import FieldError
from engine.layers.base import Layer, Shape
from projects.translation import gettext as _


class ReLU6(Layer, frozen=True, kw_only=True, tag="relu6"):
    """A rectifier with a ceiling: y = min(max(0, x), 6).

    The ceiling keeps numbers exact when they are stored in few bits.
    """

    title: ClassVar[str] = "ReLU6"
    category: ClassVar[str] = "Activation"
    order: ClassVar[int] = 60
    formula: ClassVar[tuple[str, ...]] = (r"y = \min(\max(0, x), 6)",)
    use: ClassVar[str] = (
        "In networks that are to run later with numbers of 8 bits, as on phones; together with "
        "depthwise or separable convolutions. Otherwise ReLU."
    )
    trouble: ClassVar[str] = (
        "Above 6 no gradient passes either. Without a norm before it many numbers sit at the "
        "ceiling, and the layers before stop learning."
    )
    source: ClassVar[str] = (
        "Krizhevsky 2010, Convolutional Deep Belief Networks on CIFAR-10; for few bits: Sandler "
        "et al. 2018, MobileNetV2"
    )

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``nn.ReLU6``."""
        return nn.ReLU6()


class HardSigmoid(Layer, frozen=True, kw_only=True, tag="hard_sigmoid"):
    """A sigmoid of straight pieces: y = min(max(0, x / 6 + ½), 1)."""

    title: ClassVar[str] = "Hard sigmoid"
    category: ClassVar[str] = "Activation"
    order: ClassVar[int] = 65
    formula: ClassVar[tuple[str, ...]] = (
        r"y = \min\left(\max\left(0, \frac{x}{6} + \frac{1}{2}\right), 1\right)",
    )
    use: ClassVar[str] = (
        "As a gate in networks that have to be cheap, with Multiply, in place of a Sigmoid."
    )
    trouble: ClassVar[str] = (
        "A gate beyond −3 or 3 is shut or open for good, since no gradient reaches it: start with "
        "small weights, or put a norm before it."
    )
    source: ClassVar[str] = (
        "Courbariaux, Bengio & David 2015, BinaryConnect, equation 3; with this slope: Howard et "
        "al. 2019, Searching for MobileNetV3, section 5.2"
    )

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``nn.Hardsigmoid``."""
        return nn.Hardsigmoid()


class HardTanh(Layer, frozen=True, kw_only=True, tag="hard_tanh"):
    """Cuts off what is below a least and above a greatest value: y = min(max(low, x), high).

    With −1 and 1 it is a tanh of straight pieces.
    """

    title: ClassVar[str] = "Hard tanh"
    aliases: ClassVar[tuple[str, ...]] = ("Clip", "Clamp")
    category: ClassVar[str] = "Activation"
    order: ClassVar[int] = 66
    formula: ClassVar[tuple[str, ...]] = (r"y = \min(\max(\text{low}, x), \text{high})",)
    use: ClassVar[str] = (
        "At the end of a network whose answers have fixed bounds that are really reached, such as "
        "black and white pixels; or to cut off outliers at the start."
    )
    trouble: ClassVar[str] = (
        "Outside of its bounds there is no gradient: an output that starts there stays there. "
        "Begin with small weights in the layer before it; if many numbers sit at a bound, take "
        "Tanh."
    )
    source: ClassVar[str] = "Collobert 2004, Large Scale Machine Learning"

    low: Annotated[
        float, Meta(ge=-1e6, le=1e6, title="Least", description="What is below becomes this.")
    ] = -1.0
    high: Annotated[
        float, Meta(ge=-1e6, le=1e6, title="Greatest", description="What is above becomes this.")
    ] = 1.0

    def validate(self) -> None:
        """There has to be something in between."""
        if self.low >= self.high:
            raise FieldError("high", _("has to be above the least, {low:g}.").format(low=self.low))

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``nn.Hardtanh``."""
        return nn.Hardtanh(self.low, self.high)

    def summary(self) -> str:
        """Both ends."""
        return f"{self.low:g} … {self.high:g}"


class HardSwish(Layer, frozen=True, kw_only=True, tag="hard_swish"):
    """A SiLU of simpler pieces: y = x · min(max(0, x + 3), 6) / 6."""

    title: ClassVar[str] = "Hard SiLU"
    aliases: ClassVar[tuple[str, ...]] = ("Hard swish",)
    category: ClassVar[str] = "Activation"
    order: ClassVar[int] = 64
    formula: ClassVar[tuple[str, ...]] = (r"y = x \cdot \frac{\min(\max(0, x + 3), 6)}{6}",)
    use: ClassVar[str] = (
        "In place of SiLU in networks for phones and 8 bits, in the later layers, where channels "
        "are many and pixels few."
    )
    trouble: ClassVar[str] = (
        "Below −3 nothing passes and no gradient either: without a norm before it units die as "
        "with ReLU. Its slope leaps at −3 and 3, which penalties on gradients feel."
    )
    source: ClassVar[str] = "Howard et al. 2019, Searching for MobileNetV3, section 5.2"

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``nn.Hardswish``."""
        return nn.Hardswish()
