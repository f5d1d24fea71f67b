"""How well probabilities tell a class from all others: ROC and precision–recall curves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.ranking import average_precision, precision_recall_curve, roc_auc, roc_curve
from projects import figures
from projects.translation import N_
from projects.translation import gettext as _
from widgets import theme
from widgets.plots.chart import Chart, Line
from widgets.plots.marks import Marks
from workbench.answers.answered import CLASSES, LABELS, STEPS, Answered
from workbench.answers.base import Page, View

MOST_LINES = 8
MOST_POINTS = 1000
GRID = 400  # places at which curves are averaged
Curve = tuple[NDArray[np.float64], NDArray[np.float64]]
Scores = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Ranked:
    """How one class stands out.

    Attributes:
        name: Of the class.
        area: Under its curve.
        curve: Across and up.
        share: How often it is the case.
    """

    name: str
    area: float
    curve: Curve
    share: float


class RankingView(View):
    """A curve for each class, all decisions together (micro), and the mean over classes (macro)."""

    kinds: ClassVar[tuple[str, ...]] = ()
    axes: ClassVar[tuple[str, str]] = ("", "")

    def build(self) -> QWidget:
        """Make the legend and the chart."""
        self._marks = Marks()
        self._chart = Chart(self.title(CLASSES))
        self._chart.plot.setMouseEnabled(x=False, y=False)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GAP // 2)
        column.addWidget(self._marks)
        column.addWidget(self._chart, 1)
        return page

    def curve_of(self, truth: NDArray[np.bool_], scores: Scores) -> tuple[Curve, float]:
        """Return the curve of yes-or-no decisions, and the figure that sums it up."""
        raise NotImplementedError

    def chance(self, share: float) -> Curve:
        """Return the curve of answers that know nothing, where the case is so often."""
        raise NotImplementedError

    def figures(self, macro: float, micro: float) -> str:
        """Return both figures in words."""
        raise NotImplementedError

    def mean_curve(self, ranked: list[Ranked]) -> Curve | None:
        """Return the mean of the curves of all classes, where there is one."""
        return None

    def paint(self, page: Page) -> str:
        """Show the curves; see :meth:`View.paint`."""
        ranked, lost = ranked_of(page.answered, self.curve_of)
        there = page.answered.finite
        truth, odds = page.answered.one_hot()[there], page.answered.odds[there]
        tokens = theme.current()
        lines = []
        marks = []
        worst = sorted(range(len(ranked)), key=lambda i: ranked[i].area)[:MOST_LINES]
        for place, number in enumerate(sorted(worst)):
            one = ranked[number]
            color = tokens.series_color(place)
            lines.append(Line(*_thinned(one.curve), color, width=1.0))
            marks.append((1, f"{one.name} {figures.number(one.area)}", color))
        words = []
        if ranked:
            micro_curve, micro = self.curve_of(truth.reshape(-1), odds.reshape(-1))
            macro = float(np.mean([one.area for one in ranked]))
            mean = self.mean_curve(ranked)
            if mean is not None:
                lines.append(Line(*mean, tokens.color("muted"), dashed=True, width=2.0))
            lines.append(Line(*_thinned(micro_curve), tokens.color("text"), width=2.0))
            marks.insert(
                0,
                (
                    1,
                    _("all together {area}").format(area=figures.number(micro)),
                    tokens.color("text"),
                ),
            )
            words.append(self.figures(macro, micro))
            chance = self.chance(float(truth.mean()))
            lines.insert(0, Line(*chance, tokens.color("border_strong"), dashed=True, width=1.0))
        if len(ranked) > MOST_LINES:
            words.append(_("the {most} classes told apart worst").format(most=MOST_LINES))
        if lost:
            words.append(_("too few examples of: {names}").format(names=_few(lost)))
        if page.answered.few:
            words.append(_("of each answer the likeliest classes are known"))
        self._chart.show_all(lines, axes=(_(self.axes[0]), _(self.axes[1])))
        self._chart.plot.setRange(xRange=(0, 1.02), yRange=(0, 1.05), padding=0)
        self._marks.set_marks(marks)
        return " · ".join(words)

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        self._chart.retheme()


class RocView(RankingView):
    """Receiver operating characteristics."""

    name: ClassVar[str] = "roc"
    kinds: ClassVar[tuple[str, ...]] = (CLASSES, LABELS, STEPS)
    order: ClassVar[int] = 30
    axes: ClassVar[tuple[str, str]] = (N_("false alarms"), N_("found"))

    def title(self, kind: str) -> str:
        """Return what its tab says."""
        return _("ROC")

    def curve_of(self, truth: NDArray[np.bool_], scores: Scores) -> tuple[Curve, float]:
        """Return the ROC curve and the area under it."""
        return roc_curve(truth, scores), roc_auc(truth, scores)

    def chance(self, share: float) -> Curve:
        """Return the diagonal."""
        ends = np.array([0.0, 1.0])
        return ends, ends

    def figures(self, macro: float, micro: float) -> str:
        """Return both areas."""
        return _("area: mean of the classes {macro}, all decisions together {micro}").format(
            macro=figures.number(macro), micro=figures.number(micro)
        )

    def mean_curve(self, ranked: list[Ranked]) -> Curve | None:
        """Return the mean of what is found at every rate of false alarms."""
        across = np.linspace(0, 1, GRID)
        return across, np.mean([np.interp(across, *one.curve) for one in ranked], axis=0)


class PrecisionView(RankingView):
    """Precision over recall."""

    name: ClassVar[str] = "precision"
    kinds: ClassVar[tuple[str, ...]] = (CLASSES, LABELS, STEPS)
    order: ClassVar[int] = 40
    axes: ClassVar[tuple[str, str]] = (N_("recall"), N_("precision"))

    def title(self, kind: str) -> str:
        """Return what its tab says."""
        return _("Precision–recall")

    def curve_of(self, truth: NDArray[np.bool_], scores: Scores) -> tuple[Curve, float]:
        """Return precision over recall, in steps, and the average precision."""
        recall, precision = precision_recall_curve(truth, scores)
        return (np.repeat(recall, 2)[:-1], np.repeat(precision, 2)[1:]), average_precision(
            truth, scores
        )

    def chance(self, share: float) -> Curve:
        """Return the share at every recall."""
        return np.array([0.0, 1.0]), np.full(2, share)

    def figures(self, macro: float, micro: float) -> str:
        """Return both average precisions."""
        return _(
            "average precision: mean of the classes {macro}, all decisions together {micro}"
        ).format(macro=figures.number(macro), micro=figures.number(micro))


def ranked_of(
    answered: Answered, curve_of: Callable[[NDArray[np.bool_], Scores], tuple[Curve, float]]
) -> tuple[list[Ranked], list[str]]:
    """Return how every class stands out, and the names of those of which nothing can be said.

    Args:
        answered: What was answered.
        curve_of: Makes the curve and its figure.
    """
    there = answered.finite
    truth, odds = answered.one_hot()[there], answered.odds[there]
    ranked, lost = [], []
    for place, name in enumerate(answered.names):
        column = truth[:, place]
        if not column.any() or column.all():
            lost.append(name)
            continue
        curve, area = curve_of(column, odds[:, place])
        ranked.append(Ranked(name, area, curve, float(column.mean())))
    return ranked, lost


def _thinned(curve: Curve) -> Curve:
    """A curve with no more points than can be told apart."""
    across, up = curve
    if len(across) <= MOST_POINTS:
        return across, up
    chosen = np.unique(np.linspace(0, len(across) - 1, MOST_POINTS).astype(np.int64))
    return across[chosen], up[chosen]


def _few(names: list[str]) -> str:
    return ", ".join(names[:4]) + ("…" if len(names) > 4 else "")
