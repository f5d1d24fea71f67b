"""The hyperbolic tangent."""

from __future__ import annotations

from typing import Any, ClassVar

from engine.layers.base import Layer, Shape


class Tanh(Layer, frozen=True, kw_only=True, tag="tanh"):
    """Squeezes every number between −1 and 1: y = (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ).

    Centred at zero, unlike the sigmoid. At the end of a generator it fits images scaled to −1 … 1.
    """

    title: ClassVar[str] = "Tanh"
    category: ClassVar[str] = "Activation"
    order: ClassVar[int] = 66
    formula: ClassVar[tuple[str, ...]] = (
        r"y = \tanh(x) = \frac{e^x - e^{-x}}{e^x + e^{-x}}",
        r"\frac{dy}{dx} = 1 - y^2",
    )
    use: ClassVar[str] = (
        "In networks of two to four layers, on standardised tables, with the Xavier start. Deeper "
        "ones learn faster with ReLU or GELU."
    )
    trouble: ClassVar[str] = (
        "Beyond ±3 its slope is under 0.01: units stuck at −1 and 1 show as two peaks in the "
        "distribution of activations. Standardise what flows in or put a norm before it. With "
        "images scaled to 0 … 1 a generator would use only half of its range."
    )
    source: ClassVar[str] = "LeCun, Bottou, Orr & Müller 1998, Efficient BackProp, section 4.4"

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``nn.Tanh``."""
        return nn.Tanh()
