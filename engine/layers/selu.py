"""The self-normalising linear unit."""

from __future__ import annotations

from typing import Any, ClassVar

from engine.layers.base import Layer, Shape


class SELU(Layer, frozen=True, kw_only=True, tag="selu"):
    """Bends so that a deep network keeps mean 0 and variance 1 by itself: a scaled ELU.

    y = λ · x for x > 0, else λ · α · (eˣ − 1), with λ = 1.0507 and α = 1.6733. Start the weights from
    N(0, 1 / fan-in) and take alpha dropout in place of dropout.
    """

    title: ClassVar[str] = "SELU"
    category: ClassVar[str] = "Activation"
    order: ClassVar[int] = 62
    formula: ClassVar[tuple[str, ...]] = (
        r"y = \lambda \begin{cases} x & \quad x > 0 \\ \alpha \cdot (e^x - 1) & \quad x \le 0 \end{cases}",
        r"\lambda = 1.0507, \quad \alpha = 1.6733",
    )
    use: ClassVar[str] = (
        "In deep networks of Linear layers alone, on standardised tables, instead of norms. With "
        "convolutions and residual paths a Batch norm and ReLU are the surer way."
    )
    trouble: ClassVar[str] = (
        "It normalises only if all of it is kept: inputs of mean 0 and variance 1, and weights of "
        "variance 1 / fan-in, which the He start gives with a slope of 1. Otherwise numbers drift "
        "from layer to layer; the distribution of activations shows it."
    )
    source: ClassVar[str] = (
        "Klambauer, Unterthiner, Mayr & Hochreiter 2017, Self-Normalizing Neural Networks, "
        "equation 2"
    )

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``nn.SELU``."""
        return nn.SELU()
