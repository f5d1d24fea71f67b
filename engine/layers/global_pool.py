"""Pooling over everything."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from engine.layers.base import Layer, Shape, ShapeError
from engine.layers.windows import Pooled
from projects.translation import gettext as _


class GlobalPool(Layer, frozen=True, kw_only=True, tag="global_pool"):
    """Keeps one number for each channel: its mean or its maximum over all positions.

    Stands between convolutions and the last linear layer in place of Flatten: far fewer weights,
    and images of any size will do. Channels × height × width becomes a vector of channels.
    """

    title: ClassVar[str] = "Global pooling"
    category: ClassVar[str] = "Pooling"
    order: ClassVar[int] = 34
    formula: ClassVar[tuple[str, ...]] = (
        r"y[c] = \frac{1}{P} \sum_{p=1}^{P} x[c, p] \quad\text{(avg)}",
        r"y[c] = \max_p \; x[c, p] \quad\text{(max)}",
    )
    use: ClassVar[str] = (
        "When the last convolution has many channels, 64 or more: 128 × 7 × 7 flattened are 6,272 "
        "inputs of the Linear, pooled they are 128. The mean as a rule, the maximum where one "
        "place in the image decides."
    )
    trouble: ClassVar[str] = (
        "Where something is gets lost: a network that has to point at it cannot. With 8 or 16 "
        "channels too little is left to tell ten classes apart; use more filters, or an Adaptive "
        "pool 2-D to 2×2 or 4×4 and a Flatten."
    )
    source: ClassVar[str] = "Lin, Chen & Yan 2014, Network in Network, section 3.2"

    mode: Annotated[Pooled, Meta(description="Mean or maximum of a channel.")] = "avg"

    def check(self, *shapes: Shape) -> None:
        """Channels with at least one dimension behind them."""
        (x,) = shapes
        if x.rank < 2:
            raise ShapeError(
                _("expected an image or a signal, got a vector of {shape}.").format(shape=x),
                _("A vector needs no pooling: delete this layer."),
            )

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``ops.GlobalPool``."""
        return nn.GlobalPool(self.mode)

    def summary(self) -> str:
        """The mode."""
        return self.mode
