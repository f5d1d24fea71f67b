"""Layers at which paths meet."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta

from engine.layers.base import Layer, Port, Shape, ShapeError
from projects.translation import gettext as _


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
    """

    title: ClassVar[str] = "Add"
    aliases: ClassVar[tuple[str, ...]] = ("Sum", "Residual", "Skip connection")
    order: ClassVar[int] = 90
    formula: ClassVar[tuple[str, ...]] = (
        r"y = x_1 + \ldots + x_n",
        r"y = F(x) + x \quad\text{(residual)}",
    )
    use: ClassVar[str] = (
        "Around every two or three convolutions in networks of more than about eight layers. "
        "Where shapes differ, put a 1×1 convolution on the shorter path; to keep both apart for "
        "later, Concatenate."
    )
    trouble: ClassVar[str] = (
        "Every sum adds variance: without a norm on each path numbers grow with depth until the "
        "loss leaps. A size of 1 is stretched silently, so a path of one channel is added to all "
        "channels of the other."
    )
    source: ClassVar[str] = (
        "He, Zhang, Ren & Sun 2016, Deep Residual Learning for Image Recognition, equation 1"
    )

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``ops.Add``."""
        return nn.Add()


class Concat(Merge, frozen=True, kw_only=True, tag="concat"):
    """Puts what flows in side by side, in the order of the wires.

    Channels 8 and 16 become 24. Feeds later layers with what earlier ones saw.
    """

    title: ClassVar[str] = "Concatenate"
    aliases: ClassVar[tuple[str, ...]] = ("Join", "Skip connection")
    order: ClassVar[int] = 91
    formula: ClassVar[tuple[str, ...]] = (r"y = [x_1, \ldots, x_n]",)
    use: ClassVar[str] = (
        "In a U-Net, to hand fine detail from the encoder to the decoder; to join a class or a "
        "second input to a vector. With equal shapes Add is cheaper."
    )
    trouble: ClassVar[str] = (
        "Channels pile up, and the layer behind it pays for all of them. If one path has numbers "
        "a hundred times as large, the other is ignored: bring both to one scale by a norm."
    )
    source: ClassVar[str] = (
        "Szegedy et al. 2015, Going Deeper with Convolutions; Huang, Liu, van der Maaten & "
        "Weinberger 2017, Densely Connected Convolutional Networks"
    )

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
    """

    title: ClassVar[str] = "Multiply"
    order: ClassVar[int] = 92
    formula: ClassVar[tuple[str, ...]] = (
        r"y = x_1 \cdot \ldots \cdot x_n",
        r"\frac{\partial y}{\partial x_1} = x_2 \cdot \ldots \cdot x_n",
    )
    use: ClassVar[str] = (
        "For gates, with a Sigmoid or Hard sigmoid on one path, and to weigh channels or places "
        "by a map of one channel. To weigh channels by their own means take Squeeze and excite."
    )
    trouble: ClassVar[str] = (
        "Each path learns only as far as the others are not 0: a gate that is shut from the start "
        "stays shut. Without a bound on one path products of large numbers overflow."
    )
    source: ClassVar[str] = (
        "Hochreiter & Schmidhuber 1997, Long Short-Term Memory (gates); Hu, Shen & Sun 2018, "
        "Squeeze-and-Excitation Networks"
    )

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``ops.Multiply``."""
        return nn.Multiply()


def _without(shape: Shape, axis: int) -> tuple[int, ...]:
    return shape.dims[1:] if axis == 0 else shape.dims[:-1]


def _listed(shapes: tuple[Shape, ...]) -> str:
    return _(" and ").join(map(str, shapes))
