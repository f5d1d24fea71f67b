"""Which classes are taken for which."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from engine.probes.base import Gauge, Probe, Rate

if TYPE_CHECKING:
    from engine.compute.task import Evaluation, Pictures, Task


class Confusion(Probe, frozen=True, tag="confusion"):
    """The confusion matrix of every evaluation: rows are the true classes, columns the answers."""

    title: ClassVar[str] = "Confusion matrix"
    order: ClassVar[int] = 30
    stream: ClassVar[str] = "confusion"
    of_evaluations: ClassVar[bool] = True
    formula: ClassVar[tuple[str, ...]] = (
        r"C_{ij} = \text{examples of class } i \text{ answered } j",
        r"\mathrm{accuracy} = \frac{\sum_i C_{ii}}{\sum_{ij} C_{ij}}, \qquad F_1(i) = \frac{2\,C_{ii}}{\sum_j C_{ij} + \sum_j C_{ji}}",
    )
    use: ClassVar[str] = (
        "For every Classification: accuracy says how many are wrong, this says which. Two classes "
        "that swap are alike or wrongly labelled; a full column is a class that is answered too "
        "often."
    )
    trouble: ClassVar[str] = (
        "Rows are counts: a rare class looks harmless though all of it is wrong, so compare "
        "within its row. Few validation examples make single cells chance."
    )
    source: ClassVar[str] = (
        "Stehman 1997, Selecting and interpreting measures of thematic classification accuracy; van Rijsbergen 1979, Information "
        "retrieval, chapter 7, for F"
    )

    rate: Rate = 2.0

    def gauge(self, task: Task) -> Gauge:
        """Return what looks at a training."""
        return ConfusionGauge(task)


class ConfusionGauge(Gauge):
    """Passes on the matrices that evaluations give."""

    def evaluated(self, evaluation: Evaluation) -> Pictures | None:
        """Return the matrix, when the objective has one."""
        if evaluation.confusion is None:
            return None
        classes = list(self.task.context.data.info.classes)
        return {"counts": evaluation.confusion}, {"classes": classes, "split": evaluation.split}
