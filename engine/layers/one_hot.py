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
    formula: ClassVar[tuple[str, ...]] = (
        r"y_k = \begin{cases} 1 & \quad k = x \\ 0 & \quad \text{otherwise} \end{cases}",
    )
    use: ClassVar[str] = (
        "For up to some twenty classes or characters: to Concatenate a Label with the noise of a "
        "generator. For more, Embedding says the same in fewer numbers."
    )
    trouble: ClassVar[str] = (
        "Beside thousands of features its one 1 is easily overlooked and the class is ignored: "
        "join it to a short vector, or use a Projection or a Conditional norm. Texts over a large "
        "vocabulary fill the memory with zeros."
    )

    def check(self, *shapes: Shape) -> None:
        """It has to be known how many different indices there are."""
        need_classes(shapes[0])

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``ops.OneHot``."""
        return nn.OneHot(shapes[0].classes)
