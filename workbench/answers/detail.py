"""One example with what was answered about it: drawn, with its probabilities, and whether it was wrong lately."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QHeaderView,
    QLabel,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from projects.translation import gettext as _
from widgets import theme
from widgets.elided import ElidedLabel
from widgets.figures_table import figures_table
from widgets.plain import plain_tip
from widgets.plots.readout import number
from widgets.plots.sparkline import Sparkline
from widgets.share_bar import ShareBar
from workbench.answers.answered import (
    CLASSES,
    LABELS,
    NUMBERS,
    STEPS,
    odds_of_truth,
    wrong_lately,
)
from workbench.answers.base import Page
from workbench.answers.drawing import ExampleDrawing
from workbench.answers.words import certainty_words, name_of

LIKELIEST = 6
BAR = 84  # pixels of a probability
HIGH = 290  # pixels from which on there is room for the small curve


class ExampleDetail(QWidget):
    """Shows one answer.

    Args:
        parent: Qt parent.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = ElidedLabel()
        self._name.setObjectName("plotTitle")
        self._drawing = ExampleDrawing()
        self._table = figures_table("answersOdds", _("Probabilities"))
        self._table.setItemDelegateForColumn(1, ShareBar(self._table))
        self._table.setWordWrap(False)
        self._lately = QLabel()
        self._lately.setObjectName("hint")
        self._lately.setWordWrap(True)
        self._line = Sparkline()
        self._has_line = False
        words = _("Probability of the right answer over training")
        self._line.setToolTip(words)
        self._line.setAccessibleName(words)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.GAP, 0, 0, 0)
        column.setSpacing(theme.GAP // 2)
        column.addWidget(self._name)
        column.addWidget(self._drawing, 1)
        column.addWidget(self._table, 1)
        column.addWidget(self._lately)
        column.addWidget(self._line)

    def show_answer(self, page: Page, index: int) -> None:
        """Show an answer by its index among all."""
        answered = page.answered
        self._name.setText(name_of(page, index))
        self._drawing.show_example(page, index)
        if answered.kind == NUMBERS:
            self._fill_numbers(page, index)
        else:
            self._fill_odds(page, index)
        self._tell_lately(page, index)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the small curve out where there is no room for it."""
        super().resizeEvent(event)
        self._line.setVisible(self._has_line and self.height() >= HIGH)

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        self._drawing.retheme()
        self._line.update()

    def _fill_odds(self, page: Page, index: int) -> None:
        """The likeliest classes, the right one among them; of labels all."""
        answered = page.answered
        odds = answered.odds[index]
        order = np.argsort(-odds, kind="stable")
        if answered.kind != LABELS:
            truth = int(answered.truth[index])
            order = order[:LIKELIEST]
            if truth not in order:
                order = np.append(order[:-1], truth)
        self._start([_("Answer"), _("Probability")], len(order), heads=False)
        header = self._table.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Fixed)
        header.resizeSection(1, BAR)
        for row, place in enumerate(order.tolist()):
            bar = QTableWidgetItem(certainty_words(float(odds[place])))
            bar.setData(ShareBar.SHARE, float(odds[place]))
            self._table.setItem(row, 0, self._named(page, index, place))
            self._table.setItem(row, 1, bar)

    def _named(self, page: Page, index: int, place: int) -> QTableWidgetItem:
        """A class with a mark: the right one, or the wrong one that was answered."""
        answered = page.answered
        if answered.kind == LABELS:
            true, said = bool(answered.truth[index, place]), bool(answered.said[index, place])
        else:
            true = int(answered.truth[index]) == place
            said = int(answered.said[index]) == place
        words = {
            (True, True): ("✓ ", _("The truth, and the answer"), "good"),
            (True, False): ("✓ ", _("The truth"), "good"),
            (False, True): ("✗ ", _("The answer, which is wrong"), "bad"),
            (False, False): ("", "", "text"),
        }
        mark, tip, tone = words[true, said]
        item = QTableWidgetItem(f"{mark}{answered.names[place]}")
        item.setToolTip(plain_tip("\n".join([answered.names[place], tip]).strip()))
        item.setForeground(theme.current().color(tone))
        return item

    def _fill_numbers(self, page: Page, index: int) -> None:
        answered = page.answered
        ranges = answered.low is not None and answered.high is not None
        heads = [_("Target"), _("Truth"), _("Answer"), _("Error")]
        self._start([*heads, *([_("Range")] if ranges else [])], len(answered.names))
        for row, name in enumerate(answered.names):
            true, said = (float(table[index, row]) for table in (answered.truth, answered.said))
            texts = [name, number(true), number(said), number(said - true)]
            if answered.low is not None and answered.high is not None:
                low, high = (float(t[index, row]) for t in (answered.low, answered.high))
                texts.append(_("{low} to {high}").format(low=number(low), high=number(high)))
            for column, text in enumerate(texts):
                self._table.setItem(row, column, QTableWidgetItem(text))

    def _start(self, titles: list[str], rows: int, heads: bool = True) -> None:
        self._table.horizontalHeader().setVisible(heads)
        self._table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self._table.setColumnCount(len(titles))
        self._table.setHorizontalHeaderLabels(titles)
        self._table.setRowCount(rows)

    def _tell_lately(self, page: Page, index: int) -> None:
        answered = page.answered
        named = answered.kind in (CLASSES, STEPS)
        self._has_line = named
        self._line.setVisible(named and self.height() >= HIGH)
        self._lately.setVisible(answered.kind != NUMBERS)
        if answered.kind == NUMBERS:
            return
        times, looked = wrong_lately(page.frames, len(answered))
        self._lately.setText(lately_words(int(times[index]), looked))
        if named:
            steps, odds = odds_of_truth(page.frames, index)
            self._line.show_curve(steps, odds, line=None, bad=bool(answered.wrong[index]))


def lately_words(times: int, looked: int) -> str:
    """Return how often an answer was wrong in the last evaluations, in a sentence."""
    if looked < 2:
        return _("There was only one evaluation so far.")
    if times == looked:
        return _("Wrong in each of the last {looked} evaluations.").format(looked=looked)
    if times == 0:
        return _("Right in each of the last {looked} evaluations.").format(looked=looked)
    return _("Wrong in {times} of the last {looked} evaluations.").format(
        times=times, looked=looked
    )
