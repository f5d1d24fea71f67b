"""What curves of runs are drawn over: steps, passes over the training part, or time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from projects.translation import gettext as _
from widgets.plots.scale import Scale, evenly
from workbench.rundata import RunData

STEP, EPOCH, TIME = "step", "epoch", "time"
MINUTES, HOURS = 300.0, 3 * 3600.0  # seconds from which on time is counted in these


class Abscissa(NamedTuple):
    """One way to lay steps out.

    Attributes:
        kind: ``step``, ``epoch`` or ``time``.
        title: What axes and read-outs say.
        unit: The unit behind numbers; empty for whole steps.
        seconds: How many seconds the unit of time has.
    """

    kind: str
    title: str
    unit: str = ""
    seconds: float = 1.0

    def scale_of(self, run: RunData) -> Scale | None:
        """Return where the steps of a run lie; None where they count themselves, or nothing else is known."""
        if self.kind == EPOCH and run.started is not None and run.started.steps_per_epoch > 0:
            return evenly(float(run.started.steps_per_epoch), 1.0)
        if self.kind == TIME:
            return _time_of(run, self.seconds)
        return None


def abscissa(kind: str, runs: Sequence[RunData]) -> Abscissa:
    """Return a way to lay out the steps of some runs; time in the unit that suits the longest.

    Args:
        kind: ``step``, ``epoch`` or ``time``.
        runs: The runs that are drawn.
    """
    if kind == EPOCH:
        return Abscissa(kind, _("epoch"), _("epoch"))
    if kind == TIME:
        longest = max((seconds_of(run) for run in runs), default=0.0)
        unit, seconds = _("s"), 1.0
        if longest >= HOURS:
            unit, seconds = _("h"), 3600.0
        elif longest >= MINUTES:
            unit, seconds = _("min"), 60.0
        return Abscissa(kind, _("time"), unit, seconds)
    return Abscissa(STEP, _("step"))


def seconds_of(run: RunData) -> float:
    """Return how long a run has trained, pauses left out."""
    return run.progress.seconds if run.progress is not None else 0.0


def _time_of(run: RunData, unit: float) -> Scale | None:
    """When steps were made; of a run from before times were kept as if all had taken equally long."""
    steps, seconds = run.clock.steps.astype(np.float64), run.clock.values
    sound = np.isfinite(seconds).all() and bool((np.diff(seconds) > 0).all())
    if len(steps) > 1 and sound:
        return Scale(steps, seconds / unit)
    total = seconds_of(run)
    return evenly(float(run.step), total / unit) if run.step > 0 and total > 0 else None
