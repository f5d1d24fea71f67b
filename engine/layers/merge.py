"""Layers at which paths meet."""

from __future__ import annotations

from gettext import gettext as _
from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta

from engine.layers.base import Layer, Port, Shape, ShapeError


class Merge(Layer, frozen=True, kw_only=True):
    """What layers with several wires into one port have in common."""

    category: ClassVar[str] = "Merge"
    inputs: ClassVar[tuple[Port, ...]] = (Port("in", many=True),)
    fewest: ClassVar[int] = 2

    def check(self, *shapes: Shape) -> None:
        """All of one shape; a size of 1 is stretched."""
        sizes = [set(axis) - {1} for axis in zip(*(s.dims for s in shapes), strict=False)]
        if len({s.rank for s in shapes}) > 1 or any(len(found) > 1 for found in sizes):
            raise ShapeError(
                _("expected equal shapes, got {shapes}.").format(shapes=_listed(shapes)),
                _("Bring the paths to one shape: a Linear or a 1×1 convolution on one of them."),
            )


class Add(Merge, frozen=True, kw_only=True, tag="add"):
    """Adds what flows in, number by number: y = x₁ + … + xₙ.

    Around a few layers it makes a residual path: what they learn is only the difference, and the
    gradient has a way past them.

    Source: He et al. 2016, *Deep Residual Learning for Image Recognition*, equation 1.
    """

    title: ClassVar[str] = "Add"
    aliases: ClassVar[tuple[str, ...]] = ("Sum", "Residual", "Skip connection")
    order: ClassVar[int] = 90

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``ops.Add``."""
        return nn.Add()


class Concat(Merge, frozen=True, kw_only=True, tag="concat"):
    """Puts what flows in side by side, in the order of the wires.

    Channels 8 and 16 become 24. Feeds later layers with what earlier ones saw.

    Source: Szegedy et al. 2015, *Going Deeper with Convolutions*; Huang et al. 2017 (DenseNet).
    """

    title: ClassVar[str] = "Concatenate"
    aliases: ClassVar[tuple[str, ...]] = ("Join", "Skip connection")
    order: ClassVar[int] = 91

    along: Annotated[
        Literal["channels", "features"],
        Meta(title="Along", description="The first dimension, or the last."),
    ] = "channels"

    def check(self, *shapes: Shape) -> None:
        """Equal in every dimension but the one along which they are joined."""
        axis = 0 if self.along == "channels" else -1
        first = _without(shapes[0], axis)
        if any(s.rank != shapes[0].rank or _without(s, axis) != first for s in shapes):
            raise ShapeError(
                _("expected shapes that differ only in their {along}, got {shapes}.").format(
                    along=_("channels") if axis == 0 else _("features"), shapes=_listed(shapes)
                ),
                _("Bring the paths to one size first, by pooling, a stride, or Flatten on each."),
            )

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``ops.Concat``."""
        return nn.Concat(1 if self.along == "channels" else -1)


class Multiply(Merge, frozen=True, kw_only=True, tag="multiply"):
    """Multiplies what flows in, number by number: y = x₁ · … · xₙ.

    With a sigmoid on one path it is a gate that decides how much of the other passes.

    Source: Hochreiter & Schmidhuber 1997 (gates); Hu, Shen & Sun 2018, *Squeeze-and-Excitation*.
    """

    title: ClassVar[str] = "Multiply"
    order: ClassVar[int] = 92

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``ops.Multiply``."""
        return nn.Multiply()


def _without(shape: Shape, axis: int) -> tuple[int, ...]:
    return shape.dims[1:] if axis == 0 else shape.dims[:-1]


def _listed(shapes: tuple[Shape, ...]) -> str:
    return _(" and ").join(map(str, shapes))
