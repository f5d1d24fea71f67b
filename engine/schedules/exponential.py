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
    formula: ClassVar[tuple[str, ...]] = (r"\text{lr}_t = \text{lr} \cdot \gamma^t",)
    use: ClassVar[str] = (
        "When a training has no end that is known beforehand and is to calm down steadily. With a "
        "known end take Cosine or Linear."
    )
    trouble: ClassVar[str] = (
        "The factor acts at every step: 0.99 leaves about a 20,000th after 1,000 steps, and "
        "learning is over without any notice. For a tenth after n steps choose 0.1^(1/n): 0.9998 "
        "for 10,000."
    )

    gamma: Annotated[
        float, Meta(gt=0, le=1, title="Factor", description="What remains after a step.")
    ] = 0.999

    def shape(self, step: int, total: int | None) -> float:
        """The factor to the power of the steps after the warm-up."""
        return float(self.gamma ** (step - self.warmup))
