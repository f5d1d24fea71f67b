"""The runs of a project: choose one to see, tick several to compare their curves, sort and filter them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QLabel,
    QStackedLayout,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from engine.runs.card import read_card
from engine.runs.summary import Summary
from projects.translation import gettext as _
from widgets import theme
from widgets.plain import plain_tip
from widgets.topics import TOPIC
from workbench.cards import Cards
from workbench.metric_words import metric_words
from workbench.panels.saver import Saver
from workbench.panels.saving import Table
from workbench.problem_words import capital
from workbench.run_columns import METRIC, Column, Row, heading, shown_columns
from workbench.run_items import (
    HEADS,
    KEY,
    PATH,
    PINNED,
    PLACE,
    RESULT,
    RunItem,
)
from workbench.run_lines import RunLines
from workbench.run_menu import RunMenu
from workbench.run_settings import SettingsReader
from workbench.run_table import run_table
from workbench.run_tools import RunTools
from workbench.run_tree import branch_title, parents_of
from workbench.run_words import duration, headline_name, headline_of, state_words
from workbench.rundata import RunData

ALONE = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows


class RunList(QWidget):
    """A table of runs, newest first; branches stand below the run that they came from.

    Args:
        parent: Qt parent.

    Attributes:
        cards: What names, pins, hides and throws away.

    Signals:
        run_chosen(path): Show this run.
        overlay_changed(paths): These runs are ticked, in the order of the list.
        resume_wanted(path): Go on with this run.
        train_on_wanted(path): Train this variant of a run on.
        distil_wanted(path): Train the open project with this run as its teacher.
        branch_wanted(path): Begin a new run at this one's last checkpoint.
        compare_wanted(paths): Show two runs side by side.
        export_wanted(path): Hand this run over to other programs.
        said(title, text, good): The table was saved, or could not be.
    """

    run_chosen = Signal(object)
    overlay_changed = Signal(object)
    resume_wanted = Signal(object)
    train_on_wanted = Signal(object)
    distil_wanted = Signal(object)
    branch_wanted = Signal(object)
    compare_wanted = Signal(object)
    export_wanted = Signal(object)
    said = Signal(str, str, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("runList")
        self.setProperty(TOPIC, "article/runs")
        self.cards = Cards(self)
        self._busy = False
        self._rows: list[Row] = []
        self._headline = ""
        self._parents: dict[Path, Path] = {}
        self._columns: list[Column] = []
        self._chosen: set[Column] = set()
        self._left_out: set[Column] = set()
        self._drawn: tuple[Path, ...] = ()  # together, maybe runs that are not listed (yet)
        self._sorted: tuple[int | Column, Qt.SortOrder] | None = None
        self._settings = SettingsReader(self)
        self._settings.read.connect(self._take_settings)
        self._tools = RunTools()
        self._tools.rows_changed.connect(self._show_matching)
        self._tools.column_chosen.connect(self._choose_column)
        self._tree = self._make_tree()
        saver = Saver(self, lambda: "runs", lambda: self._tree, self._table, self.said.emit)
        self._tools.add(saver.button())
        self._menu = RunMenu(self)
        self._none = QLabel(
            _("Every training is kept here. Tick several runs to compare their curves.")
        )
        self._none.setObjectName("emptyText")
        self._none.setWordWrap(True)
        self._none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        page = QWidget()
        inner = QVBoxLayout(page)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(0)
        inner.addWidget(self._tools)
        inner.addWidget(self._tree)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._none)
        self._stack.addWidget(page)
        theme.notifier().changed.connect(self._recolor)

    def _make_tree(self) -> RunLines:
        tree = RunLines()
        tree.header().sectionClicked.connect(self._sort_by)
        tree.currentItemChanged.connect(self._choose)
        tree.itemChanged.connect(self._tick)
        tree.itemClicked.connect(self._to_box)
        tree.customContextMenuRequested.connect(self._open_menu)
        tree.installEventFilter(self)
        return tree

    @contextmanager
    def _quietly(self) -> Iterator[None]:
        """Change the table without anybody being told that a run was chosen or ticked."""
        before, self._busy = self._busy, True
        try:
            yield
        finally:
            self._busy = before

    # ------------------------------------------------------------------------------- content

    def set_runs(self, runs: Sequence[tuple[Path, Summary]]) -> None:
        """Show these runs; what is ticked and chosen stays so."""
        parents = parents_of(runs)
        known = self._settings.known
        self._rows = [
            Row(
                path,
                branch_title(path, summary, path in parents, card.name),
                *(summary, card, known.get(path, {})),
            )
            for path, summary, card in ((p, summary, read_card(p)) for p, summary in runs)
        ]
        self._parents = parents
        self._build()
        self._settings.want([path for path, _summary in runs])
        self._stack.setCurrentIndex(1 if runs else 0)

    def _build(self) -> None:
        """Make the rows, in the order in which they were told, those that are pinned first."""
        parents = self._parents
        before = self.ticked()
        ticked, chosen = {*before, *self._unlisted()}, self.current()
        marked = [row.path for row in self.selected()]
        with self._quietly():
            self._tree.clear()
            self._show_columns()
            items = {row.path: RunItem(row, self._columns, self._headline) for row in self._rows}
            for path, item in items.items():
                on = path in ticked
                item.setCheckState(0, Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
                if path in parents:
                    items[parents[path]].addChild(item)
            top = [item for path, item in items.items() if path not in parents]
            self._tree.addTopLevelItems(sorted(top, key=lambda item: not item.data(0, PINNED)))
            for place, line in enumerate(self._tree.lines()):
                line.setData(0, PLACE, place)
            self._tree.expandAll()
            if chosen in items:
                self._tree.setCurrentItem(items[chosen])
            for path in marked:
                if path in items:
                    items[path].setSelected(True)
            self._sort()
        self._recolor()
        self._tree.fit_columns()
        self._show_matching()
        if [path for path in self.ticked() if path in before] != before:
            self._draw_ticked()  # a run that was ticked is gone or lies elsewhere

    def _take_settings(self, read: Collection[Path] = ()) -> None:
        """More settings are known, or other columns wanted: show settings where they differ."""
        known = self._settings.known
        self._rows = [
            replace(row, settings=known[row.path]) if row.path in read else row
            for row in self._rows
        ]
        before = self._columns
        with self._quietly():
            self._show_columns()
            rows = {row.path: row for row in self._rows}
            changed = rows if before != self._columns else read
            for item in self._tree.lines() if self._columns else ():
                path = item.data(0, PATH)
                for place, column in enumerate(
                    self._columns if path in changed else (), start=HEADS
                ):
                    value = rows[path].value(column)
                    item.setText(place, rows[path].words(column))
                    item.setData(place, KEY, value)
            if self._columns:
                self._sort()
        if before != self._columns:
            self._tree.fit_columns()
        if self._tools.filtering:
            self._show_matching()

    def show_live(self, run: RunData) -> None:
        """Keep the row of a living run up to date."""
        item = self._tree.line_of(Path(run.path))
        if item is None:
            return
        seconds = run.progress.seconds if run.progress else 0.0
        latest = {
            name: float(series.values[-1]) for name, series in run.scalars.items() if len(series)
        }
        cells = (
            state_words(run.state),
            f"{run.step:,}",
            duration(seconds),
            headline_of(latest, self._headline),
        )
        with self._quietly():
            for column, text in enumerate(cells, start=1):
                item.setText(column, text)

    # ------------------------------------------------------------------------------- columns

    def _show_columns(self) -> None:
        """Where all runs are judged by one metric its name stands above them, and nowhere else."""
        heads = {headline_name(row.summary.metrics) for row in self._rows if row.summary.metrics}
        self._headline = heads.pop() if len(heads) == 1 else ""
        told = Column(METRIC, self._headline)
        columns = shown_columns(self._rows, self._chosen, self._left_out)
        self._columns = [column for column in columns if column != told]
        self._tools.offer(self._rows, self._columns)
        self._tree.setColumnCount(HEADS + len(self._columns))
        head = self._tree.headerItem()
        words = metric_words(self._headline) if self._headline else _("Result")
        head.setText(RESULT, capital(words))
        for place, column in enumerate(self._columns, start=HEADS):
            head.setText(place, heading(column, self._rows))
            head.setToolTip(place, plain_tip(column.key))

    def _choose_column(self, column: Column, on: bool) -> None:
        (self._chosen.add if on else self._chosen.discard)(column)
        (self._left_out.discard if on else self._left_out.add)(column)
        self._take_settings()

    # ------------------------------------------------------------------------------- order

    def _sort_by(self, place: int) -> None:
        """The first click sorts upwards, the second downwards, the third as it was."""
        orders = Qt.SortOrder
        column = place if place < HEADS else self._columns[place - HEADS]
        if self._sorted is None or self._sorted[0] != column:
            self._sorted = column, orders.AscendingOrder
        elif self._sorted[1] == orders.AscendingOrder:
            self._sorted = column, orders.DescendingOrder
        else:
            self._sorted = None
            self._build()
        self._sort()

    def _sort(self) -> None:
        column, order = self._sorted or (-1, Qt.SortOrder.AscendingOrder)
        if isinstance(column, Column):  # of settings columns come and go
            there = column in self._columns
            column = HEADS + self._columns.index(column) if there else -1
        self._tree.header().setSortIndicator(column, order)
        if column >= 0:
            self._tree.sortItems(column, order)

    def _show_matching(self) -> None:
        """Hide rows that are not meant; a run below which one is meant stays."""
        rows = {row.path: row for row in self._rows}
        for item in reversed(self._tree.lines()):  # those below others first
            said = map(item.text, range(self._tree.columnCount()))
            there = self._tools.wants(rows[item.data(0, PATH)], said)
            children = map(item.child, range(item.childCount()))
            below = any(child is not None and not child.isHidden() for child in children)
            item.setHidden(not there and not below)

    def _table(self) -> Table | None:
        """The rows that can be seen, in their order."""
        rows = {row.path: row for row in self._rows}
        shown = [rows[item.data(0, PATH)] for item in self._tree.lines() if not item.isHidden()]
        return run_table(shown, self._columns, self._headline)

    # ------------------------------------------------------------------------------- chosen

    def choose(self, path: Path) -> None:
        """Mark a run as the one shown, without saying so again."""
        with self._quietly():
            item = self._tree.line_of(path)
            if item is None:  # a run of a study: each of these can be chosen again
                self._tree.setCurrentIndex(QModelIndex())
            elif item is not self._tree.currentItem():  # else others stay marked
                self._tree.setCurrentItem(item, 0, ALONE)  # also where Ctrl is held for undo

    def current(self) -> Path | None:
        """The run that is shown."""
        return self._tree.current()

    def nearest(self, path: Path, but: Collection[Path] = ()) -> Path | None:
        """Return the run that stands nearest to one, rather below than above it.

        Args:
            path: The run.
            but: Runs that are not meant.
        """
        return self._tree.nearest(path, but)

    def selected(self) -> list[Row]:
        """The runs that are marked, in the order of the list."""
        marked = self._tree.marked()
        return [row for row in self._rows if row.path in marked]

    def ticked(self) -> list[Path]:
        """The runs whose curves are compared, in the order of the list."""
        return self._tree.ticked()

    def tick(self, paths: Sequence[Path]) -> None:
        """Compare the curves of these runs too, beside those that are ticked already."""
        self._tick_those(lambda item: item.data(0, PATH) in paths)

    def tick_all(self) -> None:
        """Compare the curves of all runs that are listed."""
        self._tick_those(lambda item: not item.isHidden())

    def _tick_those(self, meant: Callable[[QTreeWidgetItem], bool]) -> None:
        """Tick lines, however many, and draw their curves once."""
        on = Qt.CheckState.Checked
        new = [item for item in self._tree.lines() if item.checkState(0) != on and meant(item)]
        with self._quietly():
            for item in new:
                item.setCheckState(0, on)
        if new:
            self._draw_ticked()

    def show_drawn(self, paths: Sequence[Path]) -> None:
        """Have the boxes say that the curves of these runs are drawn, and no others, without saying so again."""
        self._drawn = tuple(paths)
        states = Qt.CheckState
        with self._quietly():
            for item in self._tree.lines():
                on = item.data(0, PATH) in self._drawn
                item.setCheckState(0, states.Checked if on else states.Unchecked)
        self._recolor()

    def _choose(self, item: QTreeWidgetItem | None) -> None:
        if item is not None and not self._busy:
            if self._unlisted():  # curves of other runs than these would stand for the chosen one
                self._draw_ticked()
            self.run_chosen.emit(item.data(0, PATH))

    def _tick(self, _item: QTreeWidgetItem, column: int) -> None:
        if column == 0 and not self._busy:
            self._draw_ticked()

    def _draw_ticked(self) -> None:
        self._drawn = tuple(self.ticked())
        self._recolor()
        self.overlay_changed.emit(list(self._drawn))

    def _unlisted(self) -> set[Path]:
        """Runs that are drawn and not listed, as those of a study."""
        return {*self._drawn} - {item.data(0, PATH) for item in self._tree.lines()}

    def _to_box(self, item: QTreeWidgetItem, _column: int) -> None:
        """Wherever a row was clicked, Space ticks it; a click on the box of another row ticks it alone."""
        with self._quietly():
            if self._tree.selectedItems() == [item]:
                self._tree.setCurrentItem(item, 0)

    def _recolor(self) -> None:
        with self._quietly():
            self._tree.recolor(self._drawn)

    # ------------------------------------------------------------------------------- menu

    def _open_menu(self, position: QPoint) -> None:
        item = self._tree.itemAt(position)
        if item is None:
            return
        if not item.isSelected():
            with self._quietly():
                self._tree.setCurrentItem(item)
        self._menu.open(item.data(0, PATH), self._tree.viewport().mapToGlobal(position))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys that elsewhere in the window mean layers are about runs where these have the focus."""
        kinds = QEvent.Type
        if isinstance(event, QKeyEvent) and event.type() in (
            kinds.ShortcutOverride,
            kinds.KeyPress,
        ):
            work = self._menu.key(event)
            if work is not None:
                if event.type() == kinds.KeyPress:
                    work()
                event.accept()
                return True
        return super().eventFilter(watched, event)
