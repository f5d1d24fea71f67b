"""What the learning rate is multiplied by, step by step."""

from __future__ import annotations

import math
from collections.abc import Mapping


def constant(step: int, total: int, *, warmup: int = 0) -> float:
    """What the learning rate is multiplied by: nothing changes after the warm-up."""
    return (step + 1) / warmup if step < warmup else 1.0


def cosine(step: int, total: int, *, warmup: int = 0, floor: float = 0.0) -> float:
    """Half a cosine from 1 to the floor (Loshchilov & Hutter 2017)."""
    if step < warmup:
        return (step + 1) / warmup
    done = min(1.0, (step - warmup) / max(1, total - warmup))
    return floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * done))


def cosine_restarts(
    step: int,
    total: int,
    *,
    warmup: int = 0,
    period: int = 1000,
    growth: int = 1,
    floor: float = 0.0,
) -> float:
    """Half a cosine again and again, each time ``growth`` times as long."""
    if step < warmup:
        return (step + 1) / warmup
    since, length = step - warmup, period
    while since >= length:
        since -= length
        length *= growth
    return floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * since / length))


def exponential(step: int, total: int, *, warmup: int = 0, gamma: float = 0.999) -> float:
    """The same share less at every step."""
    return (step + 1) / warmup if step < warmup else gamma ** (step - warmup)


def polynomial(
    step: int, total: int, *, warmup: int = 0, power: float = 1.0, floor: float = 0.0
) -> float:
    """A straight line, or another power, to the floor."""
    if step < warmup:
        return (step + 1) / warmup
    left = max(0.0, 1 - (step - warmup) / max(1, total - warmup))
    return float(floor + (1 - floor) * left**power)


def step_decay(
    step: int, total: int, *, warmup: int = 0, every: int = 1000, gamma: float = 0.5
) -> float:
    """A drop after every so many steps."""
    return (step + 1) / warmup if step < warmup else float(gamma ** (step // every))


def one_cycle(
    step: int,
    total: int,
    *,
    warmup: int = 0,
    rise: float = 0.3,
    start: float = 0.04,
    end: float = 4e-6,
) -> float:
    """Up from a share of the rate and down to nearly nothing, half a cosine each (Smith & Topin 2018)."""
    if step < warmup:
        return (step + 1) / warmup
    rising, done = place_in_cycle(step - warmup, total - warmup, rise)
    first, last = (start, 1.0) if rising else (1.0, end)
    return last + (first - last) * 0.5 * (1 + math.cos(math.pi * done))


def place_in_cycle(since: int, length: int, rise: float) -> tuple[bool, float]:
    """Return whether the rate rises still, and which share of the way is done."""
    last, top = max(1, length - 1), rise * length - 1
    if since <= top:
        return True, since / top if top > 0 else 1.0
    return False, min(1.0, (since - top) / (last - top))


def cycled_momentum(
    step: int,
    total: int,
    *,
    warmup: int = 0,
    rise: float = 0.3,
    high: float = 0.95,
    low: float = 0.85,
) -> float:
    """Return momentum or β₁, which falls while the rate rises and rises while it falls."""
    if step < warmup:
        return high
    rising, done = place_in_cycle(step - warmup, total - warmup, rise)
    first, last = (high, low) if rising else (low, high)
    return last + (first - last) * 0.5 * (1 + math.cos(math.pi * done))


def on_plateau(
    state: Mapping[str, float],
    value: float,
    *,
    gamma: float = 0.1,
    patience: int = 5,
    threshold: float = 1e-4,
    cooldown: int = 0,
    floor: float = 0.0,
) -> dict[str, float]:
    """Return what is known after an evaluation; ``factor`` falls when it is no better for long enough."""
    factor, best = state.get("factor", 1.0), state.get("best", -math.inf)
    stale, waiting = state.get("stale", 0.0) + 1, state.get("waiting", 0.0)
    least = best + threshold * abs(best) if math.isfinite(best) else best
    if value > least:
        best, stale = value, 0.0
    if waiting > 0:
        waiting, stale = waiting - 1, 0.0
    if stale > patience:
        factor, waiting, stale = max(floor, factor * gamma), float(cooldown), 0.0
    return {"factor": factor, "best": best, "stale": stale, "waiting": waiting}
