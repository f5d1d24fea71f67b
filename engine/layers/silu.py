"""The sigmoid linear unit."""

from __future__ import annotations

from typing import Any, ClassVar

from engine.layers.base import Layer, Shape


class SiLU(Layer, frozen=True, kw_only=True, tag="silu"):
    """Weighs every number by its own sigmoid: y = x · σ(x). Also called swish.

    Source: Elfwing, Uchibe & Doya 2018, *Sigmoid-Weighted Linear Units*; Ramachandran, Zoph & Le
    2017, *Searching for Activation Functions*.
    """

    title: ClassVar[str] = "SiLU"
    aliases: ClassVar[tuple[str, ...]] = ("Swish",)
    category: ClassVar[str] = "Activation"
    order: ClassVar[int] = 64

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``nn.SiLU``."""
        return nn.SiLU()
