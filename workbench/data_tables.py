"""The two tables of a data set: how many examples each class has, and examples that are rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from engine.data.base import DataInfo
from projects.figures import Read
from projects.translation import N_
from projects.translation import gettext as _
from widgets import theme
from widgets.plain import plain_tip
from widgets.plots.plane import marker
from workbench.data_words import named

PARTS = {"train": N_("Training"), "validation": N_("Validation"), "test": N_("Test")}
SPLITS = tuple(PARTS)
COLUMNS_SHOWN, CLASSES_SHOWN = 40, 200
ROW_HEIGHT = 26
WORDS = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
NUMBERS = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class ReadingTable(QTableWidget):
    """A table to read: words in its first column, numbers in the others.

    Args:
        name: Object name.
        title: Accessible name.
    """

    def __init__(self, name: str, title: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.setShowGrid(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.horizontalHeader().setHighlightSections(False)

    def fill(self, heads: Sequence[str], rows: Sequence[Sequence[str]], words: bool = True) -> None:
        """Show rows of texts below their headings.

        Args:
            heads: One for every column.
            rows: Texts by row.
            words: Whether the first column holds words, not numbers.
        """
        self.setColumnCount(len(heads))
        self.setRowCount(len(rows))
        for column, head in enumerate(heads):
            way = WORDS if words and column == 0 else NUMBERS
            item = QTableWidgetItem(head)
            item.setTextAlignment(way)
            self.setHorizontalHeaderItem(column, item)
            for row, texts in enumerate(rows):
                item = QTableWidgetItem(texts[column])
                item.setTextAlignment(way)
                self.setItem(row, column, item)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)


class ClassTable(ReadingTable):
    """How many examples of every class each part has."""

    def __init__(self) -> None:
        super().__init__("dataClasses", _("Examples of every class"))

    def show_classes(self, info: DataInfo, marked: bool) -> None:
        """Show the classes of a data set.

        Args:
            info: The data set.
            marked: Whether to put the markers beside them that they have in the plane.
        """
        rows = []
        for place, name in enumerate(info.classes[:CLASSES_SHOWN]):
            counts = [info.class_counts.get(split, ())[place : place + 1] for split in SPLITS]
            rows.append([named(name), *(f"{count[0]:,}" if count else "–" for count in counts)])
        more = len(info.classes) - len(rows)
        if more > 0:
            rows.append([_("{more:,} more").format(more=more), "", "", ""])
        self.fill((_("Class"), _("Train"), _("Valid."), _("Test")), rows)
        self.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for place in range(min(len(rows), len(info.classes)) if marked else 0):
            item = self.item(place, 0)
            if item is not None:
                item.setIcon(marker(place, theme.current().series_color(place)))


class ExampleTable(ReadingTable):
    """Examples that are rows of numbers."""

    def __init__(self) -> None:
        super().__init__("dataTable", _("Examples"))

    def show_rows(self, info: DataInfo, rows: NDArray[Any], labels: Sequence[str]) -> None:
        """Show examples.

        Args:
            info: The data set.
            rows: ``(examples, features)``.
            labels: What each one is, or none.
        """
        names = list(info.features) or [str(place + 1) for place in range(rows.shape[1])]
        names = names[:COLUMNS_SHOWN]
        heads = [*([_("Answer")] if labels else []), *names]
        texts = [
            [*labels[row : row + 1], *(f"{Read(value):.4g}" for value in values[: len(names)])]
            for row, values in enumerate(rows)
        ]
        self.fill(heads, texts, words=bool(labels))


class TextTable(ReadingTable):
    """Examples that are texts."""

    def __init__(self) -> None:
        super().__init__("dataTexts", _("Examples as text"))

    def show_texts(self, texts: Sequence[str], answers: Sequence[str]) -> None:
        """Show texts.

        Args:
            texts: One for each example.
            answers: What is to be said of each, or none.
        """
        heads = [_("Text"), *([_("Answer")] if answers else [])]
        rows = [[text, *answers[row : row + 1]] for row, text in enumerate(texts)]
        self.fill(heads, rows)
        for column in range(len(heads)):
            head = self.horizontalHeaderItem(column)
            if head is not None:
                head.setTextAlignment(WORDS)
        for row, (text, *answer) in enumerate(rows):
            for column, words in enumerate((text, *answer)):
                item = self.item(row, column)
                if item is not None:
                    item.setTextAlignment(WORDS)
                    item.setToolTip(plain_tip(words))
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
