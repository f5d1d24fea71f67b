"""How smooth curves are as long as nobody has chosen it."""

from __future__ import annotations

from collections.abc import Iterable

from workbench.panels.base import is_game
from workbench.rundata import RunData, Series

OF_GAMES = 0.95  # weight of the moving average: what two networks push up and down would be a band
RARE = 20  # steps from one value to the next from which on a curve is its own course


def usual_smoothing(runs: Iterable[RunData]) -> float:
    """Return the weight of the moving average with which curves of these runs begin; 0 for none."""
    games = (run.project is not None and is_game(run.project) for run in runs)
    return OF_GAMES if any(games) else 0.0


def is_rare(run: RunData, series: Series) -> bool:
    """Whether a metric was measured so seldom that averages over its values would hide its course."""
    return RARE * len(series) < run.step
