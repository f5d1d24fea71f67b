"""The two players go round in circles."""

from __future__ import annotations

import math
from gettext import gettext as _
from typing import Annotated, ClassVar, NamedTuple

import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from engine.clinic.base import Ailment, Look, Rounds, marked
from engine.clinic.chart import FINE, Chart
from engine.clinic.game import is_alone
from projects.schema import Project

CURVE = "d_accuracy"


class Swing(NamedTuple):
    """How a curve goes up and down.

    Attributes:
        width: From the lower to the upper tenth of it, without its trend.
        returns: How often it comes back through the middle by more than a quarter of the width.
        echo: Its autocorrelation at the first peak after it was anticorrelated.
        period: The lag of that peak, in points; 0 where there is none.
    """

    width: float
    returns: int
    echo: float
    period: int


class Oscillation(Ailment, frozen=True, kw_only=True, tag="oscillation"):
    """The discriminator's lead comes and goes: the generator runs from spot to spot, and it after it.

    The share of pairs that the discriminator tells apart is averaged over a few steps, over 40 rounds, without
    its linear trend. Sick when it swings by more than 0.25, returns at least four times, and is
    anticorrelated with itself half a period later. In a healthy game it changes by a few per cent. Mescheder
    et al. 2018, *Which training methods for GANs do actually converge?*, section 2: without a penalty the
    simplest game circles for ever.
    """

    title: ClassVar[str] = _("Oscillation")
    order: ClassVar[int] = 50
    meaning: ClassVar[str] = _(
        "Each player unlearns what the other has just answered, so that the losses rise and fall in turns and "
        "nothing is kept. The samples wander from one kind to the next instead of covering all."
    )
    source: ClassVar[str] = _("Mescheder et al. 2018, section 2")
    remedies: ClassVar[tuple[str, ...]] = (
        *("r1_r2", "less_momentum", "slower_both", "ema", "ttur", "relativistic_loss"),
    )
    healthy: ClassVar[str] = _("no circling")

    warm_up: Rounds = 28
    patience: Rounds = 10
    window: Rounds = 24
    width: Annotated[float, Meta(gt=0, lt=1)] = 0.25
    calm: Annotated[float, Meta(gt=0, lt=1)] = 0.18
    returns: Annotated[int, Meta(ge=1)] = 4
    trough: Annotated[float, Meta(ge=0, le=1)] = 0.1

    def concerns(self, project: Project) -> bool:
        """Games in which nothing but the other player holds a player."""
        return is_alone(project)

    def look(self, chart: Chart, project: Project) -> Look | None:
        """Judge how the discriminator's lead went."""
        values = chart.fine(CURVE, self.window)
        if len(values) < self.window * FINE or not np.isfinite(values).all():
            return None
        swing = swing_of(values)
        per = (chart.rounds[-1] - chart.step_ago(self.window)) / len(values)
        return Look(
            curve=CURVE,
            figure=swing.width,
            limit=self.width,
            sick=swing.width > self.width
            and swing.returns >= self.returns
            and swing.echo > self.trough,
            well=swing.width < self.calm,
            sentence=marked(
                "pairs told apart swing by {width:.2f} and return {returns} times, about every {period:.0f} steps; "
                "circling above {limit:.2f}"
            )
            if swing.period
            else marked(
                "pairs told apart swing by {width:.2f} and return {returns} times; circling above {limit:.2f}"
            ),
            details={
                "width": swing.width,
                "returns": swing.returns,
                "period": swing.period * per,
                "limit": self.width,
            },
            rounds=self.window,
        )


def swing_of(values: NDArray[np.float64]) -> Swing:
    """Return how a curve ``(n,)`` goes up and down."""
    at = np.arange(len(values)) - (len(values) - 1) / 2
    moved = values - values.mean() - at * (at @ values) / (at @ at)
    ordered, last = np.sort(moved), len(moved) - 1
    low, middle, high = (ordered[round(share * last)] for share in (0.1, 0.5, 0.9))
    width = float(high - low)
    if width <= 0 or not math.isfinite(width):
        return Swing(0.0, 0, 0.0, 0)
    sides = np.sign(np.where(np.abs(moved - middle) > width / 4, moved - middle, 0.0))
    sides = sides[sides != 0]
    returns = int(np.sum(sides[1:] != sides[:-1]))
    around = (moved - moved.mean()) / width
    spectrum = np.fft.rfft(around, 2 * len(around))
    echoes = np.fft.irfft(spectrum * spectrum.conj())[: len(around) // 2]
    echoes = echoes / echoes[0]
    below = np.flatnonzero(echoes < 0)
    if not len(below):
        return Swing(width, returns, 0.0, 0)
    period = int(below[0] + np.argmax(echoes[below[0] :]))
    return Swing(width, returns, float(echoes[period]), period)
