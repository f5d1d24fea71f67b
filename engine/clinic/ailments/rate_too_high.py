"""Steps that are too large."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from engine.clinic.base import Ailment, Look, Rounds
from engine.clinic.chart import Chart
from engine.clinic.history import middle, running_medians
from engine.clinic.layers import each_network, learns_alone
from engine.clinic.learning import TRAIN
from engine.clinic.vitals import RATIO
from projects.schema import Project
from projects.translation import N_

STANDING = 0.8  # of the loss of as many rounds before: one that falls faster is only where it began
FLOOR = 0.1  # of the first loss: examples that are known by heart have losses of next to nothing, which may well treble


class RateTooHigh(Ailment, frozen=True, kw_only=True, tag="rate_too_high"):
    """Every step moves the weights by a tenth of themselves, or the training loss is up where it should not be.

    Of each network the median over its layers, and over the last looks, of ‖Δw‖ / ‖w‖: about 0.001 is healthy, sick is what is
    above 0.1 (Karpathy, CS231n, *Babysitting the learning process*). Sick, too, while the median training loss of the last
    rounds is three times the lowest that it ever was over as many, or half as large again as that of the best blind answer: who knows
    nothing does better; a loss that is falling fast doesn't count. Goodfellow et al. 2016, *Deep Learning*, section 11.4.1.
    """

    title: ClassVar[str] = N_("Learning rate too high")
    order: ClassVar[int] = 16
    meaning: ClassVar[str] = N_(
        "Steps are so large that they leap across the valley they should go down. The loss jumps about or climbs, and "
        "what was learned in one step is undone by the next."
    )
    source: ClassVar[str] = N_("Karpathy, CS231n; Goodfellow et al. 2016, section 11.4.1")
    remedies: ClassVar[tuple[str, ...]] = ("slower_both", "clip_norm", "warm_up_rate")
    healthy: ClassVar[str] = N_("steps not too large")
    formula: ClassVar[tuple[str, ...]] = (
        r"\mathrm{med}_l \, \frac{\lVert \Delta w_l \rVert}{\lVert w_l \rVert} > 0.1",
        r"\mathrm{med}\,L > 3 \min \mathrm{med}\,L \quad \text{or} \quad \mathrm{med}\,L > 1.5 \, L_{\mathrm{blind}}",
    )
    use: ClassVar[str] = (
        "Any of the three, for 4 rounds. A tenth of the rate is the first thing to try; the "
        "range test of the Recipe tab finds one that suits."
    )
    trouble: ClassVar[str] = (
        "Biases and norms that begin at zero have large ratios at first, so the middle layer "
        "counts. A loss that rises because the task changed, as a warm-up of a penalty does, "
        "looks the same."
    )

    warm_up: Rounds = 3
    patience: Rounds = 4
    looks: Rounds = 5
    window: Rounds = 4
    ratio: Annotated[float, Meta(gt=0)] = 0.1
    calm: Annotated[float, Meta(gt=0)] = 0.05
    growth: Annotated[float, Meta(gt=1)] = 3.0
    calm_growth: Annotated[float, Meta(gt=1)] = 1.5
    blind: Annotated[float, Meta(gt=1)] = 1.5

    def concerns(self, project: Project) -> bool:
        """Networks that learn alone."""
        return learns_alone(project)

    def look(self, chart: Chart, project: Project) -> Look | None:
        """Judge the steps, and what became of the loss."""
        every = (self._stepping(chart), self._rising(chart), self._misled(chart))
        looks = [look for look in every if look is not None]
        return max(looks, key=lambda look: (look.sick, not look.well), default=None)

    def _stepping(self, chart: Chart) -> Look | None:
        history = chart.layers
        if len(history) < self.looks:
            return None
        ratios = history.median(RATIO, self.looks)
        middles = [(middle(ratios[rows]), rows) for _name, rows in each_network(chart, 1)]
        if not middles:
            return None
        ratio, rows = max(middles, key=lambda one: one[0])
        if not math.isfinite(ratio):
            return None
        row = rows[int(np.argmax(np.nan_to_num(ratios[rows])))]
        return Look(
            curve="",
            figure=ratio,
            limit=self.ratio,
            sick=ratio > self.ratio,
            well=ratio < self.calm,
            sentence=N_(
                "a step moves the weights by {ratio:.1%} of themselves; too large above {limit:.0%}"
            ),
            details={"ratio": ratio, "limit": self.ratio},
            line=self.ratio,
            layer=history.layer(row),
            measure="update_ratio",
        )

    def _rising(self, chart: Chart) -> Look | None:
        losses = chart.found(TRAIN, len(chart.rounds))
        if len(losses) < 2 * self.window:
            return None
        middles = running_medians(losses, self.window)
        now, best = float(middles[-1]), float(middles.min())
        if best <= 0:
            return None
        return Look(
            curve=TRAIN,
            figure=now / best,
            limit=self.growth,
            sick=now > self.growth * best and now > FLOOR * losses[0],
            well=now < self.calm_growth * best,
            sentence=N_(
                "the training loss is {now:.3g}, {growth:.1f} times the {best:.3g} that it once was; risen above {limit:.0f} times"
            ),
            details={"now": now, "best": best, "growth": now / best, "limit": self.growth},
            line=self.growth * best,
            rounds=self.window,
        )

    def _misled(self, chart: Chart) -> Look | None:
        """The loss of the last rounds, beside that of the best answer that doesn't look at the example."""
        blind = chart.intake.blind if chart.intake is not None else None
        losses = chart.found(TRAIN, 2 * self.window)
        if blind is None or not blind > 0 or len(losses) < 2 * self.window:
            return None
        before, now = middle(losses[: self.window]), middle(losses[self.window :])
        return Look(
            curve=TRAIN,
            figure=now / blind,
            limit=self.blind,
            sick=now > self.blind * blind and now > STANDING * before,
            well=now < blind,
            sentence=N_(
                "the training loss is {now:.3g}, and {blind:.3g} is what the best blind answer has; misled above {line:.3g}"
            ),
            details={"now": now, "blind": blind, "line": self.blind * blind},
            line=self.blind * blind,
            rounds=self.window,
        )
