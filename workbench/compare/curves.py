"""One metric of both runs over the steps, each in the colour of its letter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from projects.translation import gettext as _
from widgets import theme
from widgets.plots.curves import CurvePlot
from widgets.plots.track import Curve
from workbench.metric_words import metric_words
from workbench.panels.gap_line import GapLine
from workbench.rundata import RunData
from workbench.smoothing import is_rare, usual_smoothing

LEAST_HEIGHT = 120


class MetricCurves(QWidget):
    """A plot of the metric that was chosen in the table.

    Args:
        parent: Qt parent.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compareCurves")
        self.setMinimumHeight(LEAST_HEIGHT)
        self._title = QLabel()
        self._title.setObjectName("plotTitle")
        self._plot = CurvePlot("")
        self._metric = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        self._gaps = GapLine()
        column.addWidget(self._title)
        column.addWidget(self._gaps)
        column.addWidget(self._plot, 1)
        theme.notifier().changed.connect(self._plot.retheme)

    def show_metric(self, runs: Sequence[RunData | None], metric: str) -> None:
        """Draw a metric of both runs; nothing for an empty name."""
        another = self._metric != metric
        self._metric = metric
        weight = usual_smoothing(run for run in runs if run is not None)
        curves, gaps = [], {}
        for place, run in enumerate(runs):
            series = run.scalars.get(metric) if run is not None else None
            if run is not None and series is not None and len(series):
                color, letter = theme.current().series_color(place), "AB"[place]
                steady = is_rare(run, series)
                x, y = series.steps, series.values
                curves.append(Curve(f"{letter}/{metric}", letter, color, x, y, steady=steady))
                if series.gap is not None:
                    gaps[letter] = series.gap
        self._gaps.tell(gaps)
        smooth = weight > 0 and not all(curve.steady for curve in curves)
        words = _("{metric}, smooth (w = {weight:g})") if smooth else "{metric}"
        named = words.format(metric=metric_words(metric), weight=weight) if metric else ""
        self._title.setText(named)
        self._plot.setAccessibleName(named)
        self._plot.set_smoothing(weight)
        self._plot.set_curves(curves)
        if another:
            self._plot.fit()


def first_curve(runs: Sequence[RunData | None], names: Iterable[str]) -> str:
    """Return the first of some metrics that has a curve in one of the runs; empty if none has."""

    def drawn(name: str) -> bool:
        return any(len(run.scalars.get(name, ())) > 1 for run in runs if run is not None)

    return next((name for name in names if drawn(name)), "")
