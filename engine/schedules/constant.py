"""A learning rate that stays."""

from __future__ import annotations

from typing import ClassVar

from engine.schedules.base import Schedule


class Constant(Schedule, frozen=True, tag="constant"):
    """The learning rate stays what it is."""

    title: ClassVar[str] = "Constant"
    order: ClassVar[int] = 10

    def shape(self, step: int, total: int | None) -> float:
        """Always 1."""
        return 1.0
