"""What every schedule declares; :data:`SCHEDULES` is the catalogue of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

from msgspec import Meta

from engine.declare import Catalogue, Declared


class Schedule(Declared, frozen=True, kw_only=True):
    """Base of every schedule.

    Class attributes:
        needs_end: Whether it has to know how many steps the training will have.
        watches: Whether it looks at evaluations (:meth:`after_evaluation`).
    """

    needs_end: ClassVar[bool] = False
    watches: ClassVar[bool] = False

    warmup: Annotated[
        int,
        Meta(
            ge=0,
            le=10**9,
            title="Warm-up",
            description="The learning rate rises evenly from 0 over this many steps.",
            extra={"unit": "steps"},
        ),
    ] = 0

    def factor(self, step: int, total: int | None) -> float:
        """What the learning rate is multiplied by.

        Args:
            step: Steps made before this one, from 0.
            total: Steps that the training will have, or None when it has no end.
        """
        if step < self.warmup:
            return (step + 1) / self.warmup
        return self.shape(step, total)

    def shape(self, step: int, total: int | None) -> float:
        """The factor after the warm-up; see :meth:`factor`."""
        raise NotImplementedError

    def inertia(self, step: int, total: int | None) -> float | None:
        """Momentum or β₁ of the step that follows ``step`` steps; None: what the optimiser says."""
        return None

    def begin(self) -> dict[str, float]:
        """What it remembers of evaluations, before the first one; ``factor`` multiplies the rate."""
        return {}

    def after_evaluation(
        self, state: Mapping[str, float], metrics: Mapping[str, float], higher: bool
    ) -> dict[str, float]:
        """Return what it remembers after an evaluation.

        Args:
            state: What it remembered before.
            metrics: What the evaluation found.
            higher: Whether the watched metric is better when it is higher.
        """
        return dict(state)


SCHEDULES: Catalogue[Schedule] = Catalogue("schedule", Schedule, "engine.schedules")
