"""What excites a unit most: examples of the data, and inputs that are made to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec import Meta

from engine.inside.base import First, Split, View

if TYPE_CHECKING:
    from engine.compute.inside.subject import Subject
    from engine.compute.task import Pictures

Seed = Annotated[
    int,
    Meta(
        ge=0, le=2**31 - 1, title="Seed", description="The same seed gives the same picture again."
    ),
]


class Exciting(View, frozen=True, kw_only=True, tag="exciting"):
    """The examples of the data that excite a unit most.

    How much an example excites a unit of a convolution or of a sequence is its largest value at any place.

    Source: Zeiler & Fergus 2014, *Visualizing and understanding convolutional networks*, section 4.
    """

    title: ClassVar[str] = "Most exciting examples"
    order: ClassVar[int] = 30
    of_layer: ClassVar[bool] = True
    of_data: ClassVar[bool] = True

    unit: Annotated[int, Meta(ge=0, le=1_000_000, title="Unit", description="From 0.")] = 0
    split: Split = "validation"
    shown: Annotated[
        int, Meta(ge=1, le=256, title="Examples", description="So many are shown.")
    ] = 32
    searched: Annotated[
        int,
        Meta(ge=1, le=100_000, title="Searched", description="The first examples of the part."),
    ] = 4000

    def look(self, subject: Subject) -> Pictures:
        """Return the examples, the most exciting one first."""
        from engine.compute.inside.exciting import most_exciting

        return most_exciting(subject, self)


class Maximised(View, frozen=True, kw_only=True, tag="maximised"):
    """Inputs that are made to excite the units of a layer.

    From noise, an input climbs the gradient of a unit's value, ``x ← x + η ∇ₓ(a(x) − λ‖x‖² − τ TV(x))`` with
    the steps of Adam; it stays in the range of the data. λ holds it small, the total variation τ of images
    smooth, and a shift by a few pixels at every step keeps it from patterns that fit one place only.

    Source: Erhan et al. 2009, *Visualizing higher-layer features of a deep network*, section 2; Mahendran &
    Vedaldi 2015, section 3; Yosinski et al. 2015, section 3.
    """

    title: ClassVar[str] = "Inputs made to excite"
    order: ClassVar[int] = 40
    of_layer: ClassVar[bool] = True

    units: Annotated[int, Meta(ge=1, le=64, title="Units", description="An input for each.")] = 16
    first: First = 0
    steps: Annotated[int, Meta(ge=1, le=2000, title="Steps", description="More climb higher.")] = (
        128
    )
    rate: Annotated[
        float,
        Meta(gt=0, le=10, title="Step size", description="By the range of the data."),
    ] = 0.05
    decay: Annotated[
        float, Meta(ge=0, le=10, title="Decay λ", description="Holds values small.")
    ] = 0.01
    smoothness: Annotated[
        float,
        Meta(ge=0, le=10, title="Smoothness τ", description="Holds neighbouring pixels alike."),
    ] = 0.1
    jitter: Annotated[
        int,
        Meta(ge=0, le=32, title="Shift", description="Pixels, at most, at every step."),
    ] = 1
    seed: Seed = 0

    def look(self, subject: Subject) -> Pictures:
        """Return an input for every unit."""
        from engine.compute.inside.maximised import look

        return look(subject, self)
