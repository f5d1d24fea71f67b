"""The table of a study: a row for every cell, its runs below it; mean ± sd, sortable, the best marked."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QIcon
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from engine.studies.folder import WAITING, Row
from engine.studies.results import CellResult, Results
from projects.figures import measured
from projects.translation import gettext as _
from projects.translation import ngettext
from widgets import icons, theme
from widgets.ordering import is_less
from widgets.plain import plain_tip
from workbench.choices import State
from workbench.data_tables import NUMBERS
from workbench.metric_words import metric_words
from workbench.problem_words import capital
from workbench.run_words import state_words

PATHS = Qt.ItemDataRole.UserRole
KEY = Qt.ItemDataRole.UserRole + 1
MOST_METRICS = 8
MOST_HEAD = 22
LEAST, LEAST_STATE = 72, 112  # pixels of a column


class _Item(QTreeWidgetItem):
    """Sorts numbers as numbers, and rows without one below the others, whichever way is sorted."""

    def __lt__(self, other: QTreeWidgetItem) -> bool:
        tree = self.treeWidget()
        column, order = tree.sortColumn(), tree.header().sortIndicatorOrder()
        return is_less(self.data(column, KEY), other.data(column, KEY), order)


class StudyTable(QTreeWidget):
    """Cells and runs.

    Signals:
        chosen(paths): The runs of these rows are chosen.
        run_wanted(path): Open this run.
    """

    chosen = Signal(object)
    run_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("studyTable")
        self.setAccessibleName(_("Cells and runs of the study"))
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setSortingEnabled(True)
        self.header().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.header().setSortIndicatorClearable(True)
        self.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.itemSelectionChanged.connect(self._choose)
        self.itemActivated.connect(self._open)
        self._shape: object = None
        self._tops: list[QTreeWidgetItem] = []
        self._items: dict[Path, QTreeWidgetItem] = {}
        self._busy = False
        theme.notifier().changed.connect(self._forget_shape)

    def show_results(self, results: Results | None) -> None:
        """Show a table; rows that are open or chosen stay so while it is the same study."""
        if results is None:
            self.clear()
            self._shape = None
            return
        metrics = results.metrics[:MOST_METRICS]
        shape = (tuple(cell.rows[0].path for cell in results.cells if cell.rows), metrics)
        self._busy = True
        self.setSortingEnabled(False)
        if shape != self._shape:
            self._build(results, metrics)
            self._shape = shape
        for item, cell in zip(self._tops, results.cells, strict=True):
            self._fill_cell(item, cell, results, metrics)
            for row in cell.rows:
                _fill_run(self._items[row.path], row, len(results.study.axes), metrics)
        self.setSortingEnabled(True)
        self._busy = False

    def paths(self) -> list[Path]:
        """The runs of the chosen rows: of a cell all of them."""
        found: dict[Path, None] = {}
        for item in self.selectedItems():
            found.update(dict.fromkeys(item.data(0, PATHS) or ()))
        return list(found)

    def remembered(self) -> State:
        """Return by what rows are sorted, and which are open or chosen."""
        header, paths = self.header(), [item.data(0, PATHS) for item in self.selectedItems()]
        opened = [place for place, item in enumerate(self._tops) if item.isExpanded()]
        sorting = (header.sortIndicatorSection(), header.sortIndicatorOrder())
        return {"sorting": sorting, "chosen": paths, "opened": opened}

    def restore(self, state: State) -> None:
        """Sort, open and choose the same rows of the same study; nobody hears of it."""
        self._busy = True
        match state:
            case {
                "sorting": (int(section), Qt.SortOrder() as order),
                "opened": list(opened),
                "chosen": list(paths),
            }:
                self.header().setSortIndicator(section, order)
                for place, item in enumerate(self._tops):
                    item.setExpanded(place in opened)
                for item in (*self._tops, *self._items.values()):
                    item.setSelected(item.data(0, PATHS) in paths)
        self._busy = False

    def _build(self, results: Results, metrics: tuple[str, ...]) -> None:
        self.clear()
        axes = results.study.axes
        heads = [*(axis_words(axis.title) for axis in axes), _("Runs")]
        self.setColumnCount(len(heads) + len(metrics))
        self.setHeaderLabels([*heads, *(capital(metric_words(name)) for name in metrics)])
        head = self.headerItem()
        for column, axis in enumerate(axes):
            head.setToolTip(column, plain_tip(axis.title))
        for column in range(len(heads), self.columnCount()):
            head.setTextAlignment(column, NUMBERS)
        self._tops, self._items = [], {}
        for cell in results.cells:
            item = _Item()
            item.setData(0, PATHS, [row.path for row in cell.rows])
            for row in cell.rows:
                child = self._items[row.path] = _Item()
                child.setData(0, PATHS, [row.path])
                item.addChild(child)
            self._tops.append(item)
            self._fill_cell(item, cell, results, metrics)
        self.addTopLevelItems(self._tops)
        for column in range(self.columnCount()):
            self.resizeColumnToContents(column)
            least = LEAST_STATE if column == len(axes) else LEAST
            self.setColumnWidth(column, max(least, self.columnWidth(column) + 12))

    def _fill_cell(
        self, item: QTreeWidgetItem, cell: CellResult, results: Results, metrics: tuple[str, ...]
    ) -> None:
        axes = len(results.study.axes)
        for column, label in enumerate(cell.cell.labels):
            item.setText(column, label)
            item.setData(column, KEY, _sort_key(label))
        failed = _(" · {count} failed").format(count=cell.failed) if cell.failed else ""
        item.setText(axes, f"{cell.done}/{len(cell.rows)}{failed}")
        item.setData(axes, KEY, float(cell.done))
        for column, name in enumerate(metrics, start=axes + 1):
            figure = cell.figures.get(name)
            item.setText(column, str(figure) if figure is not None else "–")
            item.setData(column, KEY, figure.mean if figure is not None else None)
            item.setTextAlignment(column, NUMBERS)
        font = QFont(self.font())
        font.setBold(cell.best)
        for column in range(self.columnCount()):
            item.setFont(column, font)
        if metrics:
            item.setIcon(axes + 1, icons.icon("ok", "good") if cell.best else QIcon())
            item.setToolTip(axes + 1, _("The best of all cells") if cell.best else "")

    def _choose(self) -> None:
        if not self._busy:
            self.chosen.emit(self.paths())

    def _open(self, item: QTreeWidgetItem, _column: int) -> None:
        if item.parent() is not None:
            self.run_wanted.emit(item.data(0, PATHS)[0])

    def _forget_shape(self) -> None:
        self._shape = None


def _fill_run(item: QTreeWidgetItem, row: Row, axes: int, metrics: tuple[str, ...]) -> None:
    item.setText(0, _("seed {seed}").format(seed=row.planned.seed))
    item.setData(0, KEY, float(row.planned.seed))
    words = _("waiting") if row.state == WAITING else state_words(row.state)
    steps = ngettext("{count:,} step", "{count:,} steps", row.steps).format(count=row.steps)
    item.setText(axes, words)
    item.setToolTip(axes, plain_tip(row.message or (steps if row.begun else "")))
    for column, name in enumerate(metrics, start=axes + 1):
        value = row.metrics.get(name)
        item.setText(column, measured(name, value) if value is not None else "–")
        item.setData(column, KEY, value)
        item.setTextAlignment(column, NUMBERS)


def _sort_key(label: str) -> str | float:
    try:
        return float(label)
    except ValueError:
        return label


def axis_words(title: str) -> str:
    """Return the title of an axis for a narrow place: the end of a long path."""
    parts = title.split(".")
    if len(parts) > 2:
        title = ".".join(parts[-2:])
    return title if len(title) <= MOST_HEAD else "…" + title[1 - MOST_HEAD :]
