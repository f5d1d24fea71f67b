"""What hidden units look for, read from the weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from msgspec import Meta

from engine.inside.base import First, Units, View

if TYPE_CHECKING:
    from engine.compute.inside.subject import Subject
    from engine.compute.task import Pictures


class Features(View, frozen=True, kw_only=True, tag="features"):
    """What the units of a layer look for, from the weights alone: images, curves, or a bar for each column.

    Of the first layer with weights these are its weights. Of deeper ones the weights are summed back to the
    input: what a unit would see if every activation between let everything through and every maximum were
    a mean, ``∂a/∂x = W_l ⋯ W_2 W_1``. The sum leaves out what activations do, so deep ones are only a hint.

    Source: Lee, Ekanadham & Ng 2008, *Sparse deep belief net model for visual area V2*; Erhan et al. 2009,
    *Visualizing higher-layer features of a deep network*, section 3.
    """

    title: ClassVar[str] = "Features and filters"
    order: ClassVar[int] = 10
    of_layer: ClassVar[bool] = True

    what: Annotated[
        Literal["features", "weights"],
        Meta(
            title="Show",
            description="What reaches the input, or the layer's own weights for what enters it.",
        ),
    ] = "features"
    units: Units = 64
    first: First = 0
    scale: Annotated[
        Literal["each", "together"],
        Meta(title="Colours", description="Every unit has a scale of its own, or all have one."),
    ] = "each"

    def look(self, subject: Subject) -> Pictures:
        """Return a picture for every unit."""
        from engine.compute.inside.features import look

        return look(subject, self)
