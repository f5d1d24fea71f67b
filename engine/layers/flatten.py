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

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``nn.Flatten``."""
        return nn.Flatten()
