"""What a layer makes of one example."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from msgspec import Meta

from engine.inside.base import First, Units, View

if TYPE_CHECKING:
    from engine.compute.inside.subject import Subject
    from engine.compute.task import Pictures


class FeatureMaps(View, frozen=True, kw_only=True, tag="feature_maps"):
    """What leaves a layer while the network looks at an example.

    Of images a picture for every channel, of sequences every unit at every step, of vectors a bar for
    every unit.

    Source: Zeiler & Fergus 2014, *Visualizing and understanding convolutional networks*, section 2; LeCun
    et al. 1998, figure 2.
    """

    title: ClassVar[str] = "Feature maps"
    order: ClassVar[int] = 20
    of_layer: ClassVar[bool] = True
    of_example: ClassVar[bool] = True

    units: Units = 64
    first: First = 0
    scale: Annotated[
        Literal["together", "each"],
        Meta(title="Colours", description="All units have one scale, or every one its own."),
    ] = "together"

    def look(self, subject: Subject) -> Pictures:
        """Return what leaves the layer."""
        from engine.compute.inside.feature_maps import look

        return look(subject, self)
