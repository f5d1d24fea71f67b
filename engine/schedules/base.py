"""What every schedule declares; :data:`SCHEDULES` is the catalogue of them."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from engine.declare import Catalogue, Declared


class Schedule(Declared, frozen=True, kw_only=True):
    """Base of every schedule.

    Class attributes:
        needs_end: Whether it has to know how many steps the training will have.
    """

    needs_end: ClassVar[bool] = False

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


SCHEDULES: Catalogue[Schedule] = Catalogue("schedule", Schedule, "engine.schedules")
