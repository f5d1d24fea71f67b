"""The Gaussian error linear unit."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta

from engine.layers.base import Layer, Shape


class GELU(Layer, frozen=True, kw_only=True, tag="gelu"):
    """Weighs every number by how likely a Gaussian one is smaller: y = x · Φ(x).

    A smooth relative of ReLU; the usual choice in transformers. The tanh form is an approximation:
    ½x · (1 + tanh(√(2/π) · (x + 0.044715x³))).
    """

    title: ClassVar[str] = "GELU"
    category: ClassVar[str] = "Activation"
    order: ClassVar[int] = 63
    formula: ClassVar[tuple[str, ...]] = (
        r"y = x \cdot \Phi(x), \quad \Phi(x) = \frac{1}{2}\left(1 + \operatorname{erf}\frac{x}{\sqrt{2}}\right)",
        r"y = \frac{x}{2} \left(1 + \tanh\left(\sqrt{\frac{2}{\pi}}\,(x + 0.044715\,x^3)\right)\right) \quad\text{(tanh)}",
    )
    use: ClassVar[str] = (
        "Between the two Linear layers that follow attention, and in deep convolutional networks "
        "with Layer norm. In small networks ReLU is faster and no worse."
    )
    trouble: ClassVar[str] = (
        "Weights trained with one form answer slightly differently in the other: keep the one "
        "that an imported model has. It falls to −0.17 at −0.75 and rises again, so small "
        "negative inputs come out alike."
    )
    source: ClassVar[str] = "Hendrycks & Gimpel 2016, Gaussian Error Linear Units, section 2"

    approximate: Annotated[
        Literal["none", "tanh"],
        Meta(
            title="Approximation",
            description="Exact, or by tanh.",
            extra={"names": {"none": "exact", "tanh": "by tanh"}},
        ),
    ] = "none"

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``nn.GELU``."""
        return nn.GELU(approximate=self.approximate)
