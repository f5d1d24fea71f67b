"""What the network answers at every place of the plane, and how that came to be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec import Meta

from engine.inside.base import Retrace, View

if TYPE_CHECKING:
    from engine.compute.inside.subject import Subject
    from engine.compute.task import Pictures


class Boundary(View, frozen=True, kw_only=True, tag="boundary"):
    """What the network answers at every place of the plane, with all weights that the run keeps.

    For data of two columns. The boundary of two classes is where both are equally likely; a network without
    a hidden layer can draw it as a straight line alone (Minsky & Papert 1969).
    """

    title: ClassVar[str] = "Decision boundary"
    order: ClassVar[int] = 70
    of_moments: ClassVar[bool] = True

    side: Annotated[
        int, Meta(ge=8, le=400, title="Fineness", description="Places on a side of the plane.")
    ] = 128
    margin: Annotated[
        float,
        Meta(ge=0, le=5, title="Margin", description="Around the data, by their extent."),
    ] = 0.15

    retrace: Retrace = 0

    def look(self, subject: Subject) -> Pictures:
        """Return a surface for all weights of the run."""
        from engine.compute.inside.boundary import look

        return look(subject, self)
