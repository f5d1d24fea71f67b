"""Examples with their answers on a sheet, of which one can be chosen: images, or rows of a table."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractItemView, QStackedWidget, QTableWidgetItem, QWidget

from projects.translation import gettext as _
from widgets import theme
from widgets.figures_table import figures_table
from widgets.plots.image_grid import ImageGrid
from widgets.plots.readout import number
from workbench.answers.answered import NUMBERS
from workbench.answers.base import Page
from workbench.answers.words import (
    answer_words,
    caption_of,
    certainty_words,
    content_heads,
    content_words,
    truth_words,
)
from workbench.samples.images import scrolled

MOST = 60


class ExampleSheet(QStackedWidget):
    """Shows answers in an order that somebody else has chosen.

    Args:
        title: Accessible name.
        parent: Qt parent.

    Signals:
        chosen(index): An answer was clicked; its index among all answers.
    """

    chosen = Signal(int)

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._order: NDArray[np.int64] = np.zeros(0, np.int64)
        self._grid = ImageGrid(title)
        self._grid.chosen.connect(self._choose)
        self._table = figures_table("answersTable", title, selectable=True)
        self._table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._table.currentCellChanged.connect(self._row_chosen)
        self._sheet = scrolled(self._grid, "answersScroll")
        self.addWidget(self._sheet)
        self.addWidget(self._table)

    def show_answers(self, page: Page, order: NDArray[np.int64], chosen: int = -1) -> None:
        """Show answers.

        Args:
            page: The evaluation.
            order: Indices of answers, the first one first; at most 60 are shown.
            chosen: Index of the answer that is marked; -1 for none.
        """
        self._order = order = order[:MOST]
        place = next((i for i, index in enumerate(order.tolist()) if index == chosen), -1)
        examples = page.examples
        owners = page.answered.owner[order]
        if examples is not None and examples.images is not None:
            images = examples.images[np.minimum(owners, len(examples.images) - 1)]
            self.setCurrentWidget(self._sheet)
            self._grid.set_images(images, [caption_of(page, int(index)) for index in order])
            self._grid.mark(place)
        else:
            self.setCurrentWidget(self._table)
            self._fill(page, order.tolist(), place)

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        self._grid.update()

    def _fill(self, page: Page, order: Sequence[int], place: int) -> None:
        numbers = page.answered.kind == NUMBERS
        third = _("Error") if numbers else _("Certainty")
        heads = [_("Truth"), _("Answer"), third, _("Loss")]
        heads += content_heads(page.examples, page.answered.kind)
        self._table.blockSignals(True)
        self._table.setColumnCount(len(heads))
        self._table.setHorizontalHeaderLabels(heads)
        self._table.setRowCount(len(order))
        tokens = theme.current()
        certainty = np.zeros(len(page.answered)) if numbers else page.answered.certainty
        wrong = page.answered.wrong
        for row, index in enumerate(order):
            if numbers:
                gap = page.answered.said[index] - page.answered.truth[index]
                sure = ", ".join(number(float(one)) for one in gap)
                mark = ""
            else:
                sure = certainty_words(float(certainty[index]))
                mark = "✗ " if wrong[index] else "✓ "
            texts = [
                truth_words(page.answered, index),
                f"{mark}{answer_words(page.answered, index)}",
                sure,
                number(float(page.answered.loss[index])),
                *content_words(page, index),
            ]
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                if column == 1 and mark:
                    item.setForeground(tokens.color("bad" if wrong[index] else "good"))
                self._table.setItem(row, column, item)
        self._table.clearSelection()
        if place >= 0:
            self._table.selectRow(place)
        self._table.blockSignals(False)

    def _row_chosen(self, row: int, _column: int, _before: int, _other: int) -> None:
        self._choose(row)

    def _choose(self, place: int) -> None:
        if 0 <= place < len(self._order):
            self.chosen.emit(int(self._order[place]))
