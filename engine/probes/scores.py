"""How good samples are, in figures, classes or modes, and beside what was learned."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from engine.probes.base import Gauge, Probe, Rate

if TYPE_CHECKING:
    from engine.compute.task import Evaluation, Pictures, Task


class Scores(Probe, frozen=True, tag="scores"):
    """A picture of every scoring of samples: share of every class or mode, and samples that look copied.

    When samples are scored is for the objective to say (``objective.scores``).
    """

    title: ClassVar[str] = "Scores of samples"
    order: ClassVar[int] = 35
    stream: ClassVar[str] = "scores"
    of_evaluations: ClassVar[bool] = True

    rate: Rate = 60.0

    def gauge(self, task: Task) -> Gauge:
        """Return what looks at a training."""
        return ScoresGauge(task)


class ScoresGauge(Gauge):
    """Passes on the pictures that scorings give."""

    def evaluated(self, evaluation: Evaluation) -> Pictures | None:
        """Return the picture, when it was one of samples."""
        return evaluation.pictures
