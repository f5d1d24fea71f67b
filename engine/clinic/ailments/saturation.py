"""Activations at the end of their scale."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from engine.clinic.base import Ailment, Look, Rounds
from engine.clinic.chart import Chart
from engine.clinic.layers import GATED, learns_alone, worst
from engine.clinic.vitals import SATURATED
from projects.schema import Project
from projects.translation import N_

Share = Annotated[float, Meta(gt=0, lt=1)]


class Saturation(Ailment, frozen=True, kw_only=True, tag="saturation"):
    """Most values of a hidden tanh or sigmoid layer lie where the curve is flat.

    Sick while the median share of the last looks beyond ±0.97 (tanh), or below 0.03 and above 0.97 (sigmoid), is above
    one half in some layer. What a network answers may be as sure as it likes: its last layer doesn't count, and gates of an LSTM or GRU don't either. Glorot &
    Bengio 2010, section 3; LeCun et al. 1998, *Efficient BackProp*, section 4.4.
    """

    title: ClassVar[str] = N_("Saturated activations")
    order: ClassVar[int] = 19
    meaning: ClassVar[str] = N_(
        "At both ends a tanh or a sigmoid is flat: whatever changes before it changes nothing behind it, and no "
        "gradient comes back. Weights or inputs that are too large push the values there."
    )
    source: ClassVar[str] = N_("Glorot & Bengio 2010, section 3; LeCun et al. 1998, section 4.4")
    remedies: ClassVar[tuple[str, ...]] = (
        *("normalise", "fitting_init", "relu_everywhere", "standardise", "slower_both"),
    )
    healthy: ClassVar[str] = N_("activations in range")
    formula: ClassVar[tuple[str, ...]] = (
        r"P(|a| > 0.97) > 0.5 \quad \text{(tanh)}",
        r"P(a < 0.03) + P(a > 0.97) > 0.5 \quad \text{(sigmoid)}",
    )
    use: ClassVar[str] = (
        "Median of the last 5 looks, of the worst hidden layer. If it is so from the first "
        "look on, the start or the scale of the inputs is too large; if it came later, the "
        "learning rate."
    )
    trouble: ClassVar[str] = (
        "Late in a training that went well, layers before the last may be sure of themselves; "
        "if the loss is low, leave them."
    )

    warm_up: Rounds = 1
    patience: Rounds = 3
    looks: Rounds = 5
    share: Share = 0.5
    calm: Share = 0.35

    def concerns(self, project: Project) -> bool:
        """Networks that learn alone."""
        return learns_alone(project)

    def look(self, chart: Chart, project: Project) -> Look | None:
        """Judge the hidden layer that is worst off."""
        history = chart.layers
        record = history.last
        if record is None or not history.fresh or len(history) < self.looks:
            return None
        shares = history.median(SATURATED, self.looks)
        hidden = [row for row, last in enumerate(record.results) if not last]
        row = worst(shares, [row for row in hidden if record.kinds[row] not in GATED])
        if row is None:
            return None
        share = float(shares[row])
        return Look(
            curve="",
            figure=share,
            limit=self.share,
            sick=share > self.share,
            well=share < self.calm,
            sentence=N_(
                "{share:.0%} of the values of {layer} lie at the ends of its scale; saturated above {limit:.0%}"
            ),
            details={"layer": history.name(row), "share": share, "limit": self.share},
            line=self.share,
            layer=history.layer(row),
            measure="saturated",
        )
