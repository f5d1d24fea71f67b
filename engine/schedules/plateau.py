"""A learning rate that falls when an evaluation is no better any more."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, ClassVar

from msgspec import Meta

from engine.schedules.base import Schedule


class Plateau(Schedule, frozen=True, tag="plateau"):
    """Multiplies the learning rate by a factor when a metric has not become better for a while.

    Better means by more than *Threshold*, as a share of the best so far. After a drop it waits for
    *Cooldown* evaluations before it counts again. The same as ``ReduceLROnPlateau`` of PyTorch.
    """

    title: ClassVar[str] = "On a plateau"
    order: ClassVar[int] = 50
    watches: ClassVar[bool] = True
    formula: ClassVar[tuple[str, ...]] = (
        r"x \text{ is better if } x < x_{\text{best}} - \text{threshold} \cdot |x_{\text{best}}|",
        r"\text{lr} \leftarrow \max(\gamma \cdot \text{lr}, \text{floor} \cdot \text{lr}_0)",
        r"\text{after more than patience evaluations without a better one}",
    )
    use: ClassVar[str] = (
        "When it is open how long a training has to be, and the validation part is large enough "
        "to be believed. With a known length Cosine needs no metric."
    )
    trouble: ClassVar[str] = (
        "A restless metric looks like a plateau: the rate drops several times in a row and "
        "learning ends early. Raise the patience, or evaluate on more examples. In games of two "
        "networks losses do not fall with progress: watch a distance instead."
    )

    metric: Annotated[
        str,
        Meta(
            title="Metric",
            description="Watched metric, for example validation_loss.",
            max_length=64,
        ),
    ] = "validation_loss"
    gamma: Annotated[
        float, Meta(gt=0, lt=1, title="Factor", description="What remains after a drop.")
    ] = 0.1
    patience: Annotated[
        int,
        Meta(ge=0, le=100_000, title="Patience", description="Evaluations without progress."),
    ] = 5
    threshold: Annotated[
        float, Meta(ge=0, le=1, title="Threshold", description="Less progress counts for none.")
    ] = 1e-4
    cooldown: Annotated[
        int,
        Meta(
            ge=0,
            le=100_000,
            title="Cooldown",
            description="Evaluations after a drop that do not count.",
        ),
    ] = 0
    floor: Annotated[
        float,
        Meta(
            ge=0, le=1, title="Floor", description="Share of the learning rate that always stays."
        ),
    ] = 0.0

    def shape(self, step: int, total: int | None) -> float:
        """Always 1: what drops is remembered."""
        return 1.0

    def begin(self) -> dict[str, float]:
        """Nothing is good yet."""
        return {"factor": 1.0, "best": -math.inf, "stale": 0.0, "waiting": 0.0}

    def after_evaluation(
        self, state: Mapping[str, float], metrics: Mapping[str, float], higher: bool
    ) -> dict[str, float]:
        """Count evaluations without progress, and drop when the patience is used up."""
        if self.metric not in metrics:
            return dict(state)
        value = metrics[self.metric] if higher else -metrics[self.metric]
        factor, best, stale = state["factor"], state["best"], state["stale"] + 1
        waiting = state["waiting"]
        if value > best + self.threshold * abs(best) if math.isfinite(best) else value > best:
            best, stale = value, 0.0
        if waiting > 0:
            waiting, stale = waiting - 1, 0.0
        if stale > self.patience:
            factor = max(self.floor, factor * self.gamma)
            waiting, stale = float(self.cooldown), 0.0
        return {"factor": factor, "best": best, "stale": stale, "waiting": waiting}
