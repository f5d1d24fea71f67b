"""Indices as vectors of zeros and a one."""

from __future__ import annotations

from typing import Any, ClassVar

from engine.layers.base import Layer, Shape
from engine.layers.embedding import need_classes


class OneHot(Layer, frozen=True, kw_only=True, tag="one_hot"):
    """Turns every index into a vector of zeros with a one at its place.

    A class as numbers that can be concatenated with others. How long the vector is comes from the data.
    """

    title: ClassVar[str] = "One-hot"
    aliases: ClassVar[tuple[str, ...]] = ("Class conditioning", "Indicator")
    category: ClassVar[str] = "Shape"
    order: ClassVar[int] = 90
    accepts: ClassVar[tuple[str, ...]] = ("index",)

    def check(self, *shapes: Shape) -> None:
        """It has to be known how many different indices there are."""
        need_classes(shapes[0])

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``ops.OneHot``."""
        return nn.OneHot(shapes[0].classes)
