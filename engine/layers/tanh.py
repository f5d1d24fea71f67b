"""The hyperbolic tangent."""

from __future__ import annotations

from typing import Any, ClassVar

from engine.layers.base import Layer, Shape


class Tanh(Layer, frozen=True, kw_only=True, tag="tanh"):
    """Squeezes every number between −1 and 1: y = (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ).

    Centred at zero, unlike the sigmoid. At the end of a generator it fits images scaled to −1 … 1.

    Source: LeCun et al. 1998, *Efficient BackProp*, section 4.4.
    """

    title: ClassVar[str] = "Tanh"
    category: ClassVar[str] = "Activation"
    order: ClassVar[int] = 66

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``nn.Tanh``."""
        return nn.Tanh()
