"""The rectifier that leaks."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from engine.layers.base import Layer, Shape


class LeakyReLU(Layer, frozen=True, kw_only=True, tag="leaky_relu"):
    """Passes what is positive and a little of the rest: y = x for x > 0, else slope · x.

    No unit dies, which discriminators are grateful for (slope 0.2 there).

    Source: Maas, Hannun & Ng 2013, *Rectifier Nonlinearities Improve Neural Network Acoustic Models*.
    """

    title: ClassVar[str] = "Leaky ReLU"
    category: ClassVar[str] = "Activation"
    order: ClassVar[int] = 61

    slope: Annotated[
        float, Meta(ge=0, le=1, title="Negative slope", description="Slope for negative inputs.")
    ] = 0.2

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``nn.LeakyReLU``."""
        return nn.LeakyReLU(self.slope)

    def summary(self) -> str:
        """The slope."""
        return f"{self.slope:g}"
