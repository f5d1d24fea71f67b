"""What two vectors say together."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from engine.layers.base import Layer, Port, Shape, ShapeError
from engine.layers.normed import Norm, normed
from projects.translation import gettext as _


class Bilinear(Layer, frozen=True, kw_only=True, tag="bilinear"):
    """Connects every pair of numbers of two inputs with every unit: yₖ = xᵀ Wₖ z + bₖ.

    Says what neither says alone, such as how well two things go together. On sequences of the same length
    it acts on every step.
    """

    title: ClassVar[str] = "Bilinear"
    category: ClassVar[str] = "Dense"
    order: ClassVar[int] = 12
    parametric: ClassVar[bool] = True
    inputs: ClassVar[tuple[Port, ...]] = (Port("in"), Port("other"))
    formula: ClassVar[tuple[str, ...]] = (
        r"y_k = x^\top W_k\, z + b_k",
        r"y_k = \sum_{i, j} W_{kij}\, x_i\, z_j + b_k",
    )
    use: ClassVar[str] = (
        "When the answer depends on how two vectors fit together, such as a question and a "
        "passage. Concatenate with one Linear can only add what each of them says."
    )
    trouble: ClassVar[str] = (
        "Its weights are units × features × other features: 64 units for two vectors of 256 are 4 "
        "million, so put a Linear that shortens them before it. Products of large inputs make the "
        "loss jump; a Layer norm on both calms it."
    )
    source: ClassVar[str] = (
        "Tenenbaum & Freeman 2000, Separating Style and Content with Bilinear Models, equation 1"
    )

    units: Annotated[
        int, Meta(ge=1, le=65_536, title="Units", description="Numbers that leave the layer.")
    ] = 16
    bias: Annotated[bool, Meta(title="Bias", description="Add a learned offset to every unit.")] = (
        True
    )
    norm: Norm = "none"

    def check(self, *shapes: Shape) -> None:
        """Two vectors, or two sequences with as many steps."""
        x, other = shapes
        if x.rank > 2 or x.dims[:-1] != other.dims[:-1]:
            raise ShapeError(
                _(
                    "expected two vectors, or two sequences of the same length, got {x} and {other}."
                ).format(x=x, other=other),
                _("Put a Flatten before both."),
            )

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``nn.Bilinear``, its weight normed if that is asked for."""
        x, other = shapes
        module = nn.Bilinear(x.features, other.features, self.units, bias=self.bias)
        return normed(nn, module, self.norm)

    def flops(self, output: Shape, *shapes: Shape) -> int:
        """A product with a matrix for every unit, and one with what comes out of it."""
        x, other = shapes
        steps = x.elements // x.features
        return 2 * steps * self.units * other.features * (x.features + 1)

    def summary(self) -> str:
        """The units."""
        return str(self.units)
