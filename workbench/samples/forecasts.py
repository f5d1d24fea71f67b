"""How series were foretold to go on, beside how they went on."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from PySide6.QtWidgets import QGridLayout, QWidget

from projects.translation import gettext as _
from widgets import theme
from widgets.plots.chart import Band, Chart, Line
from workbench.rundata import Frame
from workbench.samples.base import View

CHARTS, COLUMNS = 6, 3


class ForecastsView(View):
    """A few windows, each with its truth and its forecast."""

    kinds: ClassVar[tuple[str, ...]] = ("forecasts",)

    def build(self) -> QWidget:
        """Make the charts."""
        page = QWidget()
        self._grid = QGridLayout(page)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(theme.GAP)
        self._charts = [Chart(_("Forecast {number}").format(number=i + 1)) for i in range(CHARTS)]
        for place, chart in enumerate(self._charts):
            self._grid.addWidget(chart, place // COLUMNS, place % COLUMNS)
        return page

    def paint(self, frame: Frame, mistakes: bool) -> str:
        """Show the forecasts; see :meth:`View.paint`."""
        count = len(frame.arrays["window"])
        chosen = np.unique(np.linspace(0, count - 1, min(count, CHARTS)).astype(int))
        for place, chart in enumerate(self._charts):
            chart.setVisible(place < len(chosen))
            if place < len(chosen):
                self._draw(chart, frame, int(chosen[place]))
        words = _("— window · ● truth · ▲ dashed: forecast; the oldest first")
        return words + (_(" · shaded: quantiles") if "lower" in frame.arrays else "")

    def _draw(self, chart: Chart, frame: Frame, index: int) -> None:
        tokens, arrays = theme.current(), frame.arrays
        window, truth, said = (arrays[n][index] for n in ("window", "truth", "predicted"))
        columns = [int(column) for column in frame.info.get("columns", ())]
        before, after = np.arange(1.0 - len(window), 1.0), np.arange(1.0, len(truth) + 1)
        lines, bands = [], []
        for place in range(truth.shape[1]):
            real, guess = tokens.series_color(2 * place), tokens.series_color(2 * place + 1)
            for values, color, mark in ((truth, real, "o"), (said, guess, "t1")):
                x, y = after, values[:, place]
                if columns:  # both go on from the last value of the window
                    x = np.concatenate([before[-1:], x])
                    y = np.concatenate([window[-1:, columns[place]], y])
                lines.append(Line(x, y, color, dashed=mark == "t1", marks=mark, width=1.2))
            if columns:
                lines.append(Line(before, window[:, columns[place]], real))
            if "lower" in arrays:
                low, high = (arrays[name][index][:, place] for name in ("lower", "upper"))
                bands.append(Band(after, low, high, guess))
        chart.show_all(lines, bands=bands)

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        for chart in self._charts:
            chart.retheme()
