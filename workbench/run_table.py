"""The table of runs as figures: the rows and columns that are shown, under the names that files have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from workbench.panels.saving import Table
from workbench.run_columns import Column, Row
from workbench.run_words import headline_name

HEADS = ("run", "folder", "state", "step", "time (s)")


def run_table(rows: Sequence[Row], columns: Sequence[Column], headline: str) -> Table | None:
    """Return what stands in the table of runs; None where there are none.

    Args:
        rows: The runs, in the order in which they are shown.
        columns: What stands behind name, state, steps, time and result.
        headline: The metric by which all are judged; empty where each result is of a metric of its own.
    """
    if not rows:
        return None
    result = (headline,) if headline else ("result", "metric of the result")
    return Table(
        (*HEADS, *result, *(column.key or column.kind for column in columns)),
        _cells(rows, columns, headline),
    )


def _cells(
    rows: Iterable[Row], columns: Sequence[Column], headline: str
) -> Iterator[Sequence[object]]:
    for row in rows:
        told = row.summary
        name = headline or headline_name(told.metrics)
        result = (told.metrics.get(name, ""),) if headline else (told.metrics.get(name, ""), name)
        others = (row.value(column) for column in columns)
        yield (
            *(row.title, str(row.path), told.state, told.steps, told.seconds),
            *result,
            *("" if value is None else value for value in others),
        )
