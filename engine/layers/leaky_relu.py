"""The rectifier that leaks."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from engine.layers.base import Layer, Shape


class LeakyReLU(Layer, frozen=True, kw_only=True, tag="leaky_relu"):
    """Passes what is positive and a little of the rest: y = x for x > 0, else slope · x.

    No unit dies, which discriminators are grateful for (slope 0.2 there).
    """

    title: ClassVar[str] = "Leaky ReLU"
    category: ClassVar[str] = "Activation"
    order: ClassVar[int] = 61
    formula: ClassVar[tuple[str, ...]] = (
        r"y = \begin{cases} x & \quad x > 0 \\ \text{slope} \cdot x & \quad x \le 0 \end{cases}",
    )
    use: ClassVar[str] = (
        "In discriminators, with a slope of 0.2, and wherever ReLU leaves many dead units; there "
        "0.01 to 0.1."
    )
    trouble: ClassVar[str] = (
        "With a slope near 1 the layers become one linear map and depth is wasted. Tell the He "
        "start the same slope, or signals grow a little from layer to layer."
    )
    source: ClassVar[str] = (
        "Maas, Hannun & Ng 2013, Rectifier Nonlinearities Improve Neural Network Acoustic Models"
    )

    slope: Annotated[
        float, Meta(ge=0, le=1, title="Negative slope", description="Slope for negative inputs.")
    ] = 0.2

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``nn.LeakyReLU``."""
        return nn.LeakyReLU(self.slope)

    def summary(self) -> str:
        """The slope."""
        return f"{self.slope:g}"
