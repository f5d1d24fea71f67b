"""A learning rate that falls by the same share at every step."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from engine.schedules.base import Schedule


class Exponential(Schedule, frozen=True, tag="exponential"):
    """Falls by the same share at every step: ``γ^t``, ``t`` from the end of the warm-up.

    With γ = 0.999 about a third is left after 1000 steps.
    """

    title: ClassVar[str] = "Exponential"
    order: ClassVar[int] = 25

    gamma: Annotated[
        float, Meta(gt=0, le=1, title="Factor", description="What remains after a step.")
    ] = 0.999

    def shape(self, step: int, total: int | None) -> float:
        """The factor to the power of the steps after the warm-up."""
        return float(self.gamma ** (step - self.warmup))
