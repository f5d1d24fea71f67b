"""A learning rate that falls along a straight line or another power."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from engine.schedules.base import Schedule


class Polynomial(Schedule, frozen=True, tag="polynomial"):
    """Falls to a floor at the end of the training: ``floor + (1 − floor)(1 − t/T)^power``.

    Power 1 is a straight line. ``T`` is counted from the end of the warm-up to the last step.
    """

    title: ClassVar[str] = "Linear or polynomial"
    order: ClassVar[int] = 35
    needs_end: ClassVar[bool] = True
    formula: ClassVar[tuple[str, ...]] = (
        r"\text{lr}_t = \text{lr} \cdot \left(\text{floor} + (1 - \text{floor}) \cdot \left(1 - \frac{t}{T}\right)^{\text{power}}\right)",
    )
    use: ClassVar[str] = (
        "A straight line with a warm-up for transformers, above all when trained weights are "
        "adapted to new data; power 0.9 for answers pixel by pixel. It differs little from "
        "Cosine."
    )
    trouble: ClassVar[str] = (
        "With a power of 3 less than a third of the rate is left after a third of the steps: the "
        "loss flattens early. As it has to know the end, a training that is made longer takes "
        "another course from its first step."
    )

    power: Annotated[
        float, Meta(gt=0, le=10, title="Power", description="1 falls along a straight line.")
    ] = 1.0
    floor: Annotated[
        float,
        Meta(ge=0, le=1, title="Floor", description="Share of the learning rate left at the end."),
    ] = 0.0

    def shape(self, step: int, total: int | None) -> float:
        """The power of what is left of the training."""
        if total is None:
            raise ValueError("a polynomial needs an end")
        span = max(1, total - self.warmup)
        left = max(0.0, 1 - (step - self.warmup) / span)
        return self.floor + (1 - self.floor) * float(left**self.power)
