"""The Mish activation."""

from __future__ import annotations

from typing import Any, ClassVar

from engine.layers.base import Layer, Shape


class Mish(Layer, frozen=True, kw_only=True, tag="mish"):
    """Weighs every number by the tanh of its softplus: y = x · tanh(ln(1 + eˣ)).

    Smooth, and lets small negative numbers pass, like SiLU.
    """

    title: ClassVar[str] = "Mish"
    category: ClassVar[str] = "Activation"
    order: ClassVar[int] = 64
    formula: ClassVar[tuple[str, ...]] = (r"y = x \cdot \tanh(\ln(1 + e^x))",)
    use: ClassVar[str] = (
        "In deep convolutional networks in which SiLU already works, when the last fractions of a "
        "per cent are worth the time."
    )
    trouble: ClassVar[str] = (
        "An exponential, a logarithm and a tanh for every number make it several times as slow as "
        "ReLU, most of all on a processor. Where the score does not change, go back."
    )
    source: ClassVar[str] = (
        "Misra 2020, Mish: A Self Regularized Non-Monotonic Activation Function, equation 1"
    )

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``nn.Mish``."""
        return nn.Mish()
