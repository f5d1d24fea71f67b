"""PyTorch's own start."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from engine.initializers.base import Initializer

if TYPE_CHECKING:
    from torch import nn


class Default(Initializer, frozen=True, kw_only=True, tag="default"):
    """What PyTorch does by itself: even between −1/√fan_in and 1/√fan_in, biases too.

    For linear layers and convolutions fan_in is the number of inputs of a unit; recurrent layers
    use the number of units instead.
    """

    title: ClassVar[str] = "PyTorch's default"
    order: ClassVar[int] = 1
    formula: ClassVar[tuple[str, ...]] = (
        r"W, b \,\sim\, \mathcal{U}\left({-}\frac{1}{\sqrt{\text{fan_in}}}, \frac{1}{\sqrt{\text{fan_in}}}\right)",
        r"\operatorname{Var}(W) = \frac{1}{3\,\text{fan_in}}",
    )
    use: ClassVar[str] = (
        "To compare with a network that somebody wrote in PyTorch, and for shallow networks or "
        "those with a norm behind every layer. For deep ones without norms choose He or Xavier."
    )
    trouble: ClassVar[str] = (
        "Its variance is a sixth of He's: each layer with ReLU shrinks signals by more than half, "
        "and behind ten of them without norms the answer is nearly the same for every example. "
        "The loss then lies flat for long before it falls."
    )
    source: ClassVar[str] = (
        "LeCun, Bottou, Orr & Müller 1998, Efficient BackProp, section 4.6 (the rule to which it "
        "is close)"
    )

    def apply(self, module: nn.Module) -> None:
        """Leave the weights as they were built."""
