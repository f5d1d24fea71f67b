"""Activations of straight pieces: cheap stand-ins for smooth ones."""

from __future__ import annotations

from gettext import gettext as _
from typing import Annotated, Any, ClassVar

from msgspec import Meta

from engine.declare import FieldError
from engine.layers.base import Layer, Shape


class ReLU6(Layer, frozen=True, kw_only=True, tag="relu6"):
    """A rectifier with a ceiling: y = min(max(0, x), 6).

    The ceiling keeps numbers exact when they are stored in few bits.

    Source: Krizhevsky 2010, *Convolutional Deep Belief Networks on CIFAR-10*; Howard et al. 2017,
    *MobileNets*.
    """

    title: ClassVar[str] = "ReLU6"
    category: ClassVar[str] = "Activation"
    order: ClassVar[int] = 60

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``nn.ReLU6``."""
        return nn.ReLU6()


class HardSigmoid(Layer, frozen=True, kw_only=True, tag="hard_sigmoid"):
    """A sigmoid of straight pieces: y = min(max(0, x / 6 + ½), 1).

    Source: Courbariaux, Bengio & David 2015, *BinaryConnect*, equation 3; with this slope Howard et al.
    2019, *Searching for MobileNetV3*, section 5.2.
    """

    title: ClassVar[str] = "Hard sigmoid"
    category: ClassVar[str] = "Activation"
    order: ClassVar[int] = 65

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``nn.Hardsigmoid``."""
        return nn.Hardsigmoid()


class HardTanh(Layer, frozen=True, kw_only=True, tag="hard_tanh"):
    """Cuts off what is below a least and above a greatest value: y = min(max(low, x), high).

    With −1 and 1 it is a tanh of straight pieces.

    Source: Collobert 2004, *Large Scale Machine Learning*; Collobert & Bengio 2004.
    """

    title: ClassVar[str] = "Hard tanh"
    aliases: ClassVar[tuple[str, ...]] = ("Clip", "Clamp")
    category: ClassVar[str] = "Activation"
    order: ClassVar[int] = 66

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
    """A SiLU of simpler pieces: y = x · min(max(0, x + 3), 6) / 6.

    Source: Howard et al. 2019, *Searching for MobileNetV3*, section 5.2.
    """

    title: ClassVar[str] = "Hard SiLU"
    aliases: ClassVar[tuple[str, ...]] = ("Hard swish",)
    category: ClassVar[str] = "Activation"
    order: ClassVar[int] = 64

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``nn.Hardswish``."""
        return nn.Hardswish()
