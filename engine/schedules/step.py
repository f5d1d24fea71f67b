"""A learning rate that drops by steps."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from engine.schedules.base import Schedule


class StepDecay(Schedule, frozen=True, tag="step"):
    """Multiplies the learning rate by a factor after every so many steps: ``γ^⌊t / every⌋``."""

    title: ClassVar[str] = "Step"
    order: ClassVar[int] = 20
    formula: ClassVar[tuple[str, ...]] = (
        r"\text{lr}_t = \text{lr} \cdot \gamma^{\lfloor t / \text{every} \rfloor}",
    )
    use: ClassVar[str] = (
        "For recipes of papers that name their drops: factor 0.1 after each third of a training "
        "by SGD. If you need not follow one, Cosine has less to choose."
    )
    trouble: ClassVar[str] = (
        "A drop too early freezes the network: the loss falls by a step and then stays, above "
        "what a longer wait would have reached. It counts steps, warm-up included, and not "
        "epochs: with another batch size or more data the drops fall elsewhere."
    )

    every: Annotated[
        int,
        Meta(
            ge=1,
            le=10**9,
            title="Every",
            description="Steps between two drops.",
            extra={"unit": "steps"},
        ),
    ] = 1000
    gamma: Annotated[
        float, Meta(gt=0, le=1, title="Factor", description="What remains after a drop.")
    ] = 0.5

    def shape(self, step: int, total: int | None) -> float:
        """The factor to the power of the drops so far."""
        return float(self.gamma ** (step // self.every))
