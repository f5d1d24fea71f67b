"""The logistic function."""

from __future__ import annotations

from typing import Any, ClassVar

from engine.layers.base import Layer, Shape


class Sigmoid(Layer, frozen=True, kw_only=True, tag="sigmoid"):
    """Squeezes every number between 0 and 1: y = 1 / (1 + e⁻ˣ).

    Its slope is at most ¼, so gradients fade through many of them. Do not put one at the end of a
    classifier or discriminator here: their losses take the number before it (the logit).
    """

    title: ClassVar[str] = "Sigmoid"
    category: ClassVar[str] = "Activation"
    order: ClassVar[int] = 65
    formula: ClassVar[tuple[str, ...]] = (
        r"y = \sigma(x) = \frac{1}{1 + e^{-x}}",
        r"\frac{dy}{dx} = y\,(1 - y) \le \frac{1}{4}",
    )
    use: ClassVar[str] = (
        "For gates, before a Multiply, and at the end of a decoder whose pixels are scaled to 0 … "
        "1. Between layers take ReLU, or Tanh in small networks."
    )
    trouble: ClassVar[str] = (
        "Five of them one behind the other leave at most a thousandth of the gradient, and the "
        "first layers stand still. Before a loss that wants logits it is applied twice: the loss "
        "stops far above zero and no answer is ever sure."
    )
    source: ClassVar[str] = (
        "Rumelhart, Hinton & Williams 1986, Learning Representations by Back-Propagating Errors"
    )

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``nn.Sigmoid``."""
        return nn.Sigmoid()
