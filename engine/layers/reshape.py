"""The same numbers in another shape."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from engine.declare import FieldError
from engine.layers.base import Layer, Shape, ShapeError
from projects.translation import gettext as _


class Reshape(Layer, frozen=True, kw_only=True, tag="reshape"):
    """Reads the numbers of an example in another shape, row by row.

    A vector of 6,272 becomes an image of 128 × 7 × 7, for example. One of the sizes may be −1: it
    takes what is left.
    """

    title: ClassVar[str] = "Reshape"
    category: ClassVar[str] = "Shape"
    order: ClassVar[int] = 81
    accepts: ClassVar[tuple[str, ...]] = ("float", "index")
    use: ClassVar[str] = (
        "At the start of a generator, from the vector of a Linear to a small image; or to read "
        "the rows of an image as the steps of a sequence."
    )
    trouble: ClassVar[str] = (
        "Numbers keep their order: it never exchanges dimensions. Channels × length reshaped to "
        "length × channels mixes both without a word, and the network learns badly: take Permute."
    )

    sizes: Annotated[
        tuple[Annotated[int, Meta(ge=-1, le=100_000_000)], ...],
        Meta(
            min_length=1,
            max_length=4,
            title="Sizes",
            description="Channels, height, width; or steps, features. One may be −1.",
        ),
    ] = (-1,)

    def validate(self) -> None:
        """At most one size is left open, and none is zero."""
        if 0 in self.sizes:
            raise FieldError("sizes", _("a size cannot be 0."))
        if self.sizes.count(-1) > 1:
            raise FieldError("sizes", _("only one of the sizes can be −1."))

    def check(self, *shapes: Shape) -> None:
        """The sizes hold exactly the numbers that flow in."""
        (x,) = shapes
        given = Shape(tuple(size for size in self.sizes if size != -1)).elements
        fits = x.elements % given == 0 if -1 in self.sizes else x.elements == given
        if not fits:
            raise ShapeError(
                _("{sizes} cannot hold the {count:,} numbers of {shape}.").format(
                    sizes=self.summary(), count=x.elements, shape=x
                ),
                _("The sizes have to multiply to {count:,}; write −1 for what is left.").format(
                    count=x.elements
                ),
            )

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``ops.Reshape``."""
        return nn.Reshape(*self.sizes)

    def summary(self) -> str:
        """The sizes."""
        return "×".join("−1" if size == -1 else str(size) for size in self.sizes)
