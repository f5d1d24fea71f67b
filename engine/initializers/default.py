"""PyTorch's own start."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from engine.initializers.base import Initializer

if TYPE_CHECKING:
    from torch import nn


class Default(Initializer, frozen=True, kw_only=True, tag="default"):
    """What PyTorch does by itself: even between −1/√fan_in and 1/√fan_in, biases too.

    For linear layers and convolutions fan_in is the number of inputs of a unit; recurrent layers
    use the number of units instead. Close to LeCun's rule of 1998, *Efficient BackProp*.
    """

    title: ClassVar[str] = "PyTorch's default"
    order: ClassVar[int] = 1

    def apply(self, module: nn.Module) -> None:
        """Leave the weights as they were built."""
