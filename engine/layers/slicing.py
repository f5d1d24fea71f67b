"""A part of what flows in."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from engine.layers.base import Layer, Shape, ShapeError
from projects.translation import gettext as _

Place = Annotated[int, Meta(ge=-100_000_000, le=100_000_000)]


class Slice(Layer, frozen=True, kw_only=True, tag="slice"):
    """Keeps a stretch of one dimension and leaves out the rest.

    Places count from 0, and below 0 from the end: start −1 keeps the last one. Start 0, stop 8 keeps the
    first eight.
    """

    title: ClassVar[str] = "Slice"
    aliases: ClassVar[tuple[str, ...]] = ("Crop", "Cut", "Narrow", "Select")
    category: ClassVar[str] = "Shape"
    order: ClassVar[int] = 84
    accepts: ClassVar[tuple[str, ...]] = ("float", "index")
    formula: ClassVar[tuple[str, ...]] = (r"y[i] = x[\text{start} + i \cdot \text{step}]",)
    use: ClassVar[str] = (
        "To take the last step of a sequence (start −1), one half of the channels for a gate, or "
        "the middle of a map that is to be joined to a smaller one."
    )
    trouble: ClassVar[str] = (
        "A single place keeps its dimension: 20 × 64 becomes 1 × 64, so put a Flatten behind it. "
        "What is cut off gets no gradient on this way; weights that serve only it learn nothing."
    )

    axis: Annotated[
        int,
        Meta(ge=1, le=4, title="Dimension", description="1 is the first: channels, or steps."),
    ] = 1
    start: Annotated[Place, Meta(title="Start", description="The first place that is kept.")] = 0
    stop: Annotated[
        Place | None,
        Meta(title="Stop", description="The place behind the last. Nothing: to the end."),
    ] = None
    step: Annotated[
        int,
        Meta(ge=1, le=100_000_000, title="Step", description="2 keeps every other place."),
    ] = 1

    def check(self, *shapes: Shape) -> None:
        """The dimension is there, and something is left of it."""
        (x,) = shapes
        if self.axis > x.rank:
            raise ShapeError(
                _("there is no dimension {axis} in {shape}.").format(axis=self.axis, shape=x),
                _("Choose one from 1 to {rank}.").format(rank=x.rank),
            )
        size = x.dims[self.axis - 1]
        if not len(range(size)[self.start : self.stop : self.step]):
            raise ShapeError(
                _("nothing is left of the {size} places of {shape}.").format(size=size, shape=x),
                _("Choose start and stop between 0 and {size}.").format(size=size),
            )

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``ops.Slice``."""
        return nn.Slice(self.axis, self.start, self.stop, self.step)

    def summary(self) -> str:
        """What is kept, as Python writes it."""
        stop = "" if self.stop is None else str(self.stop)
        step = f":{self.step}" if self.step > 1 else ""
        return f"{self.axis} · {self.start}:{stop}{step}"
