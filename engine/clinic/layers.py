"""What several ailments ask of the looks at layers."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from engine.clinic.chart import Chart
from engine.clinic.history import History
from engine.clinic.vitals import GRADIENT, WEIGHT, Numbers, Record
from engine.objectives.base import objective_of
from projects.schema import Project

NORMS = ("batch_norm", "layer_norm", "group_norm", "instance_norm", "rms_norm")
TABLES = ("embedding", "learned_positions", "one_hot")  # of which a batch moves a few rows
UNLIKE = frozenset({*NORMS, *TABLES})  # other layers, whose weights are a matrix of their own
GATED = (
    "lstm",
    "gru",
)  # whose gates are meant to be open or shut: what they keep for long they keep by that
TINY = 1e-30


def learns_alone(project: Project) -> bool:
    """Whether no network of a project plays against another one: what a layer ought to be like is known then."""
    return not objective_of(project).rivals


def has_several(project: Project) -> bool:
    """Whether networks learn alone, and at least one of them has layers enough to be compared."""
    return learns_alone(project) and any(
        len(network.nodes) > 3 for network in project.networks.values()
    )


def weighing(record: Record, rows: list[int]) -> list[int]:
    """Return those of some rows that multiply what flows in by weights of their own, in working order.

    Norms only scale what others have made, and of a table a batch moves the few rows that it names.
    """
    norms, kinds = record.table[:, WEIGHT].tolist(), record.kinds
    return [row for row in rows if math.isfinite(norms[row]) and kinds[row] not in UNLIKE]


def each_network(chart: Chart, fewest: int) -> Sequence[tuple[str, list[int]]]:
    """Return each network with at least so many layers with weights, and their rows."""
    history = chart.layers
    record = history.last
    if record is None:
        return ()
    every = history.once(
        "weighing", lambda: [(n, weighing(record, history.rows(n))) for n in history.networks]
    )
    return [(network, rows) for network, rows in every if len(rows) >= fewest]


def fading(history: History, rows: list[int], looks: int) -> tuple[float, int]:
    """Return the largest gradient in the first quarter of some layers as a share of the last one's, and whose it is.

    Of each the median root mean square ‖g‖ / √n of the last looks; NaN where the last has none.
    """
    gradients = history.median(GRADIENT, looks)[rows]
    early = gradients[: max(1, len(rows) // 4)]
    last = float(gradients[-1])
    if not (np.isfinite(early).all() and last > TINY):
        return float("nan"), rows[0]
    return float(early.max()) / last, rows[int(early.argmax())]


def worst(values: Numbers, rows: list[int]) -> int | None:
    """Return the row, of some, with the largest value; None where none has one."""
    there = [row for row in rows if np.isfinite(values[row])]
    return max(there, key=lambda row: float(values[row]), default=None)
