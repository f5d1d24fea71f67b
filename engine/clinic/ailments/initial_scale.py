"""Weights that were drawn too large or too small."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar

from msgspec import Meta

from engine.clinic.base import Ailment, Breakdown, Look, Rounds
from engine.clinic.chart import Chart
from engine.clinic.history import History
from engine.clinic.layers import NORMS, learns_alone, weighing
from engine.clinic.vitals import SD, Record
from projects.schema import Project
from projects.translation import N_

Positive = Annotated[float, Meta(gt=0)]


class InitialScale(Ailment, frozen=True, kw_only=True, tag="initial_scale"):
    """Before the first step what flows through a network has grown, or shrunk, out of all proportion.

    The standard deviation of what leaves each layer with weights at the very first step; layers whose result is normed
    at once don't count. Sick while the largest is above 30 or the smallest below 0.001, both then and by the last looks,
    or before anything else was seen. A start after He or Glorot keeps it about 1. He et al. 2015, *Delving deep into rectifiers*,
    section 2.2; Glorot & Bengio 2010, section 4.2.
    """

    title: ClassVar[str] = N_("Bad initial scale")
    order: ClassVar[int] = 11
    meaning: ClassVar[str] = N_(
        "Every layer multiplies the scale of what it gets. Drawn too large, the weights blow numbers up, losses begin in the "
        "hundreds and activations saturate; drawn too small, examples look all alike further on and hardly any gradient comes back."
    )
    source: ClassVar[str] = N_("He et al. 2015, section 2.2; Glorot & Bengio 2010, section 4.2")
    remedies: ClassVar[tuple[str, ...]] = ("fitting_init", "normalise", "standardise")
    brings: ClassVar[tuple[str, ...]] = (
        *("not_a_number", "exploding_gradients", "vanishing_gradients"),
        *("saturation", "dead_units"),
    )
    healthy: ClassVar[str] = N_("initial scale kept")
    formula: ClassVar[tuple[str, ...]] = (
        r"\mathrm{sd}(z_l) > 30 \quad \text{or} \quad \mathrm{sd}(z_l) < 10^{-3} \quad \text{at the first step}",
        r"\mathrm{Var}(z_l) = n_l \, \mathrm{Var}(w_l) \, E[a_{l-1}^2]",
    )
    use: ClassVar[str] = (
        "Told after two looks, or after one where a loss was not a number, and cured once the scale is right: a training may "
        "well mend it by itself, at the price of some hundred steps."
    )
    trouble: ClassVar[str] = (
        "Raw inputs in the thousands look like weights that are too large; standardise them "
        "first. Layers that begin near zero on purpose, as the last one of a residual path, "
        "may be named too."
    )

    warm_up: Rounds = 0
    patience: Rounds = 2
    looks: Rounds = 2
    large: Positive = 30.0
    small: Positive = 1e-3
    calm: Annotated[float, Meta(ge=1)] = 2.0

    def concerns(self, project: Project) -> bool:
        """Networks that learn alone, from weights that were drawn for them."""
        return learns_alone(project)

    def look(self, chart: Chart, project: Project) -> Look | None:
        """Judge the layer that was worst off at first, and how it is now."""
        return self._judged(chart.layers) if chart.layers.fresh else None

    def when_broken(self, breakdown: Breakdown, chart: Chart) -> Look | None:
        """A training that broke down at the beginning can't mend its weights any more: one look is enough."""
        look = self._judged(chart.layers) if self._has_begun(chart.layers) else None
        return look if look is not None and look.sick else None

    def _has_begun(self, history: History) -> bool:
        """Whether so little was seen that a training may still be mending the weights that it was given."""
        return len(history) <= self.patience + 1

    def _judged(self, history: History) -> Look | None:
        first, last = history.first, history.last
        if first is None or last is None or first.layers != last.layers:
            return None
        rows = _told(first)
        if not rows:
            return None
        begun = first.table[:, SD].tolist()
        row = max(rows, key=lambda row: self._excess(begun[row]))
        now = history.median(SD, self.looks).tolist()
        then = self._excess(begun[row])
        still = max(self._excess(now[row]) for row in rows)
        small = begun[row] < self.small
        return Look(
            curve="",
            figure=begun[row],
            limit=self.small if small else self.large,
            sick=then > 1 and (still > 1 or self._has_begun(history)),
            well=then <= 1 or still < 1 / self.calm,
            sentence=N_(
                "before the first step what leaves {layer} had the standard deviation {sd:.1e}; too large above "
                "{large:.0f}, too small below {small}"
            ),
            details={
                "layer": history.name(row),
                "sd": begun[row],
                "large": self.large,
                "small": self.small,
            },
            line=self.small if small else self.large,
            layer=history.layer(row),
            measure="activation_sd",
        )

    def _excess(self, sd: float) -> float:
        """By what factor a standard deviation is beyond its limit; below 1: within it."""
        return max(sd / self.large, self.small / max(sd, 1e-30))


def _told(record: Record) -> list[int]:
    """Rows whose scale follows from weights alone: those of layers with weights that no norm comes after."""
    rows = weighing(record, list(range(len(record.layers))))
    spread, after = record.table[:, SD].tolist(), (*record.kinds[1:], "")
    return [row for row in rows if math.isfinite(spread[row]) and after[row] not in NORMS]
