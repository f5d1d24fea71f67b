"""The sigmoid linear unit."""

from __future__ import annotations

from typing import Any, ClassVar

from engine.layers.base import Layer, Shape


class SiLU(Layer, frozen=True, kw_only=True, tag="silu"):
    """Weighs every number by its own sigmoid: y = x · σ(x). Also called swish."""

    title: ClassVar[str] = "SiLU"
    aliases: ClassVar[tuple[str, ...]] = ("Swish",)
    category: ClassVar[str] = "Activation"
    order: ClassVar[int] = 64
    formula: ClassVar[tuple[str, ...]] = (
        r"y = x \cdot \sigma(x)",
        r"\frac{dy}{dx} = \sigma(x)\,(1 + x\,(1 - \sigma(x)))",
    )
    use: ClassVar[str] = (
        "In deep convolutional networks with Batch norm or Group norm, and where second "
        "derivatives are used, as by penalties on gradients: it is smooth everywhere, ReLU is "
        "not."
    )
    trouble: ClassVar[str] = (
        "Near 0 it passes half of what enters, so without norms signals shrink with depth and the "
        "first layers learn slowly: start from He, or add norms."
    )
    source: ClassVar[str] = (
        "Elfwing, Uchibe & Doya 2018, Sigmoid-Weighted Linear Units; Ramachandran, Zoph & Le "
        "2017, Searching for Activation Functions"
    )

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``nn.SiLU``."""
        return nn.SiLU()
