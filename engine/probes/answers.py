"""What is answered for a fixed choice of examples: the worst mistakes, how sure answers are, how they rank."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from engine.probes.base import Gauge, Probe, Rate

if TYPE_CHECKING:
    from engine.compute.answers import Answers
    from engine.compute.task import Evaluation, Pictures, Task


class AnswersProbe(Probe, frozen=True, tag="answers"):
    """The answers of every evaluation for up to 1,024 examples, the same ones every time.

    Of what names classes the probabilities and the loss −log p of the right class, of what foretells numbers truths
    and answers. Panels make of them the worst mistakes, calibration, ROC and precision–recall curves and residuals.
    The examples themselves are told once.
    """

    formula: ClassVar[tuple[str, ...]] = (
        r"\mathrm{ECE} = \sum_b \frac{n_b}{n}\,\left|\mathrm{right}_b - \mathrm{certainty}_b\right|",
        r"\mathrm{Brier} = \frac{1}{n}\sum_{i,k} (p_{ik} - y_{ik})^2",
        r"\mathrm{precision} = \frac{TP}{TP + FP} \qquad \mathrm{recall} = \frac{TP}{TP + FN}",
    )
    use: ClassVar[str] = (
        "Look at the worst mistakes first: wrong labels and odd examples stand out. Calibration matters where "
        "somebody acts on the probability; ROC and precision–recall where the threshold is yours to choose."
    )
    trouble: ClassVar[str] = (
        "Of few examples every curve is noisy. Where a class is rare a ROC curve flatters; look at "
        "precision–recall. Networks that learn for long become too certain."
    )
    source: ClassVar[str] = (
        "Guo et al. 2017, On calibration of modern neural networks; Brier 1950, Verification of forecasts "
        "expressed in terms of probability; Fawcett 2006, An introduction to ROC analysis; Davis & Goadrich 2006, "
        "The relationship between precision-recall and ROC curves"
    )

    title: ClassVar[str] = "Answers"
    order: ClassVar[int] = 32
    stream: ClassVar[str] = "answers"
    subject: ClassVar[str] = "examples"
    of_evaluations: ClassVar[bool] = True

    rate: Rate = 2.0

    def gauge(self, task: Task) -> Gauge:
        """Return what looks at a training."""
        return AnswersGauge(task)


class AnswersGauge(Gauge):
    """Passes on the answers that evaluations give."""

    def __init__(self, task: Task) -> None:
        super().__init__(task)
        self._last: Answers | None = None

    def evaluated(self, evaluation: Evaluation) -> Pictures | None:
        """Return the answers, when the objective gives some."""
        self._last = found = evaluation.answers
        if found is None:
            return None
        part = getattr(self.task.context.data, evaluation.split)
        info = {
            "kind": found.kind,
            "classes": list(self.task.context.data.info.classes),
            "split": evaluation.split,
            "of": len(part.inputs),
            **found.info,
        }
        return found.arrays, info

    def subject(self) -> Pictures | None:
        """Return the examples that are answered."""
        from engine.compute.answers import examples

        if self._last is None:
            return None
        data = self.task.context.data
        return examples(data, data.validation, self._last.places)
