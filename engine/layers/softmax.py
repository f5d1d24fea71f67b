"""Numbers into probabilities."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta

from engine.layers.base import Layer, Shape


class Softmax(Layer, frozen=True, kw_only=True, tag="softmax"):
    """Turns numbers into probabilities that sum to 1: yᵢ = exp(xᵢ) / Σⱼ exp(xⱼ).

    Do not put one at the end of a classifier here: the cross-entropy takes the numbers before it
    (the logits) and does this itself, more exactly.

    Source: Bridle 1990, *Probabilistic Interpretation of Feedforward Classification Network Outputs*.
    """

    title: ClassVar[str] = "Softmax"
    category: ClassVar[str] = "Activation"
    order: ClassVar[int] = 67

    over: Annotated[
        Literal["features", "channels"],
        Meta(
            title="Over",
            description="The last dimension, or the first (the channels of an image).",
        ),
    ] = "features"

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``nn.Softmax``."""
        return nn.Softmax(dim=1 if self.over == "channels" else -1)
