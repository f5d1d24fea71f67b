"""The generator makes a few things over and over."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from engine.clinic.base import Ailment, Look, Rounds
from engine.clinic.chart import Chart
from engine.clinic.game import draws
from engine.clinic.history import middle
from projects.schema import Project
from projects.translation import N_

REPRESENTED = "represented"  # the curve of which part of the modes or classes has its share

MOST = 150  # rounds back that a window shows
Share = Annotated[float, Meta(ge=0, le=1)]


class ModeCollapse(Ailment, frozen=True, kw_only=True, tag="mode_collapse"):
    """Samples are good but alike: most modes or classes of the data are missing.

    Judged by the last scorings of samples. Sick when the mean distance between samples is below a quarter of
    that between examples; when samples are good (precision, or the high-quality share of a mixture) while
    they cover little of the data (coverage); or when fewer than 60 % of the modes or classes have their share
    (a fifth of what the data have).
    """

    title: ClassVar[str] = N_("Mode collapse")
    order: ClassVar[int] = 30
    meaning: ClassVar[str] = N_(
        "The generator has found something that passes and makes only that: its samples are alike, and whole "
        "kinds of examples never appear. The loss does not tell, because each single sample looks fine."
    )
    source: ClassVar[str] = N_("Srivastava et al. 2017, section 4; Lin et al. 2018, section 4")
    remedies: ClassVar[tuple[str, ...]] = (
        *("minibatch_deviation", "packing", "r1_r2", "relativistic_loss", "slower_generator"),
        *("ttur", "more_critic_steps"),
    )
    healthy: ClassVar[str] = N_("samples varied")
    formula: ClassVar[tuple[str, ...]] = (
        r"\frac{\text{mean distance between samples}}{\text{mean distance between examples}} < 0.25",
        r"\text{or} \quad \mathrm{coverage} < 0.2 \ \text{while} \ \mathrm{precision} > 0.5",
        r"\text{or} \quad \text{share of kinds with} \ q_k \geq \frac{p_k}{5} \ \text{below} \ 0.6",
    )
    use: ClassVar[str] = (
        "Judged by the better of the last two scorings, so one odd scoring raises no alarm; q is "
        "a kind's share among samples, p among the data. The table of classes or modes names what "
        "is missing."
    )
    trouble: ClassVar[str] = (
        "It needs scores: without objective.scores it is silent. In a conditional game classes "
        "are asked for evenly, so a collapse inside a class shows only in distances and coverage. "
        "Early samples that are all alike noise count too: wait for the warm-up."
    )

    warm_up: Rounds = 20
    patience: Rounds = 12
    scorings: Annotated[int, Meta(ge=1, le=20)] = 2
    spread: Share = 0.25
    spread_calm: Share = 0.4
    good: Share = 0.5
    covered: Share = 0.2
    covered_calm: Share = 0.35
    kinds: Share = 0.6
    kinds_calm: Share = 0.75
    least_quality: Share = 0.05

    def concerns(self, project: Project) -> bool:
        """Games about examples that are drawn; what an image becomes has no modes to miss."""
        return draws(project)

    def look(self, chart: Chart, project: Project) -> Look | None:
        """Judge the last scorings by the sign that is worst."""
        looks = [
            look
            for look in (self._alike(chart), self._missing(chart), self._uncovered(chart))
            if look is not None
        ]
        sick = [look for look in looks if look.sick]
        return next(iter(sick or looks), None)

    def _alike(self, chart: Chart) -> Look | None:
        spread = chart.found("diversity", self.scorings)
        if len(spread) < self.scorings:
            return None
        worst = float(spread.max())
        return Look(
            curve="diversity",
            figure=worst,
            limit=self.spread,
            sick=worst < self.spread,
            well=worst > self.spread_calm,
            sentence=N_(
                "samples lie {now:.0%} as far apart as examples do; collapsed below {limit:.0%}"
            ),
            details={"now": worst, "limit": self.spread},
            line=self.spread,
            rounds=_rounds(chart),
        )

    def _missing(self, chart: Chart) -> Look | None:
        """Modes or classes that have less than a fifth of their share, where shares are known."""
        there = chart.found(REPRESENTED, self.scorings)
        if len(there) < self.scorings:
            return None
        worst = float(there.max())
        quality = chart.found("high_quality", self.scorings)
        good = not len(quality) or quality.min() > self.least_quality
        sentence, details = _told(chart, float(there[-1]))
        return Look(
            curve=REPRESENTED,
            figure=worst,
            limit=self.kinds,
            sick=good and worst < self.kinds,
            well=worst > self.kinds_calm,
            sentence=sentence,
            details={**details, "limit": self.kinds},
            line=self.kinds,
            rounds=_rounds(chart),
        )

    def _uncovered(self, chart: Chart) -> Look | None:
        covered = chart.found("coverage", self.scorings)
        precision = chart.found("precision", self.scorings)
        if len(covered) < self.scorings or len(precision) < self.scorings:
            return None
        worst, good = float(covered.max()), middle(precision)
        return Look(
            curve="coverage",
            figure=worst,
            limit=self.covered,
            sick=worst < self.covered and good > self.good,
            well=worst > self.covered_calm,
            sentence=N_(
                "{good:.0%} of the samples are like examples, but they cover {now:.0%} of them; collapsed "
                "below {limit:.0%}"
            ),
            details={"good": good, "now": worst, "limit": self.covered},
            line=self.covered,
            rounds=_rounds(chart),
        )


def _told(chart: Chart, there: float) -> tuple[str, dict[str, float | str]]:
    """What is said of what is missing: by name where the last picture of a scoring is known."""
    table = chart.table()
    if table is None:
        words = N_(
            "{there:.0%} of the modes or classes have their share; collapsed below {limit:.0%}"
        )
        return words, {"there": there}
    missing = table.missing
    named = ", ".join(missing[:10]) + (" …" if len(missing) > 10 else "")
    sentence = N_("{there} of {all} classes have their share; missing: {missing}")
    if table.noun == "mode":
        sentence = N_("{there} of {all} modes have their share; missing: {missing}")
    count = len(table.names)
    return sentence, {"there": count - len(missing), "all": count, "missing": named or "–"}


def _rounds(chart: Chart) -> int:
    """How many rounds back the last two scorings lie, so that the window shows them."""
    measured, _shares = chart.all_found("diversity")
    back = len(chart.rounds) - int(measured[-2]) if len(measured) > 1 else MOST + 1
    return back if back <= MOST else min(40, len(chart.rounds))
