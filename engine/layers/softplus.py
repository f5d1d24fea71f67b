"""The soft rectifier."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from engine.layers.base import Layer, Shape


class Softplus(Layer, frozen=True, kw_only=True, tag="softplus"):
    """A rectifier without its corner: y = ln(1 + e^(β x)) / β, always positive.

    At the end of a network it gives numbers that have to be above zero, such as a spread.
    """

    title: ClassVar[str] = "Softplus"
    category: ClassVar[str] = "Activation"
    order: ClassVar[int] = 62
    formula: ClassVar[tuple[str, ...]] = (
        r"y = \frac{1}{\beta} \ln(1 + e^{\beta x})",
        r"\frac{dy}{dx} = \sigma(\beta x)",
    )
    use: ClassVar[str] = (
        "As the last layer for what has to be positive: a spread, a rate, a price. Between layers "
        "ReLU is cheaper, SiLU smooth as well."
    )
    trouble: ClassVar[str] = (
        "Answers near zero need very negative inputs, where its slope fades: for quantities over "
        "several powers of ten learn the logarithm instead. At 0 it already answers 0.69 / β, so "
        "hidden layers lose their centre."
    )
    source: ClassVar[str] = (
        "Dugas, Bengio, Bélisle, Nadeau & Garcia 2001, Incorporating Second-Order Functional "
        "Knowledge for Better Option Pricing, section 3"
    )

    beta: Annotated[
        float, Meta(ge=0.01, le=100, title="Beta", description="The larger, the sharper the bend.")
    ] = 1.0

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``nn.Softplus``."""
        return nn.Softplus(self.beta)

    def summary(self) -> str:
        """The sharpness."""
        return f"{self.beta:g}"
