"""Glorot and Bengio's start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from msgspec import Meta

from engine.initializers.base import Initializer

if TYPE_CHECKING:
    from torch import Tensor


class Xavier(Initializer, frozen=True, kw_only=True, tag="xavier"):
    """Keeps the variance of signals and gradients equal from layer to layer, for tanh and linear units.

    Var W = gain² · 2 / (fan_in + fan_out); biases start at zero.
    """

    title: ClassVar[str] = "Xavier (Glorot)"
    order: ClassVar[int] = 2
    formula: ClassVar[tuple[str, ...]] = (
        r"\operatorname{Var}(W) = \text{gain}^2 \cdot \frac{2}{\text{fan_in} + \text{fan_out}}",
        r"W \,\sim\, \mathcal{U}({-}l, l), \quad l = \sqrt{3 \operatorname{Var}(W)} \quad\text{(uniform)}",
        r"W \,\sim\, \mathcal{N}(0, \operatorname{Var}(W)) \quad\text{(normal)}",
    )
    use: ClassVar[str] = (
        "With Tanh, Sigmoid or no activation, and for the maps of attention. With ReLU and its "
        "relatives take He."
    )
    trouble: ClassVar[str] = (
        "A ReLU stops half of the signal and this rule does not make up for it: after 20 layers "
        "without norms a thousandth is left, and the first layers get as little gradient."
    )
    source: ClassVar[str] = (
        "Glorot & Bengio 2010, Understanding the Difficulty of Training Deep Feedforward Neural "
        "Networks, equations 12 and 16"
    )

    distribution: Annotated[
        Literal["uniform", "normal"],
        Meta(
            title="Distribution",
            description="Shape of the random numbers; the variance is the same.",
        ),
    ] = "uniform"
    gain: Annotated[
        float,
        Meta(gt=0, le=100, title="Gain", description="5/3 suits tanh, 1 sigmoid and linear units."),
    ] = 1.0

    def draw(self, weight: Tensor) -> None:
        """Fill with variance gain² · 2 / (fan_in + fan_out)."""
        from torch.nn import init

        if self.distribution == "uniform":
            init.xavier_uniform_(weight, self.gain)
        else:
            init.xavier_normal_(weight, self.gain)
