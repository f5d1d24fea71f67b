"""Some of the labels are wrong."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from engine.clinic.base import Ailment, Look, Rounds
from engine.clinic.chart import Chart
from engine.clinic.history import middle
from engine.clinic.learning import (
    SURE,
    SUREST,
    VALIDATION,
    evaluations,
    learned,
    names_examples,
)
from projects.schema import Project
from projects.translation import N_

ACCURACY = "validation_accuracy"
Share = Annotated[float, Meta(ge=0, le=1)]
Z = 1.64  # of 19 in 20


class LabelNoise(Ailment, frozen=True, kw_only=True, tag="label_noise"):
    """Labels contradict the network even where it is surest, on examples that it has never seen.

    Where classes look alike a network errs on some examples and is right about the others: of the 30 %
    validation examples that it is surest of practically none is wrong. Labels that are wrong at random hit those
    as often as any. Sick when at the best five evaluations more than 5 % of them are wrong, chance
    allowed for (the lower end of Wilson's interval), and at least 60 % as many as of all, while the network has learned to name
    examples better than by chance. Nothing is said while its learning rate is known to be too high, its start out of scale, its
    layers out of balance or many of its units dead: such a network errs anywhere. Northcutt et al. 2021, *Confident learning*; Arpit et al. 2017, *A closer look at
    memorization in deep networks*; for the measure Geifman & El-Yaniv 2017.
    """

    title: ClassVar[str] = N_("Label noise")
    order: ClassVar[int] = 116
    meaning: ClassVar[str] = N_(
        "About this part of the labels seems to be wrong, in training as well as in validation. A network first "
        "learns what most labels say, and later the wrong ones by heart. Look at the worst mistakes in the panel "
        "Samples: there the wrong labels come first."
    )
    source: ClassVar[str] = N_("Northcutt et al. 2021; Arpit et al. 2017; Geifman & El-Yaniv 2017")
    remedies: ClassVar[tuple[str, ...]] = (
        *("smooth_labels", "stop_early", "mix_examples", "decay_weights", "smaller_layers"),
    )
    hidden_by: ClassVar[tuple[str, ...]] = (
        *("rate_too_high", "initial_scale", "layer_imbalance", "dead_units"),
    )
    healthy: ClassVar[str] = N_("labels agree where the network is sure")
    formula: ClassVar[tuple[str, ...]] = (
        r"e_{30} = \text{wrong ones among the surest 30 %} \qquad e = \text{wrong ones of all}",
        r"W(e_{30}) > 0.05 \quad \text{and} \quad e_{30} \geq 0.6\, e",
    )
    use: ClassVar[str] = (
        "W is the lower end of Wilson’s interval, which allows for chance; the best five evaluations count. Look at the worst mistakes "
        "in the panel Samples and correct their labels; where that is too much work, smooth labels or stop early."
    )
    trouble: ClassVar[str] = (
        "A network that is sick in other ways may err where it is surest, too: cure those first. Mistakes of a labeller "
        "that follow a rule are learned as if they were right, and nothing contradicts them."
    )

    patience: Rounds = 6
    evaluations: Annotated[int, Meta(ge=1, le=100)] = 5
    wrong: Share = 0.05
    calm: Share = 0.03
    evenly: Share = 0.6
    better: Share = 0.2
    least: Share = 0.05

    def concerns(self, project: Project) -> bool:
        """One class for each example or for each step of it, which the input tells."""
        return names_examples(project) or project.objective.type == "sequence_labelling"

    def look(self, chart: Chart, project: Project) -> Look | None:
        """Judge the evaluations that were the best."""
        told = evaluations(chart, SURE)
        intake = chart.intake
        if intake is None or intake.classes < 2 or len(told) < self.evaluations:
            return None
        right = chart.medians(ACCURACY, len(chart.rounds))[told.at]
        best = np.argsort(-right, kind="stable")[: self.evaluations]
        sure, errors = middle(told.loss[best]), 1 - middle(right[best])
        count = SUREST * intake.counts.get("validation", 0)
        least = lower_end(sure, count)
        loss = chart.medians(VALIDATION, len(chart.rounds))[told.at[best]]
        knows = learned(chart, middle(loss)) > self.least
        above = 1 - errors / max(1 - intake.majority, 1e-9)
        evenly = sure / errors if errors > 0 else 0.0
        return Look(
            curve=SURE,
            figure=sure,
            limit=self.wrong,
            sick=least > self.wrong and evenly > self.evenly and above > self.better and knows,
            well=sure < self.calm or evenly < self.evenly / 2,
            sentence=N_(
                "{sure:.1%} of the answers that the network is surest of contradict the label, {errors:.1%} of all; "
                "noise above {limit:.0%}, where both are alike"
            ),
            details={"sure": sure, "errors": errors, "limit": self.wrong},
            line=self.wrong,
            rounds=min(150, len(chart.rounds)),
        )


def lower_end(share: float, count: float) -> float:
    """Return the lower end of Wilson's interval of a share that was found among so many; 0 among none."""
    if count <= 0:
        return 0.0
    square = Z * Z
    middle = share + square / (2 * count)
    spread = Z * math.sqrt(share * (1 - share) / count + square / (4 * count * count))
    return (middle - spread) / (1 + square / count)
