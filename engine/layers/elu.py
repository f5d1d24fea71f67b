"""The exponential linear unit."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from engine.layers.base import Layer, Shape


class ELU(Layer, frozen=True, kw_only=True, tag="elu"):
    """Passes what is positive and lets the rest saturate: y = x for x > 0, else α · (eˣ − 1).

    Negative outputs keep the mean near zero.
    """

    title: ClassVar[str] = "ELU"
    category: ClassVar[str] = "Activation"
    order: ClassVar[int] = 62
    formula: ClassVar[tuple[str, ...]] = (
        r"y = \begin{cases} x & \quad x > 0 \\ \alpha \cdot (e^x - 1) & \quad x \le 0 \end{cases}",
        r"\frac{dy}{dx} = \begin{cases} 1 & \quad x > 0 \\ y + \alpha & \quad x \le 0 \end{cases}",
    )
    use: ClassVar[str] = (
        "In networks without norms of some five to ten layers: its mean stays nearer to zero than "
        "that of ReLU, and learning is steadier. Behind a Batch norm hardly anything of this is "
        "left."
    )
    trouble: ClassVar[str] = (
        "Units far below zero sit at −α with a slope of almost nothing, not dead but very slow. "
        "Other α than 1 give it a corner at 0. The exponential makes it dearer than Leaky ReLU."
    )
    source: ClassVar[str] = (
        "Clevert, Unterthiner & Hochreiter 2016, Fast and Accurate Deep Network Learning by "
        "Exponential Linear Units, equation 15"
    )

    alpha: Annotated[
        float, Meta(gt=0, le=100, title="Alpha", description="Where negative inputs saturate: −α.")
    ] = 1.0

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``nn.ELU``."""
        return nn.ELU(self.alpha)
