"""A learning rate that stays."""

from __future__ import annotations

from typing import ClassVar

from engine.schedules.base import Schedule


class Constant(Schedule, frozen=True, tag="constant"):
    """The learning rate stays what it is."""

    title: ClassVar[str] = "Constant"
    order: ClassVar[int] = 10
    formula: ClassVar[tuple[str, ...]] = (
        r"\text{lr}_t = \text{lr}",
        r"\text{lr}_t = \text{lr} \cdot \frac{t + 1}{\text{warm-up}} \quad \text{while } t < \text{warm-up}",
    )
    use: ClassVar[str] = (
        "For first trials, for games of two networks that never settle, and beside an average of "
        "the weights. For the last points of a score let it fall: Cosine, or On a plateau."
    )
    trouble: ClassVar[str] = (
        "Near the end the loss jitters around its minimum at a distance that grows with the rate: "
        "it neither falls nor diverges. Dividing the rate by ten shows at once whether that was "
        "it."
    )

    def shape(self, step: int, total: int | None) -> float:
        """Always 1."""
        return 1.0
