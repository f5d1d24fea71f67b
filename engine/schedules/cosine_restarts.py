"""A learning rate that falls along a cosine and starts again."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar

from msgspec import Meta

from engine.schedules.base import Schedule


class CosineRestarts(Schedule, frozen=True, tag="cosine_restarts"):
    """Falls along half a cosine, then starts again; each time may be longer than the one before.

    ``floor + (1 − floor) · ½(1 + cos(π t / Tᵢ))``, ``t`` from the last start, ``Tᵢ = T₀ · growthⁱ``.
    """

    title: ClassVar[str] = "Cosine with restarts"
    order: ClassVar[int] = 32
    formula: ClassVar[tuple[str, ...]] = (
        r"\text{lr}_t = \text{lr} \cdot \left(\text{floor} + (1 - \text{floor}) \cdot \frac{1}{2}\left(1 + \cos\frac{\pi t}{T_i}\right)\right)",
        r"T_i = T_0 \cdot \text{growth}^i, \quad t \text{: steps since the last start}",
    )
    use: ClassVar[str] = (
        "When it is open how long you will train: at the end of every period there is a finished "
        "network. A growth of 2 makes each one better than the last."
    )
    trouble: ClassVar[str] = (
        "At every new start the loss leaps up and needs a while to come back: stopping early on "
        "the validation loss then ends the training for nothing. Keep its patience longer than a "
        "period."
    )
    source: ClassVar[str] = (
        "Loshchilov & Hutter 2017, SGDR: stochastic gradient descent with warm restarts, equation 5"
    )

    period: Annotated[
        int,
        Meta(
            ge=1,
            le=10**9,
            title="First period",
            description="Steps to the first new start.",
            extra={"unit": "steps"},
        ),
    ] = 1000
    growth: Annotated[
        int,
        Meta(
            ge=1, le=100, title="Growth", description="So many times longer is every next period."
        ),
    ] = 1
    floor: Annotated[
        float,
        Meta(ge=0, le=1, title="Floor", description="Share of the learning rate left at the end."),
    ] = 0.0

    def shape(self, step: int, total: int | None) -> float:
        """Half a cosine over the period in which a step lies."""
        since, length = step - self.warmup, self.period
        if self.growth == 1:
            since %= length
        while since >= length:
            since -= length
            length *= self.growth
        return self.floor + (1 - self.floor) * 0.5 * (1 + math.cos(math.pi * since / length))
