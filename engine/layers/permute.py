"""Dimensions in another order."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from engine.declare import FieldError
from engine.layers.base import Layer, Shape, ShapeError
from projects.translation import gettext as _


class Permute(Layer, frozen=True, kw_only=True, tag="permute"):
    """Puts the dimensions of every example in another order.

    The order 2, 1 turns a signal (channels × length) into a sequence (length × channels); 2, 3, 1 puts
    the channels of an image last. 1 is the first dimension, the batch does not count.
    """

    title: ClassVar[str] = "Permute"
    aliases: ClassVar[tuple[str, ...]] = ("Transpose", "Swap dimensions")
    category: ClassVar[str] = "Shape"
    order: ClassVar[int] = 83
    accepts: ClassVar[tuple[str, ...]] = ("float", "index")
    formula: ClassVar[tuple[str, ...]] = (
        r"y[i, j] = x[j, i] \quad\text{(order 2, 1)}",
        r"y[i, j, c] = x[c, i, j] \quad\text{(order 2, 3, 1)}",
    )
    use: ClassVar[str] = (
        "Between convolutions, which want channels × length, and recurrent or attention layers, "
        "which want steps × features. Reshape keeps the order of the numbers and does not do "
        "this."
    )
    trouble: ClassVar[str] = (
        "A forgotten one goes unnoticed where both sizes are fit for the next layer: an LSTM then "
        "takes channels for steps, trains, and stays bad. Compare the shapes on the wires."
    )

    dimensions: Annotated[
        tuple[Annotated[int, Meta(ge=1, le=4)], ...],
        Meta(
            min_length=1,
            max_length=4,
            title="Order",
            description="For every dimension that leaves, which one of the input it is.",
        ),
    ] = (2, 1)

    def validate(self) -> None:
        """Every dimension stands there once."""
        if sorted(self.dimensions) != list(range(1, len(self.dimensions) + 1)):
            raise FieldError(
                "dimensions",
                _("every number from 1 to {count} has to stand here once.").format(
                    count=len(self.dimensions)
                ),
            )

    def check(self, *shapes: Shape) -> None:
        """As many dimensions as are ordered."""
        (x,) = shapes
        if x.rank != len(self.dimensions):
            raise ShapeError(
                _("orders {count} dimensions, and {shape} has {rank}.").format(
                    count=len(self.dimensions), shape=x, rank=x.rank
                ),
                _("Name every dimension once, such as {example}.").format(
                    example=", ".join(map(str, range(x.rank, 0, -1)))
                ),
            )

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``ops.Permute``."""
        return nn.Permute(*self.dimensions)

    def summary(self) -> str:
        """The order."""
        return ", ".join(map(str, self.dimensions))
