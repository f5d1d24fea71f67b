"""Rare classes are passed over."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from engine.clinic.base import Ailment, Look, Rounds
from engine.clinic.chart import Chart
from engine.clinic.history import middle
from engine.clinic.learning import names_examples
from projects.schema import Project
from projects.translation import N_

F1, ACCURACY = "validation_macro_f1", "validation_accuracy"
Share = Annotated[float, Meta(ge=0, le=1)]


class ClassImbalance(Ailment, frozen=True, kw_only=True, tag="class_imbalance"):
    """The classes are uneven, and the network names the rare ones far less well.

    Sick where the most frequent class has ten times as many training examples as the rarest one and, at the last
    three evaluations, the macro F1, in which every class counts alike, is more than 0.1 below the accuracy, in which
    every example does. He & Garcia 2009, *Learning from imbalanced data*, sections 2 and 4.
    """

    title: ClassVar[str] = N_("Class imbalance")
    order: ClassVar[int] = 118
    meaning: ClassVar[str] = N_(
        "Naming the frequent class is right so often that the rare ones are worth little to the loss, and the "
        "accuracy looks good all the same. Read the macro F1 and the confusion matrix instead."
    )
    source: ClassVar[str] = N_("He & Garcia 2009, sections 2 and 4")
    remedies: ClassVar[tuple[str, ...]] = ("class_weights", "focal_loss", "stratify_split")
    healthy: ClassVar[str] = N_("rare classes are named too")
    formula: ClassVar[tuple[str, ...]] = (
        r"\frac{n_{\max}}{n_{\min}} \geq 10 \quad \text{and} \quad \mathrm{accuracy} - F_1^{\mathrm{macro}} > 0.1",
    )
    use: ClassVar[str] = (
        "Mean of the last three evaluations. Read the rows of the confusion matrix: a rare class whose row is nearly all in the "
        "column of a frequent one is passed over. Class weights are the first thing to try."
    )
    trouble: ClassVar[str] = (
        "With a handful of validation examples of a class its F1 is chance: a stratified split gives every part its share. Rare "
        "classes that are easy are named all the same, and then nothing is said."
    )

    patience: Rounds = 8
    evaluations: Annotated[int, Meta(ge=1, le=100)] = 3
    uneven: Annotated[float, Meta(gt=1)] = 10.0
    gap: Share = 0.1
    calm: Share = 0.05

    def concerns(self, project: Project) -> bool:
        """One class for each example."""
        return names_examples(project)

    def look(self, chart: Chart, project: Project) -> Look | None:
        """Judge how much better the examples fare than the classes."""
        scores, right = (chart.found(name, self.evaluations) for name in (F1, ACCURACY))
        intake = chart.intake
        if intake is None or intake.classes < 2 or len(scores) < self.evaluations:
            return None
        f1, accuracy = middle(scores), middle(right)
        (common, many), (rare, few) = intake.common, intake.rare
        gap = accuracy - f1
        return Look(
            curve=F1,
            figure=gap,
            limit=self.gap,
            sick=many >= self.uneven * few and gap > self.gap,
            well=gap < self.calm,
            sentence=N_(
                "{many:,} training examples of {common} and {few:,} of {rare}; accuracy {accuracy:.1%}, macro F1 "
                "{f1:.2f}; too far apart above {limit:.2f}"
            ),
            details={
                "many": many,
                "common": common,
                "few": few,
                "rare": rare,
                "accuracy": accuracy,
                "f1": f1,
                "limit": self.gap,
            },
            line=accuracy - self.gap,
            rounds=min(40, len(chart.rounds)),
        )
