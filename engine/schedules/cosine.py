"""A learning rate that falls along half a cosine."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar

from msgspec import Meta

from engine.schedules.base import Schedule


class Cosine(Schedule, frozen=True, tag="cosine"):
    """Falls from the learning rate to a floor over the whole training.

    ``floor + (1 − floor) · ½(1 + cos(π t / T))``, ``T`` from the end of the warm-up to the last step.
    """

    title: ClassVar[str] = "Cosine"
    order: ClassVar[int] = 30
    needs_end: ClassVar[bool] = True
    formula: ClassVar[tuple[str, ...]] = (
        r"\text{lr}_t = \text{lr} \cdot \left(\text{floor} + (1 - \text{floor}) \cdot \frac{1}{2}\left(1 + \cos\frac{\pi t}{T}\right)\right)",
    )
    use: ClassVar[str] = (
        "The usual choice for a training of fixed length, with AdamW or SGD and a warm-up of 1 to "
        "5 % of the steps."
    )
    trouble: ClassVar[str] = (
        "What is stopped at half time was never at small rates: its loss says little about the "
        "full length, so compare runs of equal length only. Continued beyond its end, it has no "
        "rate left to learn with."
    )
    source: ClassVar[str] = (
        "Loshchilov & Hutter 2017, SGDR: stochastic gradient descent with warm restarts, equation "
        "5, without restarts"
    )

    floor: Annotated[
        float,
        Meta(ge=0, le=1, title="Floor", description="Share of the learning rate left at the end."),
    ] = 0.0

    def shape(self, step: int, total: int | None) -> float:
        """Half a cosine over the steps after the warm-up."""
        if total is None:
            raise ValueError("a cosine needs an end")
        span = max(1, total - self.warmup)
        done = min(1.0, max(0, step - self.warmup) / span)
        return self.floor + (1 - self.floor) * 0.5 * (1 + math.cos(math.pi * done))
