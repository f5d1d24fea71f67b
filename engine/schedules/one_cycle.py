"""A learning rate that rises and falls once."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar

from msgspec import Meta

from engine.schedules.base import Schedule


class OneCycle(Schedule, frozen=True, tag="one_cycle"):
    """Rises from a share of the learning rate to all of it, then falls to nearly nothing.

    Both ways are half a cosine. Meanwhile momentum (or β₁) falls and rises again, if *Cycle momentum* is
    on and the optimiser has some.
    """

    title: ClassVar[str] = "One cycle"
    order: ClassVar[int] = 40
    needs_end: ClassVar[bool] = True
    formula: ClassVar[tuple[str, ...]] = (
        r"\text{lr}_t = \text{lr} \cdot \begin{cases} e(\text{first}, 1, t / t_1) & \quad t \le t_1 \\ e(1, \text{last}, (t - t_1) / (T - 1 - t_1)) & \quad t > t_1 \end{cases}",
        r"e(a, b, s) = b + (a - b) \cdot \frac{1}{2}(1 + \cos \pi s)",
        r"t_1 = \text{rise} \cdot T - 1",
        r"\mu_t = \begin{cases} e(\text{high}, \text{low}, t / t_1) & \quad t \le t_1 \\ e(\text{low}, \text{high}, (t - t_1) / (T - 1 - t_1)) & \quad t > t_1 \end{cases}",
    )
    use: ClassVar[str] = (
        "For short trainings of 5 to 30 epochs by SGD with momentum, with a learning rate three "
        "to ten times that of a constant one: large steps in the middle act against overfitting."
    )
    trouble: ClassVar[str] = (
        "If the top is too high the loss leaps at about a third of the training and does not come "
        "back before the end: halve the learning rate. Games of two networks lose their balance "
        "in the middle; leave them at Constant."
    )
    source: ClassVar[str] = (
        "Smith & Topin 2018, Super-convergence: very fast training of neural networks using large "
        "learning rates"
    )

    rise: Annotated[
        float,
        Meta(gt=0, lt=1, title="Rise", description="Share of the training in which it rises."),
    ] = 0.3
    start: Annotated[
        float,
        Meta(
            gt=0, le=1, title="First", description="Share of the learning rate at the first step."
        ),
    ] = 0.04
    end: Annotated[
        float,
        Meta(ge=0, le=1, title="Last", description="Share of the learning rate at the last step."),
    ] = 4e-6
    cycle: Annotated[
        bool,
        Meta(title="Cycle momentum", description="Move momentum (or β₁) the other way round."),
    ] = True
    high: Annotated[
        float,
        Meta(
            ge=0,
            le=0.99999,
            title="Highest momentum",
            description="At the first and the last step.",
            extra={"when": {"cycle": True}},
        ),
    ] = 0.95
    low: Annotated[
        float,
        Meta(
            ge=0,
            le=0.99999,
            title="Lowest momentum",
            description="Where the learning rate is highest.",
            extra={"when": {"cycle": True}},
        ),
    ] = 0.85

    def shape(self, step: int, total: int | None) -> float:
        """Up, then down."""
        rising, done = self._place(step, total)
        return _eased(self.start, 1.0, done) if rising else _eased(1.0, self.end, done)

    def inertia(self, step: int, total: int | None) -> float | None:
        """Down, then up."""
        if not self.cycle or step < self.warmup:
            return self.high if self.cycle else None
        rising, done = self._place(step, total)
        ends = (self.high, self.low) if rising else (self.low, self.high)
        return _eased(*ends, done)

    def _place(self, step: int, total: int | None) -> tuple[bool, float]:
        """Whether it rises still, and which share of the way is done."""
        if total is None:
            raise ValueError("one cycle needs an end")
        last = max(1, total - self.warmup - 1)
        top = self.rise * (total - self.warmup) - 1
        since = step - self.warmup
        if since <= top:
            return True, since / top if top > 0 else 1.0
        return False, min(1.0, (since - top) / (last - top))


def _eased(first: float, last: float, done: float) -> float:
    return last + (first - last) * 0.5 * (1 + math.cos(math.pi * done))
