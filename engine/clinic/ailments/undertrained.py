"""The discriminator has not learned to tell anything."""

from __future__ import annotations

from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from engine.adversarial.tricks.inputs import InstanceNoise
from engine.clinic.base import Ailment, Look, Rounds
from engine.clinic.chart import Chart
from engine.clinic.game import PROBABILITIES, draws, is_alone, loss_of, tricks
from engine.clinic.vitals import Numbers
from projects.schema import Project
from projects.translation import N_

Share = Annotated[float, Meta(ge=0, le=1)]

COVERAGE = "coverage"


class Undertrained(Ailment, frozen=True, kw_only=True, tag="undertrained_discriminator"):
    """The discriminator tells real from generated examples no better than a coin, and never did.

    Its lead is D(real) − D(generated) where these are probabilities, else by how much the share of pairs told
    apart exceeds one half. At the end of a good training there is no lead either, but by then there has been
    one: so what counts is the mean lead of the last rounds, and the best that it was over as many together
    before. A generator may also have arrived before a lead could be seen: samples that cover 30 % of the examples
    (Naeem et al. 2020) are no noise, whatever is told of them. Arjovsky et al. 2017 (*Wasserstein GAN*), section 3: a discriminator near its best answer is what
    makes the generator's gradient worth following.
    """

    title: ClassVar[str] = N_("Discriminator under-trained")
    order: ClassVar[int] = 26
    meaning: ClassVar[str] = N_(
        "The discriminator judges at random, so the generator follows a signal that means nothing. Both losses "
        "stand still as if all were well, and the samples stay noise."
    )
    source: ClassVar[str] = N_("Arjovsky et al. 2017, section 3")
    remedies: ClassVar[tuple[str, ...]] = (
        *("faster_discriminator", "ttur", "more_critic_steps", "slower_generator"),
    )
    healthy: ClassVar[str] = N_("discriminator has learned")
    formula: ClassVar[tuple[str, ...]] = (
        r"\ell = \sigma(D(x)) - \sigma(D(G(z)))",
        r"\text{other losses:} \quad \ell = P(D(x) > D(G(z))) - \frac{1}{2}",
        r"\bar{\ell}_{16} < 0.06 \quad \text{and never} \quad \bar{\ell}_{16} \geq 0.12",
    )
    use: ClassVar[str] = (
        "A mean over 16 rounds of how much the discriminator knows, ℓ. At the end of a good game "
        "ℓ is small as well; that it never was larger is what makes it an ailment. Generated "
        "noise on the sheet confirms it."
    )
    trouble: ClassVar[str] = (
        "A generator that starts close to the data (few dimensions, standardised) may never give "
        "a lead to see. A strong penalty (R1 with a γ too large) has the same look: lower γ "
        "before training the discriminator more."
    )

    warm_up: Rounds = 20
    patience: Rounds = 12
    window: Rounds = 16
    lead: Share = 0.06
    calm: Share = 0.1
    once: Share = 0.12
    covered: Share = 0.3

    def concerns(self, project: Project) -> bool:
        """Games about examples that are drawn, by a generator that has nothing else to learn from.

        Of pairs of images much is alike in both; beside an error of its own a decoder soon makes what a
        discriminator is never sure of.
        """
        return draws(project) and is_alone(project)

    def look(self, chart: Chart, project: Project) -> Look | None:
        """Judge what it can tell now, and ever could; while noise lies over all that it sees it is meant to have no lead."""
        noisy = (trick.steps for trick in tricks(project) if isinstance(trick, InstanceNoise))
        if chart.step_ago(self.window) < max(noisy, default=0):
            return None
        curve, leads = _leads(chart, project)
        leads = leads[np.isfinite(leads)]
        if len(leads) < self.window:
            return None
        sums = np.cumsum(np.concatenate([[0.0], leads]))
        means = (sums[self.window :] - sums[: -self.window]) / self.window
        now, best = float(means[-1]), float(means.max())
        arrived = bool((chart.found(COVERAGE, 1) >= self.covered).any())
        return Look(
            curve=curve,
            figure=now,
            limit=self.lead,
            sick=now < self.lead and best < self.once and not arrived,
            well=now > self.calm or best >= self.once or arrived,
            sentence=N_(
                "lead of the discriminator {now:.3f}, {best:.3f} at its best; no lead is chance, and under-trained "
                "is one below {limit} that never was {once}"
            ),
            details={"now": now, "best": best, "limit": self.lead, "once": self.once},
            rounds=self.window,
        )


def _leads(chart: Chart, project: Project) -> tuple[str, Numbers]:
    """The curve that shows the lead, and the lead in every round."""
    count = len(chart.rounds)
    if loss_of(project) in PROBABILITIES:
        return "d_real", chart.medians("d_real", count) - chart.medians("d_fake", count)
    return "d_accuracy", chart.medians("d_accuracy", count) - 0.5
