"""The soft sign."""

from __future__ import annotations

from typing import Any, ClassVar

from engine.layers.base import Layer, Shape


class Softsign(Layer, frozen=True, kw_only=True, tag="softsign"):
    """Squeezes every number between −1 and 1, slowly: y = x / (1 + |x|).

    Reaches its ends much later than tanh, so gradients fade less.

    Source: Bergstra, Desjardins, Lamblin & Bengio 2009, *Quadratic Polynomials Learn Better Image
    Features*; Glorot & Bengio 2010, section 3.
    """

    title: ClassVar[str] = "Softsign"
    category: ClassVar[str] = "Activation"
    order: ClassVar[int] = 66

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``nn.Softsign``."""
        return nn.Softsign()
