"""Metrics of both runs in a table, with the difference between them and whether it is good."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHeaderView

from engine.studies.results import better_way
from projects.figures import measured, signed
from projects.translation import gettext as _
from widgets import theme
from workbench.data_tables import NUMBERS, ReadingTable
from workbench.metric_words import metric_words
from workbench.panels.saving import Table
from workbench.rundata import RunData

UNTOLD = ("learning_rate",)


class Scores(ReadingTable):
    """Shows what runs A and B have reached; those metrics first of which more or less is better.

    Attributes:
        names: The metric of every row.

    Signals:
        metric_chosen(name): A metric was clicked.
    """

    metric_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__("compareScores", _("Metrics of both runs"))
        self.names: list[str] = []
        self.setToolTip(_("Click on a metric to draw it above"))
        self.itemSelectionChanged.connect(self._choose)

    def show_runs(self, one: RunData | None, other: RunData | None) -> None:
        """Show the metrics of two runs; nothing as long as one is missing."""
        if one is None or other is None:
            self.names = []
            self.fill((), ())
            return
        before, after = latest(one), latest(other)
        ways = _ways(one, other)
        names = list(ways)
        if names != self.names:
            self.names = names
            self.clearSelection()
        rows, marks = [], []
        for name in names:
            a, b = before.get(name), after.get(name)
            words, mark = change_of(name, a, b, ways[name])
            marks.append(mark)
            rows.append([metric_words(name), _figure(name, a), _figure(name, b), words])
        self.fill((_("Metric"), "A", "B", "B − A"), rows)
        modes = QHeaderView.ResizeMode
        self.horizontalHeader().setSectionResizeMode(0, modes.Stretch)
        for row, mark in enumerate(marks):
            item = self.item(row, 3)
            if item is not None and mark:
                item.setForeground(QColor(theme.current().color(mark)))
                item.setTextAlignment(NUMBERS)

    def _choose(self) -> None:
        rows = self.selectionModel().selectedRows()
        if rows and rows[0].row() < len(self.names):
            self.metric_chosen.emit(self.names[rows[0].row()])


def scores_table(one: RunData, other: RunData) -> Table | None:
    """Return the metrics of two runs as figures, in the order of the table; None where there are none.

    Args:
        one: A.
        other: B.
    """
    before, after = latest(one), latest(other)
    rows = []
    for name in _ways(one, other):
        a, b = before.get(name), after.get(name)
        apart = b - a if a is not None and b is not None else None
        rows.append((name, *("" if value is None else value for value in (a, b, apart))))
    heads = ("metric", f"A: {one.label}", f"B: {other.label}", "B - A")
    return Table(heads, rows) if rows else None


def _ways(one: RunData, other: RunData) -> dict[str, bool | None]:
    """Whether more of each metric is better, None where neither way is; those first of which one is."""
    told = dict.fromkeys((*latest(one), *latest(other)))
    objective = one.project.objective.type if one.project is not None else ""
    ways = {name: better_way(name, objective) for name in told if not name.startswith(UNTOLD)}
    names = sorted(ways, key=lambda name: (ways[name] is None, not name.startswith("test_")))
    return {name: ways[name] for name in names}


def latest(run: RunData) -> dict[str, float]:
    """Return the last value of every metric of a run."""
    if run.finished is not None:
        return dict(run.finished.metrics)
    return {n: float(series.values[-1]) for n, series in run.scalars.items() if len(series)}


def _figure(name: str, value: float | None) -> str:
    return measured(name, value) if value is not None else "–"


def change_of(
    metric: str, a: float | None, b: float | None, higher: bool | None
) -> tuple[str, str]:
    """Return the difference of two values in words, with the colour that says whether it is good; empty for none.

    Args:
        metric: The metric's name in files.
        a: The first value; None where it was not measured.
        b: The second.
        higher: Whether more of it is better; None where neither way is.
    """
    if a is None or b is None or not np.isfinite(b - a):
        return "–", ""
    if a == b:
        return _("equal"), ""
    if higher is None:
        return signed(metric, b - a), ""
    better = (b > a) == higher
    mark = _("better") if better else _("worse")
    return f"{signed(metric, b - a)} {mark}", "good" if better else "warning"
