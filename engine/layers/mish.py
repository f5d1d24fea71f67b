"""The Mish activation."""

from __future__ import annotations

from typing import Any, ClassVar

from engine.layers.base import Layer, Shape


class Mish(Layer, frozen=True, kw_only=True, tag="mish"):
    """Weighs every number by the tanh of its softplus: y = x · tanh(ln(1 + eˣ)).

    Smooth, and lets small negative numbers pass, like SiLU.

    Source: Misra 2020, *Mish: A Self Regularized Non-Monotonic Activation Function*, equation 1.
    """

    title: ClassVar[str] = "Mish"
    category: ClassVar[str] = "Activation"
    order: ClassVar[int] = 64

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``nn.Mish``."""
        return nn.Mish()
