"""The soft sign."""

from __future__ import annotations

from typing import Any, ClassVar

from engine.layers.base import Layer, Shape


class Softsign(Layer, frozen=True, kw_only=True, tag="softsign"):
    """Squeezes every number between −1 and 1, slowly: y = x / (1 + |x|).

    Reaches its ends much later than tanh, so gradients fade less.
    """

    title: ClassVar[str] = "Softsign"
    category: ClassVar[str] = "Activation"
    order: ClassVar[int] = 66
    formula: ClassVar[tuple[str, ...]] = (
        r"y = \frac{x}{1 + |x|}",
        r"\frac{dy}{dx} = \frac{1}{(1 + |x|)^2}",
    )
    use: ClassVar[str] = (
        "In place of Tanh in networks of several layers whose units sit at −1 and 1 and learn no "
        "more."
    )
    trouble: ClassVar[str] = (
        "It comes near its ends slowly: 0.9 needs an input of 9. At the end of a generator black "
        "never becomes quite black; take Tanh there."
    )
    source: ClassVar[str] = (
        "Bergstra, Desjardins, Lamblin & Bengio 2009, Quadratic Polynomials Learn Better Image "
        "Features; Glorot & Bengio 2010, Understanding the Difficulty of Training Deep "
        "Feedforward Neural Networks, section 3"
    )

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``nn.Softsign``."""
        return nn.Softsign()
