"""Layers that learn at very different paces."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from engine.clinic.base import Ailment, Look, Rounds
from engine.clinic.chart import Chart
from engine.clinic.layers import each_network, fading, has_several
from engine.clinic.vitals import RATIO
from projects.schema import Project
from projects.translation import N_


class LayerImbalance(Ailment, frozen=True, kw_only=True, tag="layer_imbalance"):
    """Beside the fastest layer of a network another one stands still.

    Of each layer with weights ‖Δw‖ / ‖w‖, the median of the last looks. Sick while the largest of a network is a thousand
    times the smallest, though the gradient does not fade on its way back (that is another ailment). One rate can't suit both: what is
    right for the one is nothing for the other. Neyshabur et al. 2015, *Path-SGD*, section 1; You et al. 2017, *LARS*, section 4.
    """

    title: ClassVar[str] = N_("Layers out of balance")
    order: ClassVar[int] = 22
    meaning: ClassVar[str] = N_(
        "Measured by their own size, some layers take steps a thousand times as large as others. The fast ones have to wait for "
        "the slow ones, or are thrown about by a rate that suits them."
    )
    source: ClassVar[str] = N_("Neyshabur et al. 2015, section 1; You et al. 2017, section 4")
    remedies: ClassVar[tuple[str, ...]] = ("fitting_init", "normalise", "adam_instead")
    healthy: ClassVar[str] = N_("layers in balance")
    formula: ClassVar[tuple[str, ...]] = (
        r"\frac{\max_l u_l}{\min_l u_l} > 1000, \qquad u_l = \mathrm{med} \, \frac{\lVert \Delta w_l \rVert}{\lVert w_l \rVert}",
    )
    use: ClassVar[str] = (
        "Medians of the last 5 looks. Give the layers one scale, by their start or by norms; "
        "Adam evens out what gradients differ by."
    )
    trouble: ClassVar[str] = (
        "A layer that is held to a small largest norm is thrown about at any rate. Frozen or "
        "shared layers don't count."
    )

    warm_up: Rounds = 3
    patience: Rounds = 3
    looks: Rounds = 5
    spread: Annotated[float, Meta(gt=1)] = 1000.0
    calm: Annotated[float, Meta(gt=1)] = 300.0

    def concerns(self, project: Project) -> bool:
        """Networks of several layers that learn alone."""
        return has_several(project)

    def look(self, chart: Chart, project: Project) -> Look | None:
        """Judge the network whose layers differ most."""
        history = chart.layers
        if not history.fresh or len(history) < self.looks:
            return None
        found = []
        for _name, rows in each_network(chart, 2):
            ratios = history.median(RATIO, self.looks)[rows]
            if not (np.isfinite(ratios).all() and ratios.min() > 0):
                continue
            fades = fading(history, rows, self.looks)[0] < 1e-3
            fast, slow = int(ratios.argmax()), int(ratios.argmin())
            found.append((float(ratios[fast] / ratios[slow]), fades, rows[fast], rows[slow]))
        if not found:
            return None
        spread, fades, fast, slow = max(found, key=lambda one: one[0])
        return Look(
            curve="",
            figure=spread,
            limit=self.spread,
            sick=spread > self.spread and not fades,
            well=spread < self.calm,
            sentence=N_(
                "measured by their size, a step moves {fast} {spread:,.0f} times as far as {slow}; out of balance above "
                "{limit:,.0f} times"
            ),
            details={
                "fast": history.name(fast),
                "slow": history.name(slow),
                "spread": spread if math.isfinite(spread) else 0.0,
                "limit": self.spread,
            },
            layer=history.layer(slow),
            measure="update_ratio",
        )
