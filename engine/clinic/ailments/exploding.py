"""Gradients that grow without bound."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from engine.clinic.base import Ailment, Breakdown, Look, Rounds
from engine.clinic.chart import Chart
from engine.clinic.game import apart, is_meant_for_one
from engine.clinic.history import middle
from engine.clinic.learning import TRAIN
from projects.schema import Project
from projects.translation import N_

START = "gradient_norm/"
GAP = "logit_gap"
CALM = 0.1
LEAST = 0.1


class Exploding(Ailment, frozen=True, kw_only=True, tag="exploding_gradients"):
    """The gradient of a network has grown a thousandfold, or again and again is that large for a moment.

    For each network the median gradient norm of the last rounds is held against its calm level, below which
    it was in a tenth of all rounds (and 0.1 at least: nothing explodes out of nothing), and so is the upper
    tenth of each round. Sick when the first is 300 times as large or the second 1,000 times in every other
    round; also where losses or gradients are not finite numbers. Pascanu et al. 2013, *On the difficulty of
    training recurrent neural networks*, section 2.

    A critic of slope 1 scores real and generated examples no farther apart on average than they are themselves, however they are
    paired (Arjovsky et al. 2017, *Wasserstein GAN*, section 3). Where nothing holds the slope it grows from the first steps on, too
    early for a calm level; so a Wasserstein game is sick, too, when the scores are ten times as far apart as examples can be, by how large
    real ones are and what leaves the generator is. With clipped weights another slope is meant, and this says nothing.
    """

    title: ClassVar[str] = N_("Exploding gradients")
    order: ClassVar[int] = 10
    meaning: ClassVar[str] = N_(
        "Every step is so large that it lands somewhere worse, from where the next one is larger still. "
        "Weights that were learned are thrown away, and soon a number is too large to be one."
    )
    source: ClassVar[str] = N_("Pascanu et al. 2013, section 2")
    remedies: ClassVar[tuple[str, ...]] = (
        *("clip_norm", "slower_both", "gradient_penalty", "r1", "less_momentum"),
    )
    healthy: ClassVar[str] = N_("gradients in bounds")
    formula: ClassVar[tuple[str, ...]] = (
        r"\mathrm{med}\,\lVert g \rVert > 300\, g_0 \quad \text{or} \quad \lVert g \rVert_{90\%} > 1000\, g_0 \quad \text{(every other round)}",
        r"g_0 = \max\left(Q_{10\%}\,\lVert g \rVert,\ 0.1\right)",
        r"\frac{|\overline{D(x)} - \overline{D(G(z))}|}{\text{distance}} > 10 \quad \text{(Wasserstein)}",
    )
    use: ClassVar[str] = (
        "Medians of the last 4 rounds, for 6 rounds. One jump is no explosion: look whether gradients come down again, and clip "
        "them where they do. Where they only grow, lower the rate, or bound the slope of the critic."
    )
    trouble: ClassVar[str] = (
        "A training that begins with tiny gradients, as behind zero-initialised layers, has a low calm level to be held against. "
        "Recurrent layers may jump now and then and learn well all the same, if gradients are clipped."
    )

    warm_up: Rounds = 6
    patience: Rounds = 6
    window: Rounds = 4
    growth: Annotated[float, Meta(gt=1)] = 300.0
    calm: Annotated[float, Meta(gt=1)] = 60.0
    spikes: Annotated[float, Meta(gt=1)] = 1000.0
    slope: Annotated[float, Meta(gt=1)] = 10.0
    slope_calm: Annotated[float, Meta(gt=1)] = 5.0

    def look(self, chart: Chart, project: Project) -> Look | None:
        """Judge the network that is worst off, and how steep a critic is."""
        looks = [look for curve in chart.curves(START) if (look := self._of(chart, curve))]
        steep = self._steep(chart, project) if is_meant_for_one(project) else None
        if steep is not None:
            looks.append(steep)
        return max(looks, key=lambda look: (look.sick, look.figure / look.limit), default=None)

    def when_broken(self, breakdown: Breakdown, chart: Chart) -> Look:
        """A loss that is no number is where exploding ends."""
        return Look(
            curve=TRAIN,
            figure=math.inf,
            limit=self.growth,
            sick=True,
            well=False,
            sentence=N_("a loss was not a number any more at step {step:,}"),
            details={"step": breakdown.step},
        )

    def _steep(self, chart: Chart, project: Project) -> Look | None:
        """Judge how far apart scores are, beside what they are given to."""
        gap = middle(np.abs(chart.medians(GAP, self.window)))
        reach = apart(chart, project)
        if not math.isfinite(gap) or not math.isfinite(reach) or reach <= 0:
            return None
        slope = gap / reach
        return Look(
            curve=GAP,
            figure=slope,
            limit=self.slope,
            sick=slope > self.slope,
            well=slope < self.slope_calm,
            sentence=N_(
                "scores of real and generated examples are {gap:.2g} apart, examples {reach:.2g} at most: the slope of the "
                "discriminator is {slope:.2g} or more, where 1 is meant; exploding above {limit:.0f}"
            ),
            details={"gap": gap, "reach": reach, "slope": slope, "limit": self.slope},
            line=self.slope * reach,
            rounds=self.window,
        )

    def _of(self, chart: Chart, curve: str) -> Look | None:
        before = chart.ordered(curve)
        now = middle(chart.medians(curve, self.window))
        highs = chart.highs(curve, self.window)
        broken = chart.broken(curve, self.window)
        if not len(before) or not (math.isfinite(now) or broken):
            return None
        usual = max(before[int(CALM * len(before))], LEAST)
        growth = math.inf if broken else now / usual
        spiking = int(np.sum(highs > self.spikes * usual)) >= self.window / 2
        name = curve.removeprefix(START)
        return Look(
            curve=curve,
            figure=growth,
            limit=self.growth,
            sick=growth > self.growth or spiking,
            well=growth < self.calm and not spiking,
            sentence=N_(
                "gradient norm of the {network} {now:.2g}, {growth:.0f} times its calm level {usual:.2g}; exploding "
                "above {limit:.0f} times"
            ),
            details={
                "network": name,
                "now": now,
                "growth": growth,
                "usual": usual,
                "limit": self.growth,
            },
            line=self.growth * usual,
            rounds=self.window,
        )
