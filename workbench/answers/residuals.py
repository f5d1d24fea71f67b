"""Errors of foretold numbers over the numbers themselves."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from projects.translation import gettext as _
from widgets import theme
from widgets.choice_box import ChoiceBox
from widgets.plots.chart import Chart, Cloud, Line
from widgets.plots.readout import number
from workbench.answers.answered import NUMBERS
from workbench.answers.base import Page, View

WORST = 5
BINS = 12
LEAST = 5  # answers in a bin whose mean is drawn


class ResidualsView(View):
    """Truth minus answer over the answer: what is left to learn has a shape, what is not is a cloud around 0."""

    name: ClassVar[str] = "residuals"
    kinds: ClassVar[tuple[str, ...]] = (NUMBERS,)
    order: ClassVar[int] = 5

    def title(self, kind: str) -> str:
        """Return what its tab says."""
        return _("Residuals")

    def build(self) -> QWidget:
        """Make the choice of a target and the chart."""
        self._target = ChoiceBox("answersTarget", _("Which number"))
        self._target.currentIndexChanged.connect(self._changed)
        self._names: list[str] = []
        self._chart = Chart(_("Residuals over answers"))
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._target, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._chart, 1)
        return page

    def paint(self, page: Page) -> str:
        """Show the residuals; see :meth:`View.paint`."""
        answered = page.answered
        self._offer(list(answered.names))
        place = max(0, self._target.currentIndex())
        there = answered.finite & np.isfinite(answered.truth).all(axis=1)
        said, truth = answered.said[there, place], answered.truth[there, place]
        if not len(said):
            self._chart.show_all(axes=(_("answer"), _("truth − answer")))
            return _("The network answers with values that are no numbers.")
        gaps = truth - said
        tokens = theme.current()
        worst = np.argsort(-np.abs(gaps), kind="stable")[:WORST]
        usual = np.delete(np.arange(len(gaps)), worst)
        ends = np.array([said.min(), said.max()])
        lines = [Line(ends, np.zeros(2), tokens.color("border_strong"), dashed=True)]
        middle = means_along(said, gaps)
        if len(middle[0]) > 1:
            lines.append(Line(*middle, tokens.color("warning"), width=2))
        clouds = [
            Cloud(said[usual], gaps[usual], tokens.color("accent", 0.7)),
            Cloud(said[worst], gaps[worst], tokens.color("bad"), "d", 8.0),
        ]
        self._chart.show_all(lines, clouds, axes=(_("answer"), _("truth − answer")), heading="")
        return _(
            "mean {mean} · standard deviation {deviation} · ◆ the {worst} largest · — mean along the answers"
        ).format(
            mean=number(float(gaps.mean())), deviation=number(float(gaps.std())), worst=len(worst)
        )

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        self._chart.retheme()

    def _offer(self, names: list[str]) -> None:
        self._target.setVisible(len(names) > 1)
        if names != self._names:
            self._names = names
            self._target.blockSignals(True)
            self._target.clear()
            self._target.addItems(names)
            self._target.blockSignals(False)

    def _changed(self, _index: int) -> None:
        self.again()


def means_along(said: np.ndarray, gaps: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return means of answers and of residuals in bins that hold equally many answers."""
    order = np.argsort(said, kind="stable")
    parts = [p for p in np.array_split(order, min(BINS, max(1, len(order) // LEAST))) if len(p)]
    return np.array([said[p].mean() for p in parts]), np.array([gaps[p].mean() for p in parts])
