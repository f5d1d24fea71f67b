"""What every view declares; :data:`VIEWS` is the catalogue of them.

A view looks at the networks of a run when somebody asks: at its weights, at what they make of an example, or
at how they see the data. It changes nothing of the run, and draws from generators of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from msgspec import Meta

from engine.declare import Catalogue, Declared

if TYPE_CHECKING:
    from engine.compute.inside.subject import Subject
    from engine.compute.task import Pictures

WEIGHTS = "weights"  # the stream that those ask for who look inside of a training

Split = Annotated[
    Literal["validation", "test", "train"],
    Meta(title="Part", description="Which part of the data is looked at."),
]
Units = Annotated[
    int, Meta(ge=1, le=256, title="Units", description="So many are shown; more take longer.")
]
First = Annotated[
    int, Meta(ge=0, le=1_000_000, title="From unit", description="The first one that is shown.")
]
Retrace = Annotated[
    int,
    Meta(
        ge=0,
        le=200,
        title="Retrace",
        description="In so many places between, the steps are made again, bit for bit: that takes as long as they took.",
    ),
]


class View(Declared, frozen=True, kw_only=True):
    """Base of every view.

    Class attributes:
        of_layer: Whether it is about one layer.
        of_data: Whether that layer has to answer to examples of the data; none does that is fed with noise.
        of_example: Whether it is about one example.
        of_moments: Whether it is about all weights that a run keeps and not about some of them.
    """

    of_layer: ClassVar[bool] = False
    of_data: ClassVar[bool] = False
    of_example: ClassVar[bool] = False
    of_moments: ClassVar[bool] = False

    def look(self, subject: Subject) -> Pictures:
        """Return what is to be seen: arrays, and a description whose ``kind`` says how to show them.

        Args:
            subject: What is looked at.

        Raises:
            UserError: This network or these data do not allow it; says why.
        """
        raise NotImplementedError


VIEWS: Catalogue[View] = Catalogue("view", View, "engine.inside")
