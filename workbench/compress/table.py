"""All members of a family with their figures, in a table that can be sorted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QModelIndex, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QTableWidgetItem, QVBoxLayout, QWidget

from engine.compression.variant import Size
from projects.translation import gettext as _
from widgets.figures_table import figures_table
from widgets.ordering import is_less
from widgets.plain import plain_tip
from workbench.compress.axes import (
    AXES,
    PACKED,
    in_milliseconds,
    score_title,
    score_words,
    unpacked_words,
)
from workbench.compress.fair import quickest
from workbench.compress.family import Member
from workbench.compress.spots import measured_lines
from workbench.data_tables import NUMBERS
from workbench.panels.saving import Table

PLACE, KEY = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
BATCHES = (1, 64)
UNKNOWN = "–"
WIDEST = 220  # pixels of a column


class Cell(NamedTuple):
    """What stands in a cell.

    Attributes:
        words: As people read it.
        value: What it is sorted by, and what files hold; None where it was not measured.
        tip: What else is to be said of it.
    """

    words: str
    value: float | str | None
    tip: str = ""


class VariantTable(QWidget):
    """The table; the chosen row is the chosen point of the chart.

    Signals:
        chosen(path): Another member is chosen.
        opened(path): A row was double-clicked, or Enter was pressed on it.
    """

    chosen = Signal(object)
    opened = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._members: tuple[Member, ...] = ()
        self._table = figures_table("compressTable", _("Variants with their figures"), (), True)
        self._table.horizontalHeader().setMaximumSectionSize(WIDEST)
        self._table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._table.setSortingEnabled(True)
        self._table.sortItems(0, Qt.SortOrder.AscendingOrder)
        self._table.itemSelectionChanged.connect(self._selected)
        self._table.activated.connect(self._activated)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._table)

    def show_members(self, members: Sequence[Member], metric: str) -> None:
        """Show a family.

        Args:
            members: The first of all, then the others.
            metric: What tells how good they are; empty where nothing does.
        """
        chosen = self.current  # rows still count the members that were
        self._members = tuple(members)
        with QSignalBlocker(self._table):
            self._table.setSortingEnabled(False)
            heads = heads_of(metric)
            self._table.setColumnCount(len(heads))
            self._table.setHorizontalHeaderLabels(list(heads))
            self._table.setRowCount(len(members))
            for row, member in enumerate(members):
                for column, cell in enumerate(cells_of(member, metric)):
                    item = _Item(cell.words)
                    item.setData(PLACE, row)
                    item.setData(KEY, row if column == 0 else cell.value)
                    tip = cell.words if column == 1 else cell.tip
                    if tip:
                        item.setToolTip(plain_tip(tip))
                    if column > 1:
                        item.setTextAlignment(NUMBERS)
                    self._table.setItem(row, column, item)
            self._table.setSortingEnabled(True)
        self.choose(chosen)

    @property
    def current(self) -> Path | None:
        """The chosen member."""
        items = self._table.selectedItems()
        place = items[0].data(PLACE) if items else -1
        return self._members[place].path if 0 <= place < len(self._members) else None

    def choose(self, path: Path | None) -> None:
        """Choose a member without saying so."""
        with QSignalBlocker(self._table):
            self._table.clearSelection()
            for row in range(self._table.rowCount()):
                item = self._table.item(row, 0)
                if item is not None and self._members[item.data(PLACE)].path == path:
                    self._table.setCurrentCell(row, 0)
                    self._table.selectRow(row)

    def _selected(self) -> None:
        if self.current is not None:
            self.chosen.emit(self.current)

    def _activated(self, index: QModelIndex) -> None:
        item = self._table.item(index.row(), 0)
        if item is not None:
            self.opened.emit(self._members[item.data(PLACE)].path)


class _Item(QTableWidgetItem):
    """Sorts numbers as numbers; what was not measured comes last, whichever way is sorted."""

    def __lt__(self, other: QTableWidgetItem) -> bool:
        table = self.tableWidget()
        order = table.horizontalHeader().sortIndicatorOrder()
        return is_less(self.data(KEY), other.data(KEY), order)


def heads_of(metric: str) -> tuple[str, ...]:
    """Return the headings; times with the two that were measured."""
    times = [
        words.format(batch=batch)
        for batch in BATCHES
        for words in (_("{batch} at once"), _("{batch} at once, p95"))
    ]
    costs = [_(axis.title) for axis in AXES if not axis.batch]
    return (
        _("Run"),
        _("What was done"),
        score_title(metric),
        *costs,
        *times,
        _("Threads"),
    )


def cells_of(member: Member, metric: str) -> list[Cell]:
    """Return what stands in the row of a member."""
    size = member.size
    names = [Cell(member.title, member.title), Cell(member.done, member.done)]
    if size is None:
        return names + [Cell(UNKNOWN, None)] * (len(heads_of(metric)) - len(names))
    score = size.metrics.get(metric)
    found = [Cell(score_words(metric, score), score) if score is not None else Cell(UNKNOWN, None)]
    for axis in AXES:
        if not axis.batch:
            cost = axis.of(size)
            tip = unpacked_words(member.stored) if axis.title == PACKED and member.stored else ""
            words = axis.words(cost) if cost is not None else UNKNOWN
            found.append(Cell(words, cost, tip))
    return [*names, *found, *_times(member), Cell(str(size.threads), size.threads)]


def _times(member: Member) -> list[Cell]:
    """Times that can be compared; how they were measured is said beside."""
    tip = "\n".join(measured_lines(member.size, member.beside)) if member.size is not None else ""
    found = []
    for batch in BATCHES:
        one = quickest(member.fair, batch) if member.fair is not None else None
        for value in (one[0].median, one[0].p95) if one is not None else (None, None):
            words = in_milliseconds(value) if value is not None else UNKNOWN
            found.append(Cell(words, value, tip))
    return found


def saved(members: Sequence[Member], metric: str) -> Table:
    """Return the figures for a file: times in seconds, that can be compared and as they were measured, numbers as they are."""
    heads = heads_of(metric)
    first, last = len(heads) - 1 - 2 * len(BATCHES), len(heads) - 1
    titles = [f"{h} (s)" if first <= i < last else h for i, h in enumerate(heads)]
    for batch in BATCHES:
        titles += [
            words.format(batch=batch)
            for words in (
                _("{batch} at once, as measured (s)"),
                _("{batch} at once, what it was made of (s)"),
            )
        ]
    rows = []
    for member in members:
        values = [cell.value for cell in cells_of(member, metric)]
        values += [_median(size, n) for n in BATCHES for size in (member.size, member.beside)]
        rows.append([value if value is not None else "" for value in values])
    return Table(titles, rows)


def _median(size: Size | None, batch: int) -> float | None:
    times = size.latencies if size is not None else ()
    return next((one.median for one in times if one.batch == batch), None)
