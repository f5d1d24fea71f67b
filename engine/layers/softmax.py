"""Numbers into probabilities."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta

from engine.layers.base import Layer, Shape


class Softmax(Layer, frozen=True, kw_only=True, tag="softmax"):
    """Turns numbers into probabilities that sum to 1: yᵢ = exp(xᵢ) / Σⱼ exp(xⱼ).

    Do not put one at the end of a classifier here: the cross-entropy takes the numbers before it
    (the logits) and does this itself, more exactly.
    """

    title: ClassVar[str] = "Softmax"
    category: ClassVar[str] = "Activation"
    order: ClassVar[int] = 67
    formula: ClassVar[tuple[str, ...]] = (r"y_i = \frac{\exp(x_i)}{\sum_j \exp(x_j)}",)
    use: ClassVar[str] = (
        "Inside of a network, where shares have to sum to 1: an attention of your own before a "
        "Matrix product, a mixture of paths before a Multiply."
    )
    trouble: ClassVar[str] = (
        "Before the loss of a classifier it is applied twice: with ten classes the loss then "
        "cannot fall below 1.46. Large inputs make one share 1 and all others 0, and nothing is "
        "learned any more: keep them small, as attention does by √d."
    )
    source: ClassVar[str] = (
        "Bridle 1990, Probabilistic Interpretation of Feedforward Classification Network Outputs"
    )

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
