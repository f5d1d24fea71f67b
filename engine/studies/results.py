"""What came of a study: mean and standard deviation over the seeds of every cell, the best one, and tables."""

from __future__ import annotations

import csv
import io
import math
import statistics
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from engine.objectives.base import OBJECTIVES
from engine.studies.declaration import Study
from engine.studies.folder import Row
from engine.studies.grid import Cell
from projects.figures import measured, with_deviation
from projects.translation import gettext as _

SPLITS = ("test_", "validation_", "train_")
# Metrics that no objective declares (those of the test part, of samples): less is better of these.
LESS_IS_BETTER = (
    *("loss", "mse", "mae", "rmse", "fid", "kid", "perplexity", "kl", "error", "reverse_kl"),
)


class Figure(NamedTuple):
    """One metric of a cell.

    Attributes:
        metric: Its name in files.
        mean: Over the seeds.
        sd: Standard deviation of the sample (n − 1); None of a single run.
        runs: How many runs it is made of.
    """

    metric: str
    mean: float
    sd: float | None
    runs: int

    def __str__(self) -> str:
        """The figure as people write it: ``0.9810 ± 0.0040``."""
        if self.sd is None:
            return measured(self.metric, self.mean)
        return with_deviation(self.metric, self.mean, self.sd)


class CellResult(NamedTuple):
    """What came of one cell.

    Attributes:
        cell: The cell.
        rows: Its runs, seed by seed.
        figures: Its metrics over the runs that are finished.
        best: Whether no cell is better by the metric that counts.
    """

    cell: Cell
    rows: tuple[Row, ...]
    figures: dict[str, Figure]
    best: bool = False

    @property
    def done(self) -> int:
        """How many runs are finished."""
        return sum(row.state == "finished" for row in self.rows)

    @property
    def failed(self) -> int:
        """How many runs failed."""
        return sum(row.state == "failed" for row in self.rows)


class Results(NamedTuple):
    """The table of a study.

    Attributes:
        study: The study.
        cells: Its cells, in the order of the grid.
        metric: Which metric tells how good a cell is; empty while nothing is finished.
        higher: Whether more of it is better.
        metrics: Every metric that a finished run has, the one that counts first.
    """

    study: Study
    cells: tuple[CellResult, ...]
    metric: str
    higher: bool
    metrics: tuple[str, ...]


def results_of(study: Study, rows: Sequence[Row]) -> Results:
    """Return the table of what has come of a study so far.

    Args:
        study: The study.
        rows: Its runs, cell by cell.
    """
    finished = [row for row in rows if row.state == "finished"]
    objective = rows[0].planned.project.objective.type if rows else ""
    metric = _metric(study, objective, finished)
    higher = more_is_better(metric, objective)
    width = len(study.seeds)
    cells = [
        CellResult(group[0].planned.cell, group, figures_of(group))
        for group in (tuple(rows[i : i + width]) for i in range(0, len(rows), width))
    ]
    best = _best(cells, metric, higher)
    names = dict.fromkeys(name for row in finished for name in row.metrics)
    return Results(
        study,
        tuple(cell._replace(best=i == best) for i, cell in enumerate(cells)),
        metric,
        higher,
        tuple(sorted(names, key=lambda name: (name != metric, not name.startswith("test_")))),
    )


def figures_of(rows: Sequence[Row]) -> dict[str, Figure]:
    """Return mean and standard deviation of every metric over the runs that are finished."""
    finished = [row for row in rows if row.state == "finished"]
    figures = {}
    for name in dict.fromkeys(name for row in finished for name in row.metrics):
        values = [row.metrics[name] for row in finished if name in row.metrics]
        values = [value for value in values if math.isfinite(value)]
        if values:
            sd = statistics.stdev(values) if len(values) > 1 else None
            figures[name] = Figure(name, statistics.fmean(values), sd, len(values))
    return figures


def more_is_better(metric: str, objective: str = "") -> bool:
    """Return whether more of a metric is better, as far as its name tells; see :func:`better_way`."""
    way = better_way(metric, objective)
    return way if way is not None else not _plain(metric).endswith(LESS_IS_BETTER)


def better_way(metric: str, objective: str) -> bool | None:
    """Return whether more of a metric is better; None where neither more nor less is.

    Args:
        metric: Its name.
        objective: Tag of the objective, which knows its own metrics; losses of rivals say nothing.
    """
    plain = _plain(metric)
    known = OBJECTIVES.get(objective) if objective in OBJECTIVES else None
    for declared in known.metrics if known is not None else ():
        if _plain(declared.name) == plain:
            return declared.higher
    losses = plain.endswith(LESS_IS_BETTER) and not (known is not None and known.rivals)
    return False if losses else None


def _plain(metric: str) -> str:
    """A metric without the part of the data that it is of."""
    for split in SPLITS:
        metric = metric.removeprefix(split)
    return metric


def _metric(study: Study, objective: str, finished: Sequence[Row]) -> str:
    """The metric that counts: the study's, else the objective's best, of the test part if that has one."""
    if study.metric:
        return study.metric
    there = dict.fromkeys(name for row in finished for name in row.metrics)
    known = OBJECTIVES.get(objective).best if objective in OBJECTIVES else ()
    for name in known:
        for wanted in (f"test_{_plain(name)}", name):
            if wanted in there:
                return wanted
    losses = [name for name in there if name.endswith("loss")]
    return next(iter([*losses, *there]), "")


def _best(cells: Sequence[CellResult], metric: str, higher: bool) -> int | None:
    """The place of the best cell; of equal ones the first. One alone has nothing to be better than."""
    scored = [
        (i, cell.figures[metric].mean) for i, cell in enumerate(cells) if metric in cell.figures
    ]
    if len(scored) < 2:
        return None
    sign = 1 if higher else -1
    return max(scored, key=lambda pair: (sign * pair[1], -pair[0]))[0]


# ----------------------------------------------------------------------------------- tables


def as_csv(results: Results) -> str:
    """Return every run as a line of CSV: its choices, seed, state and metrics."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    axes = [axis.title for axis in results.study.axes]
    writer.writerow(
        [*axes, "seed", "run", "state", "steps", "seconds", *results.metrics, "message"]
    )
    for cell in results.cells:
        for row in cell.rows:
            figures = [row.metrics.get(name, "") for name in results.metrics]
            told = [row.planned.seed, row.planned.name, row.state, row.steps, round(row.seconds, 3)]
            writer.writerow([*cell.cell.labels, *told, *figures, row.message])
    return out.getvalue()


def as_markdown(results: Results) -> str:
    """Return the cells as a Markdown table: mean ± standard deviation, the best in bold."""
    heads = [axis.title for axis in results.study.axes]
    heads += [_("runs"), *results.metrics]
    lines = [f"# {_escaped(results.study.title)}", ""]
    lines += [_row(map(_escaped, heads)), _row("---" for _head in heads)]
    for cell in results.cells:
        counts = f"{cell.done}/{len(cell.rows)}"
        figures = [str(cell.figures.get(name, "–")) for name in results.metrics]
        if cell.best:
            figures[0] = f"**{figures[0]}**"
        lines.append(_row([*map(_escaped, cell.cell.labels), counts, *figures]))
    failures = [
        f"- {_escaped(row.planned.title)}: {_escaped(row.message)}"
        for cell in results.cells
        for row in cell.rows
        if row.state == "failed"
    ]
    return "\n".join([*lines, *(["", *failures] if failures else []), ""])


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _escaped(text: str) -> str:
    return " ".join(text.split()).replace("\\", "\\\\").replace("|", "\\|")
