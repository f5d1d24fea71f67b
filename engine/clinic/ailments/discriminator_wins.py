"""The discriminator is too strong."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar

from msgspec import Meta

from engine.clinic.base import Ailment, Look, Rounds
from engine.clinic.chart import Chart
from engine.clinic.game import (
    PROBABILITIES,
    is_alone,
    is_bounded,
    is_relativistic,
    loss_of,
    recent,
)
from projects.schema import Project
from projects.translation import N_

Share = Annotated[float, Meta(ge=0, le=1)]


class DiscriminatorWins(Ailment, frozen=True, tag="discriminator_wins"):
    """The discriminator tells real from generated examples without an effort, for long.

    Where σ(D) is a probability, it is sick while the medians of D(real) and of 1 − D(generated) are both above
    0.95; where σ(D(real) − D(generated)) is one, while that is: pairs may all be told apart by a hair, and the generator
    learns as well as ever. Under other losses the scale of D says nothing, and what counts is that it scores practically every
    real example above its generated partner. A Wasserstein critic is meant to be as good as it can be:
    this is no ailment there. Arjovsky & Bottou 2017, *Towards principled methods for training generative
    adversarial networks*, section 2.
    """

    title: ClassVar[str] = N_("Discriminator too strong")
    order: ClassVar[int] = 24
    meaning: ClassVar[str] = N_(
        "The discriminator is always right, so nothing that the generator tries looks better than anything "
        "else. The generator learns slowly or in jumps, and its samples stay poor."
    )
    source: ClassVar[str] = N_("Arjovsky & Bottou 2017, section 2")
    remedies: ClassVar[tuple[str, ...]] = (
        *("slower_discriminator", "r1", "instance_noise", "label_smoothing", "one_critic_step"),
        *("relativistic_loss", "dropout"),
    )
    healthy: ClassVar[str] = N_("discriminator in balance")
    formula: ClassVar[tuple[str, ...]] = (
        r"\min(\mathrm{med}\,\sigma(D(x)), 1 - \mathrm{med}\,\sigma(D(G(z)))) > 0.95",
        r"\text{relativistic:} \quad \sigma(\mathrm{med}\,(D(x) - D(G(z)))) > 0.95",
        r"\text{other losses:} \quad \mathrm{med}\,P(D(x) > D(G(z))) > 0.995",
    )
    use: ClassVar[str] = (
        "Medians of the last 8 rounds, seen in 8 rounds before it is confirmed. Look at the "
        "samples beside it: as long as they improve, a strong discriminator is no harm. Generator "
        "starved is the same with nothing left to learn from."
    )
    trouble: ClassVar[str] = (
        "At the very beginning every game looks so; that is what the warm-up is for. With little "
        "data it comes from learning by heart: then augmentation helps more than a slower "
        "discriminator. Label smoothing lowers D(real) and so hides it."
    )

    patience: Rounds = 8
    window: Rounds = 8
    sure: Share = 0.95
    calm: Share = 0.9
    pairs: Share = 0.995
    pairs_calm: Share = 0.97

    def concerns(self, project: Project) -> bool:
        """Games whose generator has nothing else to learn from, and whose discriminator is no critic."""
        return is_alone(project) and not is_bounded(project)

    def look(self, chart: Chart, project: Project) -> Look | None:
        """Judge how sure the discriminator is."""
        if is_relativistic(project):
            return self._look_at_lead(chart)
        if loss_of(project) not in PROBABILITIES:
            return self._look_at_pairs(chart)
        real = recent(chart, "d_real", self.window)
        fake = recent(chart, "d_fake", self.window)
        if not math.isfinite(real + fake):
            return None
        sure = min(real, 1 - fake)
        return Look(
            curve="d_fake",
            figure=sure,
            limit=self.sure,
            sick=sure > self.sure,
            well=sure < self.calm,
            sentence=N_(
                "D(real) {real:.2f} and D(generated) {fake:.2f}; too sure above {limit} and below {low}"
            ),
            details={
                "real": real,
                "fake": fake,
                "limit": self.sure,
                "low": round(1 - self.sure, 3),
            },
            line=1 - self.sure,
            rounds=self.window,
        )

    def _look_at_lead(self, chart: Chart) -> Look | None:
        gap = recent(chart, "logit_gap", self.window)
        if not math.isfinite(gap):
            return None
        sure = (1 + math.tanh(gap / 2)) / 2
        return Look(
            curve="logit_gap",
            figure=sure,
            limit=self.sure,
            sick=sure > self.sure,
            well=sure < self.calm,
            sentence=N_(
                "real examples beat generated ones with a probability of {sure:.2f}; too sure above {limit}"
            ),
            details={"sure": sure, "limit": self.sure},
            line=math.log(self.sure / (1 - self.sure)),
            rounds=self.window,
        )

    def _look_at_pairs(self, chart: Chart) -> Look | None:
        right = recent(chart, "d_accuracy", self.window)
        if not math.isfinite(right):
            return None
        return Look(
            curve="d_accuracy",
            figure=right,
            limit=self.pairs,
            sick=right > self.pairs,
            well=right < self.pairs_calm,
            sentence=N_("{right:.1%} of pairs told apart; too sure above {limit:.1%}"),
            details={"right": right, "limit": self.pairs},
            line=self.pairs,
            rounds=self.window,
        )
