"""Gradients that fade on their way back."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar

from msgspec import Meta

from engine.clinic.base import Ailment, Look, Rounds
from engine.clinic.chart import Chart
from engine.clinic.layers import each_network, fading, has_several
from projects.schema import Project
from projects.translation import N_

Share = Annotated[float, Meta(gt=0, lt=1)]


class Vanishing(Ailment, frozen=True, kw_only=True, tag="vanishing_gradients"):
    """The first layers of a network get almost no gradient while the last one gets plenty.

    Of each layer with weights the root mean square of its gradient, ‖g‖ / √n, the median of the last looks. Sick
    while that of the first quarter of the layers is below a thousandth of the last layer's. Embeddings and norms don't
    count. Glorot & Bengio 2010, *Understanding the difficulty of training deep feedforward neural networks*, section 4;
    Hochreiter 1991.
    """

    title: ClassVar[str] = N_("Vanishing gradients")
    order: ClassVar[int] = 13
    meaning: ClassVar[str] = N_(
        "On its way back the gradient is multiplied by the slope of every layer, and where slopes are below 1 little "
        "is left of it after a few. The last layers learn, the first ones stay as they were drawn."
    )
    source: ClassVar[str] = N_("Glorot & Bengio 2010, section 4; He et al. 2016")
    remedies: ClassVar[tuple[str, ...]] = (
        *("relu_everywhere", "normalise", "skip_connections", "fitting_init"),
    )
    healthy: ClassVar[str] = N_("gradient reaches the first layers")
    formula: ClassVar[tuple[str, ...]] = (
        r"\frac{\max_{l \leq L/4} \mathrm{med}\,r_l}{\mathrm{med}\,r_L} < 10^{-3}, \qquad r_l = \frac{\lVert g_l \rVert}{\sqrt{n_l}}",
    )
    use: ClassVar[str] = (
        "Medians of the last 3 looks. Change the activations first; where they are to stay, "
        "norms or skip connections give the gradient a way."
    )
    trouble: ClassVar[str] = (
        "The last layer's gradient is the yardstick: where its errors are huge, others look "
        "small beside it. An optimiser that divides by the gradient, like Adam, still moves "
        "layers that get hardly any, but along little more than noise."
    )

    warm_up: Rounds = 1
    patience: Rounds = 3
    looks: Rounds = 3
    share: Share = 1e-3
    calm: Share = 1e-2

    def concerns(self, project: Project) -> bool:
        """Networks of several layers that learn alone."""
        return has_several(project)

    def look(self, chart: Chart, project: Project) -> Look | None:
        """Judge the network that is worst off."""
        history = chart.layers
        if not history.fresh or len(history) < self.looks:
            return None
        found = [(*fading(history, rows, self.looks), rows) for _n, rows in each_network(chart, 3)]
        found = [one for one in found if math.isfinite(one[0])]
        if not found:
            return None
        share, row, rows = min(found, key=lambda one: one[0])
        return Look(
            curve="",
            figure=share,
            limit=self.share,
            sick=share < self.share,
            well=share > self.calm,
            sentence=N_(
                "the gradient of {layer} is {share:.1e} of that of {last}; vanishing below {limit:.0e}"
            ),
            details={
                "layer": history.name(row),
                "last": history.name(rows[-1]),
                "share": share,
                "limit": self.share,
            },
            layer=history.layer(row),
            measure="gradient_norm",
        )
