"""Steps that are too small."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from engine.clinic.base import Ailment, Look, Rounds
from engine.clinic.chart import Chart
from engine.clinic.history import middle
from engine.clinic.layers import each_network, fading, learns_alone
from engine.clinic.learning import TRAIN
from engine.clinic.states import FULL_RATE
from engine.clinic.vitals import RATIO
from projects.schema import Project
from projects.translation import N_


class RateTooLow(Ailment, frozen=True, kw_only=True, tag="rate_too_low"):
    """The weights hardly move, and the loss is where it began.

    Of each network the median over its layers, and over the last looks, of ‖Δw‖ / ‖w‖: about 0.001 is healthy, starved is what is
    below 0.00003 in every network (Karpathy, CS231n, has 0.00001 for a single layer). It only counts while the
    training loss is above 0.8 of what it was at first, the learning rate is not at the low end of its schedule, and gradients
    reach the first layers. Goodfellow et al. 2016, *Deep Learning*, section 11.4.1.
    """

    title: ClassVar[str] = N_("Learning rate too low")
    order: ClassVar[int] = 17
    meaning: ClassVar[str] = N_(
        "There is a gradient to follow, but every step is so small that the weights stay where they were drawn. At this "
        "pace it would take thousands of times as long."
    )
    source: ClassVar[str] = N_("Karpathy, CS231n; Goodfellow et al. 2016, section 11.4.1")
    remedies: ClassVar[tuple[str, ...]] = ("faster_all", "much_faster_all", "adam_instead")
    healthy: ClassVar[str] = N_("weights move")
    formula: ClassVar[tuple[str, ...]] = (
        r"\mathrm{med}_l \, \frac{\lVert \Delta w_l \rVert}{\lVert w_l \rVert} < 3 \cdot 10^{-5}, \qquad L > 0.8 \, L_0",
    )
    use: ClassVar[str] = (
        "Medians of the last 5 looks of the network that moves most. Raise the rate by powers "
        "of ten until the loss begins to jump, then go back by one."
    )
    trouble: ClassVar[str] = (
        "Where gradients fade, weights don't move either; that is named instead. A problem "
        "from which nothing can be learned keeps its loss at any rate."
    )

    warm_up: Rounds = 6
    patience: Rounds = 3
    looks: Rounds = 5
    ratio: Annotated[float, Meta(gt=0)] = 3e-5
    calm: Annotated[float, Meta(gt=0)] = 1e-4
    learned: Annotated[float, Meta(gt=0, le=1)] = 0.8

    def concerns(self, project: Project) -> bool:
        """Networks that learn alone."""
        return learns_alone(project)

    def look(self, chart: Chart, project: Project) -> Look | None:
        """Judge the network that moves most."""
        history = chart.layers
        if not history.fresh or len(history) < self.looks:
            return None
        ratios = history.median(RATIO, self.looks)
        middles = [(middle(ratios[rows]), rows) for _name, rows in each_network(chart, 1)]
        middles = [one for one in middles if math.isfinite(one[0])]
        if not middles:
            return None
        ratio, rows = max(middles, key=lambda one: one[0])
        share, _row = fading(history, rows, self.looks)
        left = _left(chart)
        starved = ratio < self.ratio and left > self.learned and _is_at_full(chart)
        moved = np.where(np.isnan(ratios), math.inf, ratios).tolist()
        row = min(rows, key=moved.__getitem__)
        return Look(
            curve="",
            figure=ratio,
            limit=self.ratio,
            sick=starved and not share < 1e-3,
            well=ratio > self.calm or left < self.learned,
            sentence=N_(
                "a step moves the weights by {ratio:.1e} of themselves, and {left:.0%} of the first loss is left; too small below "
                "{limit:.0e}"
            ),
            details={"ratio": ratio, "left": left, "limit": self.ratio},
            line=self.ratio,
            layer=history.layer(row),
            measure="update_ratio",
        )


def _left(chart: Chart) -> float:
    """The training loss of the last rounds, as a share of the first."""
    _at, there = chart.all_found(TRAIN)
    if not len(there) or there[0] <= 0:
        return math.nan
    return middle(there[-4:]) / float(there[0])


def _is_at_full(chart: Chart) -> bool:
    """Whether no learning rate has fallen to a tenth of what it was: a schedule that ends starves nobody."""
    for curve in chart.curves("learning_rate"):
        _at, rates = chart.all_found(curve)
        if len(rates) and rates[-1] < FULL_RATE * rates.max():
            return False
    return True
