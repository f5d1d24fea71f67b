"""Which evaluation was the best, and whether it is time to stop."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from engine.objectives.base import Objective
from projects.schema import EarlyStopping


class Scoreboard:
    """Compares evaluations.

    Args:
        objective: Says which metrics count, and which way.
        stopping: When to stop early, or None.

    Attributes:
        best: ``step`` and metrics of the best evaluation; empty before the first.
        stale: Evaluations in a row in which the watched metric has not become better.
    """

    def __init__(self, objective: Objective, stopping: EarlyStopping | None) -> None:
        self._sign = {m.name: 1.0 if m.higher else -1.0 for m in objective.metrics}
        watched = (stopping.metric,) if stopping else ()
        self._rankings = [
            (*watched, *(name for name in names if name not in watched))
            for names in (*objective.rankings, ())
        ]
        self._stopping = stopping
        self._watched_best = -math.inf
        self.best: dict[str, Any] = {}
        self.stale = 0

    def take(self, step: int, metrics: Mapping[str, float]) -> bool:
        """Note an evaluation; return whether it is the best so far."""
        self._watch(metrics)
        rank = self._rank(metrics)
        if rank is None or (self.best and rank <= (self._rank(self.best) or ())):
            return False
        self.best = {"step": step, **metrics}
        return True

    @property
    def exhausted(self) -> bool:
        """Whether the patience is used up."""
        return self._stopping is not None and self.stale >= self._stopping.patience

    def facts(self) -> dict[str, Any]:
        """Return the state as plain values."""
        return {"best": self.best, "stale": self.stale, "watched": self._watched_best}

    def load(self, facts: Mapping[str, Any]) -> None:
        """Go back to what :meth:`facts` returned."""
        self.best = dict(facts["best"])
        self.stale = int(facts["stale"])
        self._watched_best = float(facts["watched"])

    def _watch(self, metrics: Mapping[str, float]) -> None:
        if self._stopping is None or self._stopping.metric not in metrics:
            return
        name = self._stopping.metric
        value = self._sign[name] * metrics[name]
        if value > self._watched_best:
            self._watched_best, self.stale = value, 0
        else:
            self.stale += 1

    def _rank(self, metrics: Mapping[str, Any]) -> tuple[float, ...] | None:
        names = next((n for n in self._rankings if n and all(name in metrics for name in n)), ())
        rank = tuple(self._sign[name] * metrics[name] for name in names)
        return rank if rank and all(map(math.isfinite, rank)) else None
