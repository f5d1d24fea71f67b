"""Runs of one project that differ in nothing but their seed, and the mean of what they measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray

from projects.difference import difference
from projects.schema import Project
from widgets.growing import put_away
from workbench.rundata import RunData, Series


@dataclass(frozen=True, eq=False)
class Mean:
    """One metric over several seeds.

    Attributes:
        steps: Steps at which all runs have values ``(n,)``.
        values: Their mean ``(n,)``.
        spread: Standard deviation of the sample (n − 1) ``(n,)``.
        runs: How many runs it is made of.
    """

    steps: NDArray[np.int64]
    values: NDArray[np.float64]
    spread: NDArray[np.float64]
    runs: int


def by_seed(runs: Sequence[RunData]) -> list[list[RunData]]:
    """Return runs in groups whose projects differ in their seed alone, in the order of the first of each.

    A run whose project is not known stands alone, and so does one with the seed of another one of its
    group, such as a branch of it.

    Args:
        runs: Some runs.
    """
    groups: list[tuple[Project | None, list[RunData]]] = []
    for run in runs:
        project = _without_seed(run.project) if run.project is not None else None
        fitting = (g for p, g in groups if project is not None and _same(p, project))
        group = next((g for g in fitting if _seed(run) not in map(_seed, g)), None)
        if group is None:
            groups.append((project, [run]))
        else:
            group.append(run)
    return [group for _project, group in groups]


def mean_of(series: Sequence[Series]) -> Mean | None:
    """Return mean and spread of a metric where all of some runs have measured it; None where nowhere.

    Where runs measured at other steps than the one with the most values, what they have there is taken
    from the straight line between their neighbours.

    Args:
        series: The metric of every run, at least one.
    """
    first = max((int(one.steps[0]) for one in series if len(one)), default=0)
    last = min((int(one.steps[-1]) if len(one) else -1 for one in series), default=-1)
    fullest = max(series, key=len)
    steps = fullest.steps[(fullest.steps >= first) & (fullest.steps <= last)]
    if not len(steps):
        return None
    values = np.stack([_at(one, steps) for one in series])
    spread = values.std(axis=0, ddof=1) if len(series) > 1 else np.zeros(len(steps))
    steps, mean, spread = put_away([steps, values.mean(axis=0), spread])
    return Mean(steps, mean, spread, len(series))


def _at(series: Series, steps: NDArray[np.int64]) -> NDArray[np.float64]:
    place = np.searchsorted(series.steps, steps[0])
    part = slice(place, place + len(steps))
    if np.array_equal(series.steps[part], steps):
        return series.values[part]
    return np.interp(steps, series.steps, series.values)


def _without_seed(project: Project) -> Project:
    return msgspec.structs.replace(project, recipe=msgspec.structs.replace(project.recipe, seed=0))


def _seed(run: RunData) -> int | None:
    return run.project.recipe.seed if run.project is not None else None


def _same(one: Project | None, other: Project) -> bool:
    return one is not None and not difference(one, other)
