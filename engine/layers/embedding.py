"""A learned vector for every index."""

from __future__ import annotations

from gettext import gettext as _
from typing import Annotated, Any, ClassVar

from msgspec import Meta

from engine.layers.base import Layer, Shape, ShapeError


class Embedding(Layer, frozen=True, kw_only=True, tag="embedding"):
    """Looks up a learned vector for every index: y = W[x].

    Turns words, characters or other whole numbers into vectors, `steps` indices into
    steps × features. How many rows W has comes from the data.

    Source: Bengio et al. 2003, *A Neural Probabilistic Language Model*.
    """

    title: ClassVar[str] = "Embedding"
    category: ClassVar[str] = "Dense"
    order: ClassVar[int] = 11
    parametric: ClassVar[bool] = True
    accepts: ClassVar[tuple[str, ...]] = ("index",)

    features: Annotated[
        int,
        Meta(ge=1, le=65_536, title="Features", description="Length of the vector of each index."),
    ] = 32

    def check(self, *shapes: Shape) -> None:
        """It has to be known how many different indices there are."""
        need_classes(shapes[0])

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``nn.Embedding``."""
        (x,) = shapes
        return nn.Embedding(x.classes, self.features)

    def summary(self) -> str:
        """The features."""
        return str(self.features)


def need_classes(x: Shape) -> None:
    """Raise unless it is known how many different indices flow in.

    Raises:
        ShapeError: It is not.
    """
    if x.classes is None:
        raise ShapeError(
            _("it is not known how many different indices flow in."),
            _("Put it right behind the Input or a Label."),
        )
