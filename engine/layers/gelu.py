"""The Gaussian error linear unit."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta

from engine.layers.base import Layer, Shape


class GELU(Layer, frozen=True, kw_only=True, tag="gelu"):
    """Weighs every number by how likely a Gaussian one is smaller: y = x · Φ(x).

    A smooth relative of ReLU; the usual choice in transformers. The tanh form is an approximation:
    ½x · (1 + tanh(√(2/π) · (x + 0.044715x³))).

    Source: Hendrycks & Gimpel 2016, *Gaussian Error Linear Units*, section 2.
    """

    title: ClassVar[str] = "GELU"
    category: ClassVar[str] = "Activation"
    order: ClassVar[int] = 63

    approximate: Annotated[
        Literal["none", "tanh"], Meta(title="Approximation", description="Exact, or by tanh.")
    ] = "none"

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``nn.GELU``."""
        return nn.GELU(approximate=self.approximate)
