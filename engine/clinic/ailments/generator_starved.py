"""The generator gets no gradient to learn from."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar

from msgspec import Meta

from engine.clinic.base import Ailment, Look, Rounds
from engine.clinic.chart import Chart
from engine.clinic.game import is_alone, recent
from projects.schema import Project
from projects.translation import N_

CURVE = "gradient_norm/generator"
BEST = 20  # so many rounds, or a tenth of them, make what it once had


class GeneratorStarved(Ailment, frozen=True, kw_only=True, tag="generator_starved"):
    """The discriminator wins and the gradient that reaches the generator has all but vanished.

    Sick while the median gradient norm of the generator is below 2 % of what it was in its 20 best rounds
    (or the best tenth of them), and the discriminator scores at least 98 % of the pairs right. The second condition tells
    starving from having arrived: at the end of a good training gradients get small because the two kinds
    cannot be told apart. That is what the minimax loss does by nature.
    """

    title: ClassVar[str] = N_("Generator starved")
    order: ClassVar[int] = 20
    meaning: ClassVar[str] = N_(
        "The loss of the generator has gone flat where the discriminator is sure: almost no gradient reaches "
        "it, so its weights stand still. More training does not help; the game has to be changed."
    )
    source: ClassVar[str] = N_(
        "Goodfellow et al. 2014, section 3; Arjovsky & Bottou 2017, theorem 2.4"
    )
    remedies: ClassVar[tuple[str, ...]] = (
        *("non_saturating_loss", "relativistic_loss", "r1", "slower_discriminator"),
        *("instance_noise", "one_critic_step"),
    )
    healthy: ClassVar[str] = N_("gradient reaches the generator")
    formula: ClassVar[tuple[str, ...]] = (
        r"\frac{\mathrm{med}\,\lVert g_G \rVert}{\text{of its 20 best rounds}} < 0.02",
        r"\text{while} \quad P(D(x) > D(G(z))) \geq 0.98",
    )
    use: ClassVar[str] = (
        "Medians of the last 6 rounds. It says that waiting is useless: change the loss first "
        "(Non-saturating in place of Minimax), then hold the discriminator back."
    )
    trouble: ClassVar[str] = (
        "Twenty rounds of enormous gradients early on raise what it once had, and what is normal "
        "later looks starved. A good end looks alike in the gradient; only the pairs told apart, "
        "98 % or more, say that it is none."
    )

    warm_up: Rounds = 8
    patience: Rounds = 6
    window: Rounds = 6
    share: Annotated[float, Meta(gt=0, lt=1)] = 0.02
    calm: Annotated[float, Meta(gt=0, lt=1)] = 0.1
    ahead: Annotated[float, Meta(ge=0.5, le=1)] = 0.98

    def concerns(self, project: Project) -> bool:
        """Games whose generator gets nothing but what the discriminator gives."""
        return is_alone(project)

    def look(self, chart: Chart, project: Project) -> Look | None:
        """Judge what reaches the generator, beside what once did."""
        now = recent(chart, CURVE, self.window)
        right = recent(chart, "d_accuracy", self.window)
        past = chart.ordered(CURVE)
        if not math.isfinite(now + right) or not len(past):
            return None
        best = past[-1 - min(BEST, len(past) // 10)]
        share = now / best if best > 0 else 0.0
        return Look(
            curve=CURVE,
            figure=share,
            limit=self.share,
            sick=share < self.share and right >= self.ahead,
            well=share > self.calm or right < 0.9,
            sentence=N_(
                "gradient norm {now:.1e}, {share:.2%} of the {best:.1e} that it had; starved below {limit:.0%} "
                "while {right:.0%} of pairs are told apart"
            ),
            details={"now": now, "share": share, "best": best, "limit": self.share, "right": right},
            line=self.share * best,
            rounds=self.window,
        )
