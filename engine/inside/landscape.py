"""The loss around the weights of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from msgspec import Meta

from engine.inside.base import Retrace, View
from engine.inside.exciting import Seed

if TYPE_CHECKING:
    from engine.compute.inside.subject import Subject
    from engine.compute.task import Pictures


class Landscape(View, frozen=True, kw_only=True, tag="landscape"):
    """The loss in a plane through the weights: ``L(θ + α δ + β η)`` on some examples, in evaluation mode.

    * *Random*: δ and η are drawn, and every filter of them is made as long as the filter of θ that it belongs
      to, biases and norms left out; so flat and sharp can be compared between networks. The path of the
      training lies almost across such a plane and is not drawn.
    * *Path*: the plane of the two directions in which the weights that the run keeps differ most, with the
      path through them.

    Source: Li et al. 2018, *Visualizing the loss landscape of neural nets*, sections 4 and 7.
    """

    title: ClassVar[str] = "Loss landscape"
    order: ClassVar[int] = 90

    plane: Annotated[
        Literal["random", "path"],
        Meta(title="Plane", description="Random directions, or those of the path."),
    ] = "random"
    split: Annotated[
        Literal["train", "validation", "test"],
        Meta(title="Part", description="On which part of the data."),
    ] = "train"
    retrace: Annotated[Retrace, Meta(extra={"when": {"plane": "path"}})] = 0
    examples: Annotated[
        int, Meta(ge=1, le=4096, title="Examples", description="The first ones of the part.")
    ] = 128
    side: Annotated[
        int,
        Meta(ge=3, le=101, title="Fineness", description="Places on a side; made odd."),
    ] = 15
    reach: Annotated[
        float,
        Meta(
            gt=0,
            le=10,
            title="Reach",
            description="How far it goes to each side; 1 is as long as the weights.",
            extra={"when": {"plane": "random"}},
        ),
    ] = 1.0
    seed: Annotated[Seed, Meta(extra={"when": {"plane": "random"}})] = 0

    def look(self, subject: Subject) -> Pictures:
        """Return the loss at every place."""
        from engine.compute.inside.landscape import look

        return look(subject, self)
