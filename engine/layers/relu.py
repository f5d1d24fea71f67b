"""The rectifier."""

from __future__ import annotations

from typing import Any, ClassVar

from engine.layers.base import Layer, Shape


class ReLU(Layer, frozen=True, kw_only=True, tag="relu"):
    """Passes what is positive and stops the rest: y = max(0, x).

    Its gradient does not fade for positive inputs, so deep networks train faster than with sigmoids;
    a unit that is negative for every example learns no more ("dead").

    Source: Nair & Hinton 2010, *Rectified Linear Units Improve Restricted Boltzmann Machines*.
    """

    title: ClassVar[str] = "ReLU"
    category: ClassVar[str] = "Activation"
    order: ClassVar[int] = 60

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``nn.ReLU``."""
        return nn.ReLU()
