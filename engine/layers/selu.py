"""The self-normalising linear unit."""

from __future__ import annotations

from typing import Any, ClassVar

from engine.layers.base import Layer, Shape


class SELU(Layer, frozen=True, kw_only=True, tag="selu"):
    """Bends so that a deep network keeps mean 0 and variance 1 by itself: a scaled ELU.

    y = λ · x for x > 0, else λ · α · (eˣ − 1), with λ = 1.0507 and α = 1.6733. Start the weights from
    N(0, 1 / fan-in) and take alpha dropout in place of dropout.

    Source: Klambauer, Unterthiner, Mayr & Hochreiter 2017, *Self-Normalizing Neural Networks*,
    equation 2.
    """

    title: ClassVar[str] = "SELU"
    category: ClassVar[str] = "Activation"
    order: ClassVar[int] = 62

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``nn.SELU``."""
        return nn.SELU()
