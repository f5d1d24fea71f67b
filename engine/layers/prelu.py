"""The rectifier whose slope is learned."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta

from engine.layers.base import Layer, Shape


class PReLU(Layer, frozen=True, kw_only=True, tag="prelu"):
    """Passes what is positive and a learned share of the rest: y = x for x > 0, else a · x.

    One slope a for everything, or one for each channel (the first dimension).
    """

    title: ClassVar[str] = "PReLU"
    aliases: ClassVar[tuple[str, ...]] = ("Parametric ReLU",)
    category: ClassVar[str] = "Activation"
    order: ClassVar[int] = 61
    parametric: ClassVar[bool] = True
    formula: ClassVar[tuple[str, ...]] = (
        r"y = \begin{cases} x & \quad x > 0 \\ a \cdot x & \quad x \le 0 \end{cases}",
        r"\frac{\partial y}{\partial a} = \min(0, x)",
    )
    use: ClassVar[str] = (
        "In deep convolutional classifiers with many examples, one slope for each channel. For a "
        "few layers Leaky ReLU with a fixed slope does as well."
    )
    trouble: ClassVar[str] = (
        "Weight decay pulls a towards 0 and turns it back into a ReLU: use little or none. On few "
        "examples single channels drift below 0 or above 1, which fits the training part alone."
    )
    source: ClassVar[str] = "He, Zhang, Ren & Sun 2015, Delving Deep into Rectifiers, equation 1"

    slopes: Annotated[
        Literal["one", "channels"],
        Meta(
            title="Slopes",
            description="One for everything, or one for each channel.",
            extra={"names": {"one": "one for everything", "channels": "one for each channel"}},
        ),
    ] = "one"
    slope: Annotated[
        float, Meta(ge=-1, le=1, title="First slope", description="What learning begins with.")
    ] = 0.25

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``nn.PReLU``."""
        count = 1 if self.slopes == "one" else shapes[0].channels
        return nn.PReLU(count, init=self.slope)

    def summary(self) -> str:
        """How many slopes."""
        return self.slopes
