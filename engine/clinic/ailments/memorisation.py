"""The generator copies its training examples."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from engine.clinic.base import Ailment, Look, Rounds
from engine.clinic.chart import Chart
from engine.clinic.game import draws
from projects.schema import Project
from projects.translation import N_

CURVE = "memorisation"


class Memorisation(Ailment, frozen=True, kw_only=True, tag="memorisation"):
    """Samples lie much nearer to the training examples than new data do.

    Judged by the last scorings: how far the nearest training example is by those around, in the median, as a share
    of the same of held-back examples. Sick below three quarters; new samples lie as
    near as new data, or farther. Carlini et al. 2023, *Extracting training data from
    diffusion models*, for the measure; Karras et al. 2020 (ADA), section 2, for the cause.
    """

    title: ClassVar[str] = N_("Memorisation")
    order: ClassVar[int] = 60
    meaning: ClassVar[str] = N_(
        "The samples are copies of single training examples, not new ones of their kind. It happens where there "
        "are few examples and the discriminator has learned them by heart."
    )
    source: ClassVar[str] = N_("Karras et al. 2020, section 2; Carlini et al. 2023")
    remedies: ClassVar[tuple[str, ...]] = ("diff_augment", "dropout", "r1", "instance_noise")
    healthy: ClassVar[str] = N_("samples new")
    formula: ClassVar[tuple[str, ...]] = (
        r"s(x) = \frac{\lVert x - x_{(1)} \rVert}{\frac{1}{50}\sum_{i=1}^{50} \lVert x - x_{(i)} \rVert}",
        r"\frac{\mathrm{med}\,s(\text{samples})}{\mathrm{med}\,s(\text{held-back examples})} < 0.75 \quad \text{in both last scorings}",
    )
    use: ClassVar[str] = (
        "1 is as new as new data, 0 is copies; x₍ᵢ₎ are the nearest training examples in the "
        "features of the scores. Look at the pairs of a sample and its nearest example in the "
        "panel of scores before you believe either verdict."
    )
    trouble: ClassVar[str] = (
        "Mirrored or shifted copies may escape, as features see them as new. Without held-back "
        "examples, or with copies among them, nothing is measured. Data that lie on a thin line "
        "(Swiss roll) put every good sample near an example."
    )

    warm_up: Rounds = 20
    patience: Rounds = 12
    scorings: Annotated[int, Meta(ge=1, le=20)] = 2
    share: Annotated[float, Meta(gt=0, le=1)] = 0.75
    calm: Annotated[float, Meta(gt=0, le=1)] = 0.9

    def concerns(self, project: Project) -> bool:
        """Games about examples that are drawn."""
        return draws(project)

    def look(self, chart: Chart, project: Project) -> Look | None:
        """Judge the last scorings."""
        shares = chart.found(CURVE, self.scorings)
        if len(shares) < self.scorings:
            return None
        worst = float(shares.max())
        return Look(
            curve=CURVE,
            figure=worst,
            limit=self.share,
            sick=worst < self.share,
            well=worst > self.calm,
            sentence=N_(
                "samples lie {now:.0%} as far from single training examples as new data do; copied below {limit:.0%}"
            ),
            details={"now": worst, "limit": self.share},
            line=self.share,
            rounds=min(40, len(chart.rounds)),
        )
