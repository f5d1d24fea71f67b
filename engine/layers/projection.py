"""The end of a discriminator that knows a class."""

from __future__ import annotations

from typing import Any, ClassVar

from engine.layers.base import Layer, Port, Shape, ShapeError, need_rank
from engine.layers.conditional_norm import need_condition
from engine.layers.normed import Norm, normed
from projects.translation import gettext as _


class Projection(Layer, frozen=True, kw_only=True, tag="projection"):
    """One number for an example and its class: how real it is, and how well the two agree.

    y = wᵀφ + b + e(c)ᵀφ with φ what flows in and e a learned vector for each class c; of a condition of
    real numbers, e is a linear map. The last layer of a discriminator that is told the class.
    """

    title: ClassVar[str] = "Projection"
    aliases: ClassVar[tuple[str, ...]] = ("Projection discriminator", "Class conditioning")
    category: ClassVar[str] = "Merge"
    order: ClassVar[int] = 96
    parametric: ClassVar[bool] = True
    inputs: ClassVar[tuple[Port, ...]] = (Port("in"), Port("label", accepts=("float", "index")))
    formula: ClassVar[tuple[str, ...]] = (r"y = w^\top \varphi + b + e(c)^\top \varphi",)
    use: ClassVar[str] = (
        "As the last layer of the discriminator of a conditional GAN, behind Global pooling or "
        "Flatten, with the Label at its label. It uses the class better than a Concatenate at the "
        "start."
    )
    trouble: ClassVar[str] = (
        "Its product grows with the features: without the spectral weight norm, or a penalty on "
        "gradients, D's outputs run away. Behind many thousand flattened numbers each class has "
        "as many weights and learns its few examples by heart."
    )
    source: ClassVar[str] = "Miyato & Koyama 2018, cGANs with Projection Discriminator, equation 3"

    norm: Norm = "none"

    def check(self, *shapes: Shape) -> None:
        """A vector, and one index of known range or one vector as label."""
        x, label = shapes
        need_rank(x, 1, _("a vector"), _("Put a Flatten or a Global pooling before it."))
        if label.kind == "float":
            need_condition(label)
        elif label.classes is None or label.elements != 1:
            raise ShapeError(
                _("expected one index of a known number as label, got {shape}.").format(
                    shape=label
                ),
                _("Draw a wire from a Label, or from an Embedding."),
            )

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``ops.Projection``, its weights normed if that is asked for."""
        x, label = shapes
        if label.kind == "index":
            embed = nn.Embedding(label.classes, x.features)
        else:
            embed = nn.Linear(label.features, x.features, bias=False)
        judge = normed(nn, nn.Linear(x.features, 1), self.norm)
        return nn.Projection(judge, normed(nn, embed, self.norm))
