"""Rectifiers that never open."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from engine.clinic.base import Ailment, Look, Rounds
from engine.clinic.chart import Chart
from engine.clinic.layers import learns_alone, worst
from engine.clinic.vitals import DEAD
from projects.schema import Project
from projects.translation import N_

Share = Annotated[float, Meta(gt=0, lt=1)]


class DeadUnits(Ailment, frozen=True, kw_only=True, tag="dead_units"):
    """Many units of a ReLU layer are 0 for every example of a batch.

    Of images a unit is a channel. Sick while the median share of the last looks is above 40 % in some layer and 15
    percentage points more than before the first step, or above 65 %: where inputs are positive, weights alone keep up to
    half of the units of a good network shut. With
    fewer than 16 examples a step nothing is said: a unit that is open for one example in twenty is no dead one. Lu et al.
    2019, *Dying ReLU and initialization: theory and numerical examples*; Maas et al. 2013.
    """

    title: ClassVar[str] = N_("Dead units")
    order: ClassVar[int] = 18
    meaning: ClassVar[str] = N_(
        "A rectifier that is negative for every example lets no gradient through, so it can't come back: these units "
        "are lost, and the network is smaller than it was drawn. Steps that were too large, or a poor start, do that."
    )
    source: ClassVar[str] = N_("Lu et al. 2019, section 3; Maas et al. 2013, section 2")
    remedies: ClassVar[tuple[str, ...]] = (
        *("leaky_rectifiers", "slower_both", "fitting_init", "normalise"),
    )
    healthy: ClassVar[str] = N_("units alive")
    formula: ClassVar[tuple[str, ...]] = (
        r"\frac{1}{n} \sum_{i=1}^{n} \left[ \max_b \, a_{b,i} = 0 \right] > 0.4",
    )
    use: ClassVar[str] = (
        "Median of the last 5 looks; b runs over the examples of a batch, i over the units of "
        "a layer. Look when they died: after a peak of the loss the learning rate was too "
        "high, from the first look on it was the start."
    )
    trouble: ClassVar[str] = (
        "Units that open for one example in a hundred look dead in a batch of 64. With weight "
        "decay or L1 some are meant to die: such a layer could be narrower."
    )

    warm_up: Rounds = 1
    patience: Rounds = 3
    looks: Rounds = 5
    fewest: Annotated[int, Meta(ge=1)] = 16
    share: Share = 0.4
    calm: Share = 0.3
    grown: Share = 0.15
    most: Share = 0.65

    def concerns(self, project: Project) -> bool:
        """Networks that learn alone, from batches large enough."""
        recipe = project.recipe
        return learns_alone(project) and recipe.batch_size >= self.fewest

    def look(self, chart: Chart, project: Project) -> Look | None:
        """Judge the layer that is worst off."""
        history = chart.layers
        if not history.fresh or len(history) < self.looks:
            return None
        shares = history.median(DEAD, self.looks)
        row = worst(shares, list(range(len(shares))))
        if row is None:
            return None
        share = float(shares[row])
        first, last = history.first, history.last
        known = first is not None and last is not None and first.layers == last.layers
        begun = float(first.table[row, DEAD]) if known and first is not None else 0.0
        return Look(
            curve="",
            figure=share,
            limit=self.share,
            sick=share > self.share and (share > begun + self.grown or share > self.most),
            well=share < max(self.calm, begun),
            sentence=N_(
                "{share:.0%} of the units of {layer} are 0 for a whole batch; dead above {limit:.0%}"
            ),
            details={"layer": history.name(row), "share": share, "limit": self.share},
            line=self.share,
            layer=history.layer(row),
            measure="dead",
        )
