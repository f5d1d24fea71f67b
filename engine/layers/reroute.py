"""A bend in a wire."""

from __future__ import annotations

from typing import Any, ClassVar

from engine.layers.base import Layer, Shape


class Reroute(Layer, frozen=True, kw_only=True, tag="reroute"):
    """Leads a wire around what is in its way; what flows in leaves unchanged.

    It is for the eye alone: the network that trains and the code that is exported know nothing of it.
    """

    title: ClassVar[str] = "Reroute"
    category: ClassVar[str] = "Shape"
    order: ClassVar[int] = 89
    accepts: ClassVar[tuple[str, ...]] = ("float", "index")
    passes: ClassVar[bool] = True
    aliases: ClassVar[tuple[str, ...]] = ("Bend", "Waypoint", "Knot")
    use: ClassVar[str] = (
        "When a long wire, such as a skip connection, would run across other layers. It can "
        "branch: several wires may leave it."
    )
    trouble: ClassVar[str] = (
        "A drawing of many bends is harder to read than one whose layers stand in order: move the "
        "layers first. It holds no numbers, so nothing can be measured there; look at the layer "
        "before it."
    )

    def output(self, *shapes: Shape) -> Shape:
        """What flowed in."""
        return shapes[0]

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return the identity; networks leave it out."""
        return nn.Identity()
