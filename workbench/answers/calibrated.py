"""Whether probabilities mean what they say."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from engine.calibration import Reliability, brier, reliability
from projects.figures import number
from projects.translation import gettext as _
from projects.translation import ngettext
from widgets import theme
from widgets.plots.reliability import ReliabilityPlot
from workbench.answers.answered import CLASSES, LABELS, STEPS, Answered
from workbench.answers.base import Page, View

CLEAR = 0.02  # of mean certainty and what is right, from which on it is worth a word


class CalibrationView(View):
    """A reliability diagram with its figures."""

    name: ClassVar[str] = "calibration"
    kinds: ClassVar[tuple[str, ...]] = (CLASSES, LABELS, STEPS)
    order: ClassVar[int] = 20

    def title(self, kind: str) -> str:
        """Return what its tab says."""
        return _("Calibration")

    def build(self) -> QWidget:
        """Make the diagram and the words about it."""
        self._plot = ReliabilityPlot(_("Reliability diagram"))
        self._verdict = QLabel()
        self._verdict.setObjectName("hint")
        self._verdict.setWordWrap(True)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GAP // 2)
        column.addWidget(self._verdict)
        column.addWidget(self._plot, 1)
        return page

    def paint(self, page: Page) -> str:
        """Show the diagram; see :meth:`View.paint`."""
        answered = page.answered
        there = answered.finite
        if not there.any():
            self._verdict.setText(_("The network answers with values that are no numbers."))
            return ""
        odds, truth = answered.odds[there], answered.one_hot()[there]
        if answered.kind == LABELS:
            found = reliability(odds.reshape(-1), truth.reshape(-1))
            axes = (_("probability of a label"), _("label is there"))
        else:
            right = ~answered.wrong[there]
            found = reliability(answered.certainty[there], right)
            axes = (_("certainty of the answer"), _("right"))
        self._plot.set_bins(found.edges, found.counts, found.certainty, found.right, axes)
        self._verdict.setText(verdict(found, answered.kind))
        return _figures(answered, found, odds, truth)

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        self._plot.retheme()


def _figures(answered: Answered, found: Reliability, odds: np.ndarray, truth: np.ndarray) -> str:
    words = [
        _("ECE {error}").format(error=number(found.error)),
        _("widest gap {worst}").format(worst=number(found.worst)),
    ]
    if not answered.few:
        words.append(_("Brier score {score}").format(score=number(brier(odds, truth))))
    count = int(found.counts.sum())
    words.append(ngettext("{count:,} answer", "{count:,} answers", count).format(count=count))
    return " · ".join(words)


def verdict(found: Reliability, kind: str) -> str:
    """Return in a sentence what a reliability diagram means."""
    sure = float(np.nansum(found.counts * found.certainty) / max(1, int(found.counts.sum())))
    right = sure - found.excess
    if kind == LABELS:
        pattern = _(
            "Labels are given {sure:.1%} on average and are there in {right:.1%}: {verdict}."
        )
    else:
        pattern = _(
            "Answers are {sure:.1%} certain on average and {right:.1%} are right: {verdict}."
        )
    if found.excess > CLEAR:
        said = _("too certain")
    elif found.excess < -CLEAR:
        said = _("not certain enough")
    elif found.error > 2 * CLEAR:
        said = _("right on average, but too high in some places and too low in others")
    else:
        said = _("they can be taken at their word")
    return pattern.format(sure=sure, right=right, verdict=said)
