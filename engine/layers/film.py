"""Feature-wise linear modulation."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta

from engine.layers.base import Layer, Port, Shape, need_channels
from engine.layers.conditional_norm import need_condition


class FiLM(Layer, frozen=True, kw_only=True, tag="film"):
    """Scales and shifts every channel by what a condition says: y = (1 + γ(c)) · x + β(c).

    γ and β are linear maps of the condition c, a vector: a class (behind an Embedding and a Flatten), a
    text, a time. Lets one network work in many ways.
    """

    title: ClassVar[str] = "FiLM"
    aliases: ClassVar[tuple[str, ...]] = ("Modulation", "Class conditioning", "Feature-wise linear")
    category: ClassVar[str] = "Merge"
    order: ClassVar[int] = 94
    parametric: ClassVar[bool] = True
    inputs: ClassVar[tuple[Port, ...]] = (Port("in"), Port("condition"))
    formula: ClassVar[tuple[str, ...]] = (
        r"y = (1 + \gamma(c)) \cdot x + \beta(c)",
        r"(\gamma(c), \beta(c)) = W c + b",
    )
    use: ClassVar[str] = (
        "To steer a network at several depths by a class, a text or a time, behind a norm and "
        "before the activation. It needs no statistics of the batch, unlike Conditional norm."
    )
    trouble: ClassVar[str] = (
        "Right before an Instance norm its scale and shift are taken out again: the condition has "
        "no effect. Numbers of the condition much larger than 1 multiply activations layer by "
        "layer until the loss leaps: normalise it."
    )
    source: ClassVar[str] = (
        "Perez, Strub, de Vries, Dumoulin & Courville 2018, FiLM: Visual Reasoning with a General "
        "Conditioning Layer, equations 1 and 2, with 1 + γ as in section 7.2"
    )

    over: Annotated[
        Literal["channels", "features"],
        Meta(
            title="Over",
            description="The first dimension (channels of images), or the last (features of steps).",
        ),
    ] = "channels"

    def check(self, *shapes: Shape) -> None:
        """Channels or features, and a vector as condition."""
        x, condition = shapes
        need_channels(x, 1, 4)
        need_condition(condition)

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``ops.FiLM``."""
        x, condition = shapes
        last = self.over == "features"
        return nn.FiLM(condition.features, x.features if last else x.channels, last)

    def summary(self) -> str:
        """What is scaled."""
        return self.over
