"""A place that is held for an operator without an equivalent."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from engine.layers.base import Layer, Port, Shape, ShapeError
from projects.translation import gettext as _


class Unknown(Layer, frozen=True, kw_only=True, tag="unknown"):
    """Stands for an operator of an imported model that has no equivalent here.

    It keeps the operator's name, its settings and the shape of its result, so that the rest of the
    design can be seen and counted. It cannot work: put other layers in its place before training.
    """

    title: ClassVar[str] = "Unknown"
    category: ClassVar[str] = "Shape"
    order: ClassVar[int] = 99
    locked: ClassVar[bool] = True
    inputs: ClassVar[tuple[Port, ...]] = (Port("in", many=True),)
    fewest: ClassVar[int] = 0
    accepts: ClassVar[tuple[str, ...]] = ("float", "index")
    use: ClassVar[str] = (
        "It only comes with imported models. Read in its settings what the operator did and draw "
        "layers that do the same, or a block of several."
    )
    trouble: ClassVar[str] = (
        "Its result keeps the shape that the file tells, so sizes behind it are wrong once the "
        "input changes. Weights and operations that it had are not counted."
    )

    op: Annotated[
        str,
        Meta(max_length=64, title="Operator", description="Its name in the imported file."),
    ] = ""
    attributes: Annotated[
        str,
        Meta(
            max_length=4000,
            title="Settings",
            description="As the imported file has them.",
            extra={"widget": "multiline"},
        ),
    ] = ""
    result: Annotated[
        tuple[Annotated[int, Meta(ge=1, le=100_000_000)], ...],
        Meta(
            max_length=7,
            title="Result",
            description="The sizes of what leaves it, as far as the file tells.",
        ),
    ] = ()

    def check(self, *shapes: Shape) -> None:
        """What leaves has to be known for anything to follow."""
        if not self.result:
            message, hint = self._words()
            raise ShapeError(message, hint)

    def output(self, *shapes: Shape) -> Shape:
        """What the imported file says."""
        return Shape(self.result)

    def flops(self, output: Shape, *shapes: Shape) -> int:
        """Not known."""
        return 0

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return the identity, which only ever holds the place: see :meth:`obstacle`."""
        return nn.Identity()

    def obstacle(self) -> tuple[str, str]:
        """It cannot work."""
        return self._words()

    def _words(self) -> tuple[str, str]:
        name = self.op or _("unknown")
        return (
            _("“{name}” has no equivalent among the layers here.").format(name=name),
            _("Put other layers in its place, or bypass it if the network can do without."),
        )

    def summary(self) -> str:
        """The operator."""
        return self.op
