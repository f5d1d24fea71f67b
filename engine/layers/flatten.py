"""Any shape into a vector."""

from __future__ import annotations

from typing import Any, ClassVar

from engine.layers.base import Layer, Shape


class Flatten(Layer, frozen=True, kw_only=True, tag="flatten"):
    """Writes all numbers of an example into one vector, row by row.

    An image of 8 × 14 × 14 becomes a vector of 1,568. Put it between convolutions and linear layers.
    """

    title: ClassVar[str] = "Flatten"
    category: ClassVar[str] = "Shape"
    order: ClassVar[int] = 80
    accepts: ClassVar[tuple[str, ...]] = ("float", "index")
    use: ClassVar[str] = (
        "When the answer depends on where something is and the map is small, up to about 8×8. "
        "Otherwise Global pooling leaves a Linear with far fewer weights."
    )
    trouble: ClassVar[str] = (
        "It ties the network to one size of image. 64 channels of 32×32 pixels make 65,536 "
        "inputs, and a Linear of 256 units behind them 17 million weights: pool or stride down "
        "first."
    )

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``nn.Flatten``."""
        return nn.Flatten()
