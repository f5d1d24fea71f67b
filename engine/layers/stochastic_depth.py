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
    """

    title: ClassVar[str] = "Stochastic depth"
    aliases: ClassVar[tuple[str, ...]] = ("Drop path",)
    category: ClassVar[str] = "Regularisation"
    order: ClassVar[int] = 71
    live: ClassVar[tuple[str, ...]] = ("p",)
    formula: ClassVar[tuple[str, ...]] = (
        r"y = \frac{b \cdot x}{1 - p}, \quad b = \begin{cases} 0 & \quad \text{with probability } p \\ 1 & \quad \text{otherwise} \end{cases}",
    )
    use: ClassVar[str] = (
        "In residual networks of ten blocks and more, with p rising from 0 in the first block to "
        "0.1 or 0.3 in the last. In shallower ones Dropout does more."
    )
    trouble: ClassVar[str] = (
        "Anywhere but on a path around which the example can pass, it wipes out the whole "
        "example: a share p of every batch gets one and the same answer, and the training loss "
        "stays high."
    )
    source: ClassVar[str] = (
        "Huang, Sun, Liu, Sedra & Weinberger 2016, Deep Networks with Stochastic Depth, equations "
        "2 and 5 (there the path is scaled by 1 − p afterwards, here by 1 / (1 − p) while "
        "training, which is the same on average)"
    )

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
