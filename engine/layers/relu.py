"""The rectifier."""

from __future__ import annotations

from typing import Any, ClassVar

from engine.layers.base import Layer, Shape


class ReLU(Layer, frozen=True, kw_only=True, tag="relu"):
    """Passes what is positive and stops the rest: y = max(0, x).

    Its gradient does not fade for positive inputs, so deep networks train faster than with sigmoids;
    a unit that is negative for every example learns no more ("dead").
    """

    title: ClassVar[str] = "ReLU"
    category: ClassVar[str] = "Activation"
    order: ClassVar[int] = 60
    formula: ClassVar[tuple[str, ...]] = (
        r"y = \max(0, x)",
        r"\frac{dy}{dx} = \begin{cases} 1 & \quad x > 0 \\ 0 & \quad x \le 0 \end{cases}",
    )
    use: ClassVar[str] = (
        "The first choice behind convolutions and Linear layers, with the He start: nothing is "
        "cheaper. In discriminators Leaky ReLU is the habit, in transformers GELU."
    )
    trouble: ClassVar[str] = (
        "At too large a learning rate many units die within a few steps, and the share of zeros "
        "stays high: lower the rate, or take Leaky ReLU. As the last layer it allows no negative "
        "answer."
    )
    source: ClassVar[str] = (
        "Nair & Hinton 2010, Rectified Linear Units Improve Restricted Boltzmann Machines"
    )

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``nn.ReLU``."""
        return nn.ReLU()
