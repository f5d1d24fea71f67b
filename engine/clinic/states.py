"""How every layer is doing by its last looks, in a word: for heatmaps, tables and canvases; needs no torch."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.clinic.history import medians
from engine.clinic.layers import GATED
from engine.clinic.vitals import (
    DEAD,
    GRADIENT,
    RATIO,
    SATURATED,
    Numbers,
    Record,
)

LOOKS = 3
STARVED, UNSTABLE = 1e-5, 1e-1
VANISHING, EXPLODING = 1e-3, 1e3
SHUT, FLAT = 0.4, 0.5
WILD = 0.5  # a single step that moves weights by more of themselves needs no further looks
FULL_RATE = 0.1  # a learning rate below this share of its highest was annealed: it starves no layer
TINY = 1e-12
SEVERITY = ("exploding", "vanishing", "dead", "unstable", "saturated", "starved", "healthy")


@dataclass(frozen=True)
class Condition:
    """How one layer is doing.

    Attributes:
        status: One of :data:`SEVERITY`.
        figure: What was made of it: for ``vanishing`` the share of the last layer's gradient, for ``exploding`` by how many
            times it has grown, else the measure itself.
        excess: By how many powers of ten it is beyond its limit; of a healthy layer 0.
    """

    status: str = "healthy"
    figure: float = math.nan
    excess: float = 0.0

    @property
    def rank(self) -> tuple[int, float]:
        """Sorts the worst first."""
        return SEVERITY.index(self.status), -self.excess


def conditions(
    records: Sequence[Record], rate_shares: Mapping[str, float] | None = None
) -> list[Condition]:
    """Return how every layer of the newest record is doing; thresholds are those of its ailments.

    Args:
        records: The last looks, of the same layers, the oldest first; :data:`LOOKS` of them are used.
        rate_shares: Learning rate at these looks, by network, as a share of the highest until then; where
            it is not told, full.
    """
    if not records:
        return []
    last = records[-1]
    tables = np.stack([record.table for record in records[-LOOKS:]])
    usual = medians(tables)
    usual[[row for row, kind in enumerate(last.kinds) if kind in GATED], SATURATED] = math.nan
    ends: dict[str, float] = {}
    for row, layer in enumerate(last.layers):
        if np.isfinite(usual[row, GRADIENT]):
            ends[layer.partition("/")[0]] = float(usual[row, GRADIENT])
    young = len(records) < LOOKS
    shares = rate_shares or {}
    found = []
    for row, layer in enumerate(last.layers):
        network = layer.partition("/")[0]
        full = shares.get(network, 1.0) >= FULL_RATE
        told = not last.results[row] or np.isfinite(usual[row, GRADIENT])
        now, end = last.table[row], ends.get(network, 0.0)
        found.append(_condition(now, usual[row], end, young, full) if told else Condition())
    return found


def _condition(now: Numbers, usual: Numbers, end: float, young: bool, full: bool) -> Condition:
    if np.isinf(now[[GRADIENT, RATIO]]).any():
        return Condition("exploding", math.inf, math.inf)
    if young:
        figure = float(now[RATIO])
        if figure > WILD:
            return Condition("unstable", figure, math.log10(figure / UNSTABLE))
        return Condition(figure=figure)
    gradient, ratio = float(usual[GRADIENT]), float(usual[RATIO])
    grown = float(now[GRADIENT]) / max(gradient, TINY)
    share = gradient / end if end > TINY else math.nan
    dead, flat = float(usual[DEAD]), float(usual[SATURATED])
    signs = (
        ("exploding", grown, grown / EXPLODING),
        ("vanishing", share, VANISHING / max(share, TINY)),
        ("dead", dead, dead / SHUT),
        ("unstable", ratio, ratio / UNSTABLE),
        ("saturated", flat, flat / FLAT),
        ("starved", ratio, STARVED / max(ratio, TINY) if full else 0.0),
    )
    for status, figure, beyond in signs:
        if beyond > 1 and math.isfinite(figure):
            return Condition(status, figure, math.log10(beyond))
    return Condition(figure=ratio)
