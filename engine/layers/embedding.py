"""A learned vector for every index."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from engine.layers.base import Layer, Shape, ShapeError
from projects.translation import gettext as _


class Embedding(Layer, frozen=True, kw_only=True, tag="embedding"):
    """Looks up a learned vector for every index: y = W[x].

    Turns words, characters or other whole numbers into vectors, `steps` indices into
    steps × features. How many rows W has comes from the data.
    """

    title: ClassVar[str] = "Embedding"
    category: ClassVar[str] = "Dense"
    order: ClassVar[int] = 11
    parametric: ClassVar[bool] = True
    accepts: ClassVar[tuple[str, ...]] = ("index",)
    formula: ClassVar[tuple[str, ...]] = (
        r"y_t = W[x_t], \quad W \in \mathbb{R}^{\text{indices} \times \text{features}}",
    )
    use: ClassVar[str] = (
        "First behind an Input of characters, words or other indices, and behind a Label. 16 to "
        "64 features do for characters, 64 to 300 for words; for fewer than about ten indices "
        "One-hot is as good."
    )
    trouble: ClassVar[str] = (
        "Rows of indices that hardly occur stay near their random start from N(0, 1), or shrink "
        "to nothing under weight decay. Many features on few texts let the network learn whole "
        "sentences by heart."
    )
    source: ClassVar[str] = (
        "Bengio, Ducharme, Vincent & Jauvin 2003, A Neural Probabilistic Language Model"
    )

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
