"""The exponential linear unit."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from engine.layers.base import Layer, Shape


class ELU(Layer, frozen=True, kw_only=True, tag="elu"):
    """Passes what is positive and lets the rest saturate: y = x for x > 0, else α · (eˣ − 1).

    Negative outputs keep the mean near zero.

    Source: Clevert, Unterthiner & Hochreiter 2016, *Fast and Accurate Deep Network Learning by
    Exponential Linear Units*, equation 15.
    """

    title: ClassVar[str] = "ELU"
    category: ClassVar[str] = "Activation"
    order: ClassVar[int] = 62

    alpha: Annotated[
        float, Meta(gt=0, le=100, title="Alpha", description="Where negative inputs saturate: −α.")
    ] = 1.0

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``nn.ELU``."""
        return nn.ELU(self.alpha)
