"""The logistic function."""

from __future__ import annotations

from typing import Any, ClassVar

from engine.layers.base import Layer, Shape


class Sigmoid(Layer, frozen=True, kw_only=True, tag="sigmoid"):
    """Squeezes every number between 0 and 1: y = 1 / (1 + e⁻ˣ).

    Its slope is at most ¼, so gradients fade through many of them. Do not put one at the end of a
    classifier or discriminator here: their losses take the number before it (the logit).

    Source: Rumelhart, Hinton & Williams 1986, *Learning Representations by Back-Propagating Errors*.
    """

    title: ClassVar[str] = "Sigmoid"
    category: ClassVar[str] = "Activation"
    order: ClassVar[int] = 65

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``nn.Sigmoid``."""
        return nn.Sigmoid()
