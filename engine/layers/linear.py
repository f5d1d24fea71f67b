"""The fully connected layer."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from engine.layers.base import Layer, Shape, ShapeError
from engine.layers.normed import Norm, normed
from projects.translation import gettext as _


class Linear(Layer, frozen=True, kw_only=True, tag="linear"):
    """Connects every input with every unit: y = W x + b.

    On sequences (steps × features) the same weights act on every step.
    """

    title: ClassVar[str] = "Linear"
    aliases: ClassVar[tuple[str, ...]] = ("Dense", "Fully connected")
    category: ClassVar[str] = "Dense"
    order: ClassVar[int] = 10
    parametric: ClassVar[bool] = True
    formula: ClassVar[tuple[str, ...]] = (
        r"y = W x + b",
        r"y_k = \sum_j W_{kj}\, x_j + b_k",
    )
    use: ClassVar[str] = (
        "For tables throughout, and for the last layers of nearly every network. On images put "
        "convolutions first: 256 units on 3×64×64 pixels alone are 3 million weights."
    )
    trouble: ClassVar[str] = (
        "Two in a row without an activation between them are no more than one. Behind a large "
        "Flatten it holds most of the network's weights, and is where examples are learned by "
        "heart first: Global pooling or Dropout helps."
    )
    source: ClassVar[str] = (
        "Rosenblatt 1958, The Perceptron; Rumelhart, Hinton & Williams 1986, Learning "
        "Representations by Back-Propagating Errors"
    )

    units: Annotated[
        int,
        Meta(ge=1, le=1_000_000, title="Units", description="Numbers that leave the layer."),
    ] = 64
    bias: Annotated[bool, Meta(title="Bias", description="Add a learned offset to every unit.")] = (
        True
    )
    norm: Norm = "none"

    def check(self, *shapes: Shape) -> None:
        """Vectors and sequences pass; images have to be flattened first."""
        (x,) = shapes
        if x.rank > 2:
            raise ShapeError(
                _("expected a vector, got an image of {shape}.").format(shape=x),
                _("Put a Flatten (or a Global pooling) before it."),
            )

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``nn.Linear``, its weight normed if that is asked for."""
        (x,) = shapes
        return normed(nn, nn.Linear(x.features, self.units, bias=self.bias), self.norm)

    def summary(self) -> str:
        """The units."""
        return str(self.units)
