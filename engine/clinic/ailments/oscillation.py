"""The two players go round in circles."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar, NamedTuple

import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from engine.clinic.base import Ailment, Look, Rounds
from engine.clinic.chart import Chart
from engine.clinic.game import is_alone
from engine.clinic.track import FINE
from projects.schema import Project
from projects.translation import N_

TINY = 1e-12
CURVE = "d_accuracy"
GOOD = "high_quality"  # the curve of which part of the samples lies at a mode


class Swing(NamedTuple):
    """How a curve goes up and down.

    Attributes:
        width: From the lower to the upper tenth of it, without its trend.
        returns: How often it comes back through the middle by more than a quarter of the width.
        echo: Its autocorrelation at the first peak after it was anticorrelated.
        period: The lag of that peak, in points; 0 where there is none.
        told: Which part of its variance the two points before each one tell, 0 to 1: of what swings most of it,
            of noise none. Yule 1927, *On a method of investigating periodicities in disturbed series*.
    """

    width: float
    returns: int
    echo: float
    period: int
    told: float


class Oscillation(Ailment, frozen=True, kw_only=True, tag="oscillation"):
    """The discriminator's lead comes and goes: the generator runs from spot to spot, and it after it.

    The share of pairs that the discriminator tells apart is averaged over a few steps, over 24 rounds, without
    its linear trend. Sick when it swings by more than 0.25, returns at least four times, is
    anticorrelated with itself half a period later, and is no noise: a fifth of its variance at least is told
    by the two points before each one. In a healthy game it changes by a few per cent, or jumps without any
    memory. Sick, too, when good samples of a mixture are had and lost again: fewer than half of the share that
    once was. Mescheder et al. 2018, *Which training methods for GANs do actually converge?*, section 2:
    without a penalty the simplest game circles for ever.
    """

    title: ClassVar[str] = N_("Oscillation")
    order: ClassVar[int] = 50
    meaning: ClassVar[str] = N_(
        "Each player unlearns what the other has just answered, so that the losses rise and fall in turns and "
        "nothing is kept. The samples wander from one kind to the next instead of covering all."
    )
    source: ClassVar[str] = N_("Mescheder et al. 2018, section 2")
    remedies: ClassVar[tuple[str, ...]] = (
        *("r1_r2", "less_momentum", "slower_both", "ema", "ttur", "relativistic_loss"),
    )
    healthy: ClassVar[str] = N_("no circling")
    formula: ClassVar[tuple[str, ...]] = (
        r"a = P(D(x) > D(G(z))) \ \text{over 24 rounds, without its trend}",
        r"a_{90\%} - a_{10\%} > 0.25, \quad \text{at least 4 returns}",
        r"\max_{\tau > \tau_0} \rho(\tau) > 0.1, \quad R^2_{\mathrm{AR(2)}} > 0.2",
        r"\text{or} \quad \text{good samples of a mixture} < \frac{1}{2} \ \text{of the most so far}",
    )
    use: ClassVar[str] = (
        "ρ is the autocorrelation of a, τ₀ where it first falls below 0. Step back by one period "
        "in the samples: the same spots come back, and those in between were lost again."
    )
    trouble: ClassVar[str] = (
        "Slow circles with a period beyond 24 rounds go unseen. A schedule with restarts swings "
        "the lead in its own time. Small batches make a noisy, but noise returns without memory "
        "and is told apart by the AR fit."
    )

    warm_up: Rounds = 28
    patience: Rounds = 10
    window: Rounds = 24
    width: Annotated[float, Meta(gt=0, lt=1)] = 0.25
    calm: Annotated[float, Meta(gt=0, lt=1)] = 0.18
    returns: Annotated[int, Meta(ge=1)] = 4
    trough: Annotated[float, Meta(ge=0, le=1)] = 0.1
    told: Annotated[float, Meta(ge=0, le=1)] = 0.2
    lost: Annotated[float, Meta(gt=0, lt=1)] = 0.5
    kept: Annotated[float, Meta(gt=0, lt=1)] = 0.7
    had: Annotated[float, Meta(gt=0, lt=1)] = 0.1

    def concerns(self, project: Project) -> bool:
        """Games in which nothing but the other player holds a player."""
        return is_alone(project)

    def look(self, chart: Chart, project: Project) -> Look | None:
        """Judge how the discriminator's lead went, and whether what was found is kept."""
        looks = [look for look in (self._swinging(chart), self._losing(chart)) if look is not None]
        return min(looks, key=lambda look: (not look.sick, look.well), default=None)

    def _losing(self, chart: Chart) -> Look | None:
        """The share of good samples of a mixture at the last scoring, beside the best that it was."""
        shares = chart.found(GOOD, len(chart.rounds))
        if len(shares) < 2 or shares.max() < self.had:
            return None
        now, best = float(shares[-1]), float(shares.max())
        return Look(
            curve=GOOD,
            figure=now / best,
            limit=self.lost,
            sick=now < self.lost * best,
            well=now > self.kept * best,
            sentence=N_(
                "{now:.1%} of the samples lie at modes, and {best:.1%} did before; lost again below {line:.1%}"
            ),
            details={"now": now, "best": best, "line": self.lost * best},
            line=self.lost * best,
            rounds=self.window,
        )

    def _swinging(self, chart: Chart) -> Look | None:
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
            and swing.echo > self.trough
            and swing.told > self.told,
            well=swing.width < self.calm,
            sentence=N_(
                "pairs told apart swing by {width:.2f} and return {returns} times, about every {period:.0f} steps; "
                "circling above {limit:.2f}"
            )
            if swing.period
            else N_(
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
        return Swing(0.0, 0, 0.0, 0, 0.0)
    sides = np.sign(np.where(np.abs(moved - middle) > width / 4, moved - middle, 0.0))
    sides = sides[sides != 0]
    returns = int(np.sum(sides[1:] != sides[:-1]))
    around = (moved - moved.mean()) / width
    told = _told(around)
    spectrum = np.fft.rfft(around, 2 * len(around))
    echoes = np.fft.irfft(spectrum * spectrum.conj())[: len(around) // 2]
    echoes = echoes / echoes[0]
    below = np.flatnonzero(echoes < 0)
    if not len(below):
        return Swing(width, returns, 0.0, 0, told)
    period = int(below[0] + np.argmax(echoes[below[0] :]))
    return Swing(width, returns, float(echoes[period]), period, told)


def _told(values: NDArray[np.float64]) -> float:
    """Which part of the variance of values ``(n,)`` around 0 the two before each one tell: an AR(2) fit."""
    before = np.stack([values[1:-1], values[:-2]], axis=1)
    weights, *_rest = np.linalg.lstsq(before, values[2:], rcond=None)
    left = values[2:] - before @ weights
    return 1 - float(left @ left) / max(float(values[2:] @ values[2:]), TINY)
