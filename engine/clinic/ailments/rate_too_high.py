"""Steps that are too large."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from engine.clinic.base import Ailment, Look, Rounds
from engine.clinic.chart import Chart
from engine.clinic.history import History, middle
from engine.clinic.layers import GATED, TINY, each_network, learns_alone
from engine.clinic.learning import TRAIN
from engine.clinic.track import FINE
from engine.clinic.vitals import DEAD, RATIO, SATURATED, WEIGHT
from projects.schema import Project
from projects.translation import N_

STANDING = 0.8  # of the loss of as many rounds before: one that falls faster is only where it began
EARLY = 4  # rounds in which a loss that leaps has leapt
LEFT, LITTLE = 0.5, 0.25  # of the blind loss: whoever keeps so much has not got over it, or has
LOST, FEW = 0.4, 0.3  # of the units of a layer that are dead or saturated: many, and few enough
SHRUNK = 0.1  # of what the weights were at first: so small that any step is large beside them
FLOOR = 0.1  # of the first loss: examples that are known by heart have losses of next to nothing, which may well treble

THROWN = N_(
    "the first step moved the weights by {step:.0%} of themselves and threw the training loss up to {peak:.3g}, where "
    "{blind:.3g} is what the best blind answer has; {now:.3g} by now; thrown above {limit:.3g}"
)
KILLED = N_(
    "the first step moved the weights by {step:.0%} of themselves, and of all units of {layer} {died:.0%} had died of it by "
    "step {soon}; killed above {limit:.0%}"
)
BEGUN = N_(
    "the first step moved the weights by {step:.0%} of themselves; the training loss is {now:.3g} by now, and {blind:.3g} "
    "is what the best blind answer has"
)


class RateTooHigh(Ailment, frozen=True, kw_only=True, tag="rate_too_high"):
    """Every step moves the weights by a tenth of themselves, or the training loss leaps up or is where it should not be.

    Of each network the median over its layers, and over the last looks, of ‖Δw‖ / ‖w‖: about 0.001 is healthy, sick is what is
    above 0.1 (Karpathy, CS231n, *Babysitting the learning process*), unless the weights have shrunk below a tenth of what they were, as a
    weight decay makes them that is too strong: then it is they that are small. Sick, too, while the median training loss of the last
    rounds is three times the lowest that it ever was over as many, or half as large again as that of the best blind answer: who knows
    nothing does better; a loss that is falling fast doesn't count. Goodfellow et al. 2016, *Deep Learning*, section 11.4.1.

    Optimisers that divide by the gradient, as Adam does, take their largest steps first. So it is sick, too, where the first step moved
    the weights by a twentieth of themselves, a mean of five losses of the first 100 steps is half as large again as that of the best blind
    answer, and of one for which all classes are alike, and the network has not got over it: the loss is still more than half of a blind
    answer's, or in some layer 40 % of the units are dead or saturated. The loss of plain gradient descent may hardly leap: there it is
    sick where the first step moved the weights by 7 % of themselves and 40 % of the units of some layer died before the second look, at step 24,
    and still are dead. Lu et al. 2019, *Dying ReLU and initialization*.
    """

    title: ClassVar[str] = N_("Learning rate too high")
    order: ClassVar[int] = 12
    meaning: ClassVar[str] = N_(
        "Steps are so large that they leap across the valley they should go down. The loss jumps about or climbs, and "
        "what was learned in one step is undone by the next."
    )
    source: ClassVar[str] = N_("Karpathy, CS231n; Goodfellow et al. 2016, section 11.4.1")
    remedies: ClassVar[tuple[str, ...]] = (
        *("slower_both", "usual_rate", "clip_norm", "warm_up_rate"),
    )
    brings: ClassVar[tuple[str, ...]] = (
        *("vanishing_gradients", "dead_units", "saturation", "underfitting"),
    )
    healthy: ClassVar[str] = N_("steps not too large")
    formula: ClassVar[tuple[str, ...]] = (
        r"\mathrm{med}_l \, \frac{\lVert \Delta w_l \rVert}{\lVert w_l \rVert} > 0.1",
        r"\mathrm{med}\,L > 3 \min \mathrm{med}\,L \quad \text{or} \quad \mathrm{med}\,L > 1.5 \, L_{\mathrm{blind}}",
        r"\mathrm{med}_l \, \frac{\lVert \Delta w_l \rVert}{\lVert w_l \rVert} > 0.05 \ \text{at step 1, then} \ \max_{t \leq 100} L_t > 1.5 \, L_{\mathrm{blind}}",
        r"\mathrm{med}_l \, \frac{\lVert \Delta w_l \rVert}{\lVert w_l \rVert} > 0.07 \ \text{at step 1, then} \ \max_l \, (d_{l,24} - d_{l,1}) > 0.4",
    )
    use: ClassVar[str] = (
        "Any of the five, for 4 rounds; of the last two (d is the share of dead units), whether the network has got over it, too. "
        "What comes of such a leap is named as well, below it: dead or saturated units, gradients "
        "that vanish, a loss that stands still. A tenth of the rate is the first thing to try; the "
        "range test of the Recipe tab finds one that suits."
    )
    trouble: ClassVar[str] = (
        "Biases and norms that begin at zero have large ratios at first, so the middle layer "
        "counts. A loss that rises because the task changed, as a warm-up of a penalty does, "
        "looks the same."
    )

    warm_up: Rounds = 1
    patience: Rounds = 4
    looks: Rounds = 5
    window: Rounds = 4
    ratio: Annotated[float, Meta(gt=0)] = 0.1
    calm: Annotated[float, Meta(gt=0)] = 0.05
    growth: Annotated[float, Meta(gt=1)] = 3.0
    calm_growth: Annotated[float, Meta(gt=1)] = 1.5
    blind: Annotated[float, Meta(gt=1)] = 1.5
    leap: Annotated[float, Meta(gt=0)] = 0.07

    def concerns(self, project: Project) -> bool:
        """Networks that learn alone."""
        return learns_alone(project)

    def look(self, chart: Chart, project: Project) -> Look | None:
        """Judge the steps, and what became of the loss."""
        every = (
            chart.layers.once("stepping", lambda: self._stepping(chart)),
            *(self._rising(chart), self._misled(chart), self._thrown(chart)),
            chart.layers.once("killing", lambda: self._killing(chart)),
        )
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
        moved = np.where(np.isnan(ratios), 0.0, ratios).tolist()
        row = max(rows, key=moved.__getitem__)
        return Look(
            curve="",
            figure=ratio,
            limit=self.ratio,
            sick=ratio > self.ratio and not has_shrunk(history, rows, self.looks),
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
        _at, losses = chart.all_found(TRAIN)
        if len(losses) < 2 * self.window:
            return None
        now, (_first, best) = middle(losses[-self.window :]), chart.lowest(TRAIN, self.window)
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

    def _thrown(self, chart: Chart) -> Look | None:
        """Whether the first steps threw the loss up, and the network has not got over it."""
        intake, losses = chart.intake, chart.found(TRAIN, self.window)
        blind = intake.blind if intake is not None else None
        step = chart.layers.once("first step", lambda: first_step(chart))
        if intake is None or blind is None or not blind > 0 or not len(losses):
            return None
        if not step > self.calm:
            return None
        known = chart.rounds_of_scale() == len(chart.rounds)  # else the first rounds are forgotten
        begun = chart.fine(TRAIN, len(chart.rounds))[: EARLY * FINE] if known else np.zeros(1)
        peak = float(np.nan_to_num(begun).max(initial=0.0))
        limit = self.blind * max(blind, math.log(max(1, intake.classes)))
        if known and peak <= limit:
            return None
        now, lost = middle(losses), lost_units(chart, self.looks)
        return Look(
            curve=TRAIN,
            figure=peak / blind,
            limit=limit / blind,
            sick=known and (now > LEFT * blind or lost > LOST),
            well=now < LITTLE * blind and lost < FEW,
            sentence=THROWN if known else BEGUN,
            details={"step": step, "peak": peak, "blind": blind, "now": now, "limit": limit},
            line=limit,
            rounds=len(chart.rounds),
        )

    def _killing(self, chart: Chart) -> Look | None:
        """Whether the first steps killed units of some layer that are dead still."""
        history, step = chart.layers, first_step(chart)
        first, second, last = history.first, history.second, history.last
        if first is None or second is None or last is None or not step > self.leap:
            return None
        if not first.layers == second.layers == last.layers:
            return None
        grown = np.nan_to_num(second.table[:, DEAD] - first.table[:, DEAD])
        row = int(grown.argmax())
        died, now = float(grown[row]), float(history.median(DEAD, self.looks)[row])
        return Look(
            curve="",
            figure=died,
            limit=LOST,
            sick=died > LOST and now > LOST,
            well=died <= LOST or now < FEW,
            sentence=KILLED,
            details={
                "step": step,
                "soon": second.step,
                "died": died,
                "layer": history.name(row),
                "limit": LOST,
            },
            line=LOST,
            layer=history.layer(row),
            measure="dead",
        )


def has_shrunk(history: History, rows: list[int], looks: int) -> bool:
    """Whether the middle one of some layers has weights that are next to nothing beside those that were drawn."""
    first, last = history.first, history.last
    if first is None or last is None or first.layers != last.layers:
        return False
    shares = history.median(WEIGHT, looks)[rows] / np.maximum(first.table[rows, WEIGHT], TINY)
    return middle(shares) < SHRUNK


def first_step(chart: Chart) -> float:
    """‖Δw‖ / ‖w‖ of the first step: the median over layers of the network that moved most; 0 where nobody looked."""
    first, last = chart.layers.first, chart.layers.last
    if first is None or last is None or first.layers != last.layers:
        return 0.0
    moved = (middle(first.table[rows, RATIO]) for _name, rows in each_network(chart, 1))
    return max((ratio for ratio in moved if math.isfinite(ratio)), default=0.0)


def lost_units(chart: Chart, looks: int) -> float:
    """Which part of the units of the worst layer were dead or saturated in the last looks; gates are meant to be shut."""
    record = chart.layers.last
    if record is None:
        return 0.0
    saturated = chart.layers.median(SATURATED, looks)
    saturated = np.where(np.isin(record.kinds, GATED), 0.0, saturated)
    shares = np.concatenate([chart.layers.median(DEAD, looks), saturated])
    return float(np.nan_to_num(shares).max(initial=0.0))
