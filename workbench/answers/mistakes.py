"""The worst mistakes and the most surprising ones, each with what it is about."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QSplitter, QVBoxLayout, QWidget

from projects.translation import gettext as _
from projects.translation import ngettext
from widgets import theme
from widgets.choice_box import ChoiceBox
from widgets.plots.flow import FlowLayout
from workbench.answers.answered import (
    CLASSES,
    LABELS,
    NUMBERS,
    STEPS,
    Answered,
    wrong_lately,
)
from workbench.answers.base import Page, View
from workbench.answers.detail import ExampleDetail
from workbench.answers.sheet import MOST, ExampleSheet

WIDE = 1.2  # by the height, from which on the parts stand side by side
WORST, SURPRISING, DOUBTFUL, STUBBORN, BEST = "worst", "surprising", "doubtful", "stubborn", "best"
ANY = -1


class MistakesView(View):
    """A sheet of examples in a chosen order, and the chosen one beside it."""

    name: ClassVar[str] = "mistakes"
    kinds: ClassVar[tuple[str, ...]] = (CLASSES, LABELS, STEPS, NUMBERS)
    order: ClassVar[int] = 10
    least: ClassVar[int] = 220

    def title(self, kind: str) -> str:
        """Return what its tab says."""
        return _("Worst errors") if kind == NUMBERS else _("Mistakes")

    def build(self) -> QWidget:
        """Make the choices, the sheet and the detail."""
        orders = (
            (_("Highest loss"), WORST, _("Where the answer costs most")),
            (_("Confident and wrong"), SURPRISING, _("Wrong, with the highest probability")),
            (_("Wrong most often"), STUBBORN, _("Wrong in most of the last evaluations")),
            (_("Least certain"), DOUBTFUL, _("Right or wrong, with the lowest probability")),
            (_("Lowest loss"), BEST, _("Where the answer costs least")),
        )
        entries = [(words, data) for words, data, _tip in orders]
        self._order = ChoiceBox("answersOrder", _("Order of the examples"), entries)
        for place, (_words, _data, tip) in enumerate(orders):
            self._order.setItemData(place, tip, Qt.ItemDataRole.ToolTipRole)
        self._true = ChoiceBox("answersTrue", _("Of which true class"))
        self._said = ChoiceBox("answersSaid", _("With which answer"))
        policy = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        for choice, letters in ((self._order, 9), (self._true, 6), (self._said, 6)):
            choice.setSizeAdjustPolicy(policy)
            choice.setMinimumContentsLength(letters)
            choice.currentIndexChanged.connect(self._changed)
        self._sheet = ExampleSheet(_("Examples and answers"))
        self._sheet.chosen.connect(self._choose)
        self._detail = ExampleDetail()
        self._chosen = -1
        self._names: list[str] | None = None
        self._kind = ""
        self._parts = _Parts()
        self._parts.addWidget(self._sheet)
        self._parts.addWidget(self._detail)
        self._parts.setStretchFactor(0, 3)
        self._parts.setStretchFactor(1, 2)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GAP)
        tools = FlowLayout(gap=theme.GAP)
        for choice in (self._order, self._true, self._said):
            tools.addWidget(choice)
        column.addLayout(tools)
        column.addWidget(self._parts, 1)
        return page

    def paint(self, page: Page) -> str:
        """Show the answers in the chosen order; see :meth:`View.paint`."""
        answered = page.answered
        self._offer(answered)
        order = self._ordered(page)
        if self._chosen not in order[:MOST]:
            self._chosen = int(order[0]) if len(order) else -1
        self._sheet.show_answers(page, order, self._chosen)
        self._detail.setVisible(self._chosen >= 0)
        if self._chosen >= 0:
            self._detail.show_answer(page, self._chosen)
        return self._words(page, order)

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        self._sheet.retheme()
        self._detail.retheme()

    # ----------------------------------------------------------------------------------- choosing

    def _offer(self, answered: Answered) -> None:
        """Offer the classes of this run; numbers have no right and wrong."""
        names = list(answered.names) if answered.kind in (CLASSES, STEPS) else []
        if answered.kind != self._kind:
            self._kind = answered.kind
            numbers = answered.kind == NUMBERS
            for place in range(self._order.count()):
                hidden = numbers and self._order.itemData(place) not in (WORST, BEST)
                self._order.model().setData(
                    self._order.model().index(place, 0),
                    0 if hidden else None,
                    Qt.ItemDataRole.UserRole - 1,
                )
        if names == self._names:
            return
        self._names = names
        for choice, words in ((self._true, _("Truth")), (self._said, _("Answer"))):
            pattern = _("Truth: {name}") if choice is self._true else _("Answer: {name}")
            classes = [(pattern.format(name=name), place) for place, name in enumerate(names)]
            choice.fill([(words, ANY), *classes])
            choice.setVisible(bool(names))

    def _ordered(self, page: Page) -> NDArray[np.int64]:
        """Which answers are shown, the first one first."""
        answered = page.answered
        shown = answered.finite.copy()
        for choice, values in ((self._true, answered.truth), (self._said, answered.said)):
            place = choice.currentData()
            if self._names and place is not None and place != ANY:
                shown &= values == place
        key = str(self._order.currentData())
        if answered.kind == NUMBERS and key != BEST:
            key = WORST
        if key in (SURPRISING, STUBBORN):
            shown &= answered.wrong if key == SURPRISING else _times(page) > 0
        there = np.flatnonzero(shown)
        order = there[np.lexsort((-answered.loss[there], -_rank(page, key)[there]))]
        return np.asarray(order, np.int64)

    def _choose(self, index: int) -> None:
        self._chosen = index
        self.again()

    def _changed(self, _index: int) -> None:
        self.again()

    def _words(self, page: Page, order: NDArray[np.int64]) -> str:
        answered = page.answered
        words = []
        if answered.kind != NUMBERS:
            told = _("{wrong:,} of {count:,} wrong")
            words.append(told.format(wrong=int(answered.wrong.sum()), count=len(answered)))
        if len(order) > MOST:
            words.append(
                _("the first {most} of {count:,} shown").format(most=MOST, count=len(order))
            )
        elif not len(order):
            words.append(_("there is no such example"))
        if len(set(answered.owner.tolist())) < answered.of:
            count = len(set(answered.owner.tolist()))
            words.append(
                ngettext(
                    "{count:,} of {of:,} examples is kept",
                    "{count:,} of {of:,} examples are kept",
                    count,
                ).format(count=count, of=answered.of)
            )
        lost = int((~answered.finite).sum())
        if lost:
            odd = ngettext(
                "{lost:,} answer is not made of numbers",
                "{lost:,} answers are not made of numbers",
                lost,
            )
            words.append(odd.format(lost=lost))
        return " · ".join(words)


def _times(page: Page) -> NDArray[np.int64]:
    times, _looked = wrong_lately(page.frames, len(page.answered))
    return times


def _rank(page: Page, key: str) -> NDArray[np.float64]:
    """What decides the order, the highest first."""
    answered = page.answered
    if key == SURPRISING:
        return answered.surprise
    if key == DOUBTFUL:
        return -answered.certainty
    if key == STUBBORN:
        return _times(page).astype(np.float64)
    return -answered.loss if key == BEST else answered.loss


class _Parts(QSplitter):
    """The sheet and the detail, side by side where there is room for both."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setChildrenCollapsible(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the parts where there is room for them."""
        high = self.width() < WIDE * self.height()
        self.setOrientation(Qt.Orientation.Vertical if high else Qt.Orientation.Horizontal)
        super().resizeEvent(event)
