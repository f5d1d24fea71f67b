"""Leaving out whole paths."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from engine.layers.base import Layer, Shape


class StochasticDepth(Layer, frozen=True, kw_only=True, tag="stochastic_depth"):
    """While training, leaves out a whole path for some examples: y = b · x / (1 − p), b = 0 or 1.

    b is drawn for every example, 0 with probability p. Put it at the end of the layers of a residual path, before
    the Add: the network is then of another depth for every example. Afterwards it passes everything
    unchanged.

    Source: Huang et al. 2016, *Deep Networks with Stochastic Depth*, equations 2 and 5 (there the path
    is scaled by 1 − p afterwards, here by 1 / (1 − p) while training, which is the same on average).
    """

    title: ClassVar[str] = "Stochastic depth"
    aliases: ClassVar[tuple[str, ...]] = ("Drop path",)
    category: ClassVar[str] = "Regularisation"
    order: ClassVar[int] = 71
    live: ClassVar[tuple[str, ...]] = ("p",)

    p: Annotated[
        float,
        Meta(ge=0, le=0.99, title="Probability", description="Share of examples that skip it."),
    ] = 0.1

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``ops.StochasticDepth``."""
        return nn.StochasticDepth(self.p)

    def summary(self) -> str:
        """The probability."""
        return f"{self.p:g}"
