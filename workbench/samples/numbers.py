"""Numbers that were foretold of examples, beside the truth."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from PySide6.QtWidgets import QWidget

from projects.translation import gettext as _
from widgets import theme
from widgets.plots.chart import Band, Chart, Cloud, Line
from widgets.plots.plane import SYMBOLS
from workbench.rundata import Frame
from workbench.samples.base import View

MOST_COLUMNS = 8


class NumbersView(View):
    """Answers over truths with the diagonal; over a single feature, the curve of all answers."""

    kinds: ClassVar[tuple[str, ...]] = ("regression",)

    def build(self) -> QWidget:
        """Make the chart."""
        self._chart = Chart(_("Foretold and true numbers"))
        return self._chart

    def paint(self, frame: Frame, mistakes: bool) -> str:
        """Show the numbers; see :meth:`View.paint`."""
        return self._curve(frame) if "x" in frame.arrays else self._diagonal(frame)

    def _curve(self, frame: Frame) -> str:
        arrays, tokens = frame.arrays, theme.current()
        features = [str(name) for name in frame.info.get("features", ())]
        clouds, lines, bands = [], [], []
        for column in range(min(arrays["truth"].shape[1], MOST_COLUMNS)):
            color = tokens.series_color(column)
            pale = tokens.color("muted", 0.6)
            symbol = SYMBOLS[column % len(SYMBOLS)]
            clouds.append(Cloud(arrays["x"], arrays["truth"][:, column], pale, symbol))
            x = arrays["curve_x"]
            lines.append(Line(x, arrays["curve_predicted"][:, column], color, width=2))
            if "curve_lower" in arrays:
                low, high = (arrays[f"curve_{name}"][:, column] for name in ("lower", "upper"))
                bands.append(Band(x, low, high, color))
        axes = (features[0] if features else _("input"), _targets(frame))
        self._chart.show_all(lines, clouds, bands, axes)
        return _("● truth · — what is answered") + _band_words(frame)

    def _diagonal(self, frame: Frame) -> str:
        arrays, tokens = frame.arrays, theme.current()
        truth, said = arrays["truth"], arrays["predicted"]
        shown = range(min(truth.shape[1], MOST_COLUMNS))
        clouds = [
            Cloud(
                truth[:, column],
                said[:, column],
                tokens.series_color(column),
                SYMBOLS[column % len(SYMBOLS)],
            )
            for column in shown
        ]
        lines = []
        if "lower" in arrays:
            bars = _bars(truth[:, 0], arrays["lower"][:, 0], arrays["upper"][:, 0])
            lines.append(Line(*bars, tokens.color("muted", 0.35), width=1))
        low, high = float(min(truth.min(), said.min())), float(max(truth.max(), said.max()))
        ends = np.array([low, high])
        lines.append(Line(ends, ends, tokens.color("border_strong"), dashed=True))
        name = _targets(frame)
        axes = (_("truth: {name}").format(name=name), _("answer"))
        self._chart.show_all(lines, clouds, axes=axes)
        words = _("{count} answers over the truth; on the dashed diagonal they are right")
        return words.format(count=len(truth)) + _band_words(frame)

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        self._chart.retheme()


def _targets(frame: Frame) -> str:
    names = [str(name) for name in frame.info.get("targets", ())]
    return ", ".join(names[:MOST_COLUMNS]) or _("target")


def _band_words(frame: Frame) -> str:
    there = "lower" in frame.arrays
    return _(" · pale: from the lowest to the highest quantile") if there else ""


def _bars(x: np.ndarray, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Vertical bars as one line with gaps."""
    gaps = np.full_like(x, np.nan)
    return np.stack([x, x, gaps], axis=1).reshape(-1), np.stack([low, high, gaps], 1).reshape(-1)
