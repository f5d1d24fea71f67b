"""Nothing is gained any more."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from engine.clinic.base import Ailment, Look, Rounds
from engine.clinic.chart import Chart
from engine.clinic.history import middle
from engine.clinic.learning import (
    VALIDATION,
    evaluations,
    has_losses,
    learned,
    start_of,
    train_loss,
)
from projects.schema import Project
from projects.translation import N_

RATE = "learning_rate"
Share = Annotated[float, Meta(ge=0, le=1)]


class OnPlateau(Ailment, frozen=True, kw_only=True, tag="plateau"):
    """Neither loss has fallen for half of the training, though there is something left to gain.

    The last quarter of the rounds is less than 2 % of the way from a blind answer to a loss of 0 ahead of the second
    one, by the medians of training and of validation losses, while the learning rate was as high as ever.
    Training examples that are practically learned (95 % of the way) need nothing more. Bengio 2012, *Practical
    recommendations for gradient-based training of deep architectures*, section 3.1; He et al. 2016, section 3.4,
    for what a lower rate does on a plateau.
    """

    title: ClassVar[str] = N_("Plateau")
    order: ClassVar[int] = 114
    meaning: ClassVar[str] = N_(
        "The loss has stopped to fall. At a learning rate this high the weights may only jump around the place "
        "that they are looking for: a lower rate then brings another drop. If it does not, the network has found "
        "what it can, and more steps are lost time."
    )
    source: ClassVar[str] = N_("Bengio 2012, section 3.1; He et al. 2016, section 3.4")
    remedies: ClassVar[tuple[str, ...]] = (
        *("lower_on_plateau", "slower_both", "cosine_schedule", "larger_layers", "stop_early"),
    )
    healthy: ClassVar[str] = N_("there is progress, or nothing left to gain")
    formula: ClassVar[tuple[str, ...]] = (
        r"\frac{\mathrm{med}\,L_{\text{second quarter}} - \mathrm{med}\,L_{\text{last quarter}}}{L_{\mathrm{blind}}} < 0.02",
    )
    use: ClassVar[str] = (
        "Of both losses, while the rate is as high as ever and the training examples are not learned yet. Lower the rate to a tenth "
        "and watch: a drop says that steps were too long for the valley; none says that the network has found what it can."
    )
    trouble: ClassVar[str] = (
        "Some losses stand still for long and fall then all the same, as of tasks with a trick to them. On noisy data the loss "
        "that stays is that of the noise, and no rate brings it down."
    )

    warm_up: Rounds = 40
    patience: Rounds = 8
    evaluations: Annotated[int, Meta(ge=2, le=100)] = 5
    gain: Share = 0.02
    calm: Share = 0.03
    least: Share = 0.1
    solved: Share = 0.95

    def concerns(self, project: Project) -> bool:
        """Trainings whose rate does not fall by itself."""
        return has_losses(project) and project.recipe.schedule.type == "constant"

    def look(self, chart: Chart, project: Project) -> Look | None:
        """Judge what the last half of the training has brought."""
        told, count = evaluations(chart), len(chart.rounds)
        if len(told) < 2 * self.evaluations:
            return None
        half = max(count // 2, count - int(told.at[-self.evaluations]))
        quarter = half // 2
        late, early = told.at >= count - quarter, told.at < count - half
        early &= told.at >= count - half - quarter
        now, then = (train_loss(chart, last, quarter) for last in (count - 1, count - half - 1))
        since, before = (middle(told.loss[part]) for part in (late, early))
        scale = start_of(chart)
        if not (math.isfinite(now + then + before + since) and scale > 0):
            return None
        gained = max(before - since, then - now) / scale
        part = max(learned(chart, now), learned(chart, since))
        return Look(
            curve=VALIDATION,
            figure=gained,
            limit=self.gain,
            sick=gained < self.gain and self.least < part < self.solved and not _falls(chart),
            well=gained > self.calm,
            sentence=N_(
                "the last {steps:,} steps have brought {gained:.1%} of the way to a loss of 0, of which {part:.0%} is done; "
                "a plateau below {limit:.0%}"
            ),
            details={
                "steps": chart.rounds[-1] - chart.step_ago(half),
                "gained": max(gained, 0.0),
                "part": part,
                "limit": self.gain,
            },
            line=before,
            rounds=min(150, half),
        )


def _falls(chart: Chart) -> bool:
    """Whether the learning rate has been lowered meanwhile."""
    rates = chart.found(RATE, len(chart.rounds))
    return bool(len(rates)) and float(rates[-1]) < 0.9 * float(np.max(rates))
