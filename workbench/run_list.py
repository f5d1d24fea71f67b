"""The runs of a project: choose one to see, tick several to compare their curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from gettext import gettext as _
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QMenu,
    QStackedLayout,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from engine.runs.summary import IMPORTED, Summary
from widgets import icons, theme
from widgets.plain import plain_tip
from workbench.keeper import has_weights
from workbench.metric_words import metric_words
from workbench.run_tree import branch_title, parents_of
from workbench.rundata import RunData

PATH = Qt.ItemDataRole.UserRole
STATE = Qt.ItemDataRole.UserRole + 1
RESULT = 4
INDENT = 16
BESIDE_NAME = 76  # pixels for the check box, the dot and what lies between them
HEADLINES = (
    *("perplexity", "accuracy", "r2", "skill", "modes", "roc_auc", "elbo", "mse"),
    *("validation_loss", "generator_loss", "loss"),
)


@cache
def state_words(state: str) -> str:
    """Return a run's state as people read it; remembered, because long lists ask for every row."""
    words = {
        "starting": _("starting"),
        "running": _("running"),
        "paused": _("paused"),
        "stopping": _("stopping"),
        "finished": _("finished"),
        "stopped": _("stopped"),
        "failed": _("failed"),
        "interrupted": _("interrupted"),
        IMPORTED: _("imported"),
    }
    return words.get(state, state)


def headline_of(metrics: Mapping[str, float]) -> str:
    """Return the metric that says most about a run: ``test accuracy 0.981``."""
    for ending in HEADLINES:
        for prefix in ("test_", "validation_", ""):
            name = f"{prefix}{ending}"
            if name in metrics:
                return f"{metric_words(name)} {metrics[name]:.4g}"
    return ""


def duration(seconds: float) -> str:
    """Return a length of time in the units people would say it in."""
    if seconds < 60:
        return _("{seconds:.0f} s").format(seconds=seconds)
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return _("{minutes} min {seconds} s").format(minutes=minutes, seconds=rest)
    return _("{hours} h {minutes} min").format(hours=minutes // 60, minutes=minutes % 60)


class RunList(QWidget):
    """A table of runs, newest first; branches stand below the run that they came from.

    Signals:
        run_chosen(path): Show this run.
        overlay_changed(paths): These runs are ticked, in the order of the list.
        resume_wanted(path): Go on with this run.
        branch_wanted(path): Begin a new run at this one's last checkpoint.
        delete_wanted(path): Put this run into the bin.
    """

    run_chosen = Signal(object)
    overlay_changed = Signal(object)
    resume_wanted = Signal(object)
    branch_wanted = Signal(object)
    delete_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("runList")
        self._busy = False
        self._tree = QTreeWidget()
        self._tree.setObjectName("runTree")
        self._tree.setAccessibleName(_("Runs of this project"))
        self._tree.setHeaderLabels([_("Run"), _("State"), _("Steps"), _("Time"), _("Result")])
        self._tree.setRootIsDecorated(False)
        self._tree.setItemsExpandable(False)
        self._tree.setIndentation(INDENT)
        self._tree.setUniformRowHeights(True)
        self._tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header = self._tree.header()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        header.moveSection(RESULT, 1)  # what matters most stands first
        self._tree.currentItemChanged.connect(self._choose)
        self._tree.itemChanged.connect(self._tick)
        self._tree.itemClicked.connect(self._to_box)
        self._tree.customContextMenuRequested.connect(self._menu)
        self._none = QLabel(
            _("Every training is kept here. Tick several runs to compare their curves.")
        )
        self._none.setObjectName("emptyText")
        self._none.setWordWrap(True)
        self._none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        page = QWidget()
        inner = QVBoxLayout(page)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(self._tree)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._none)
        self._stack.addWidget(page)
        theme.notifier().changed.connect(self._recolor)

    def set_runs(self, runs: Sequence[tuple[Path, Summary]]) -> None:
        """Show these runs; what is ticked and chosen stays so."""
        self._busy = True
        before = self.ticked()
        ticked = set(before)
        chosen = self.current()
        self._tree.clear()
        parents = parents_of(runs)
        items: dict[Path, QTreeWidgetItem] = {}
        for path, summary in runs:
            title = branch_title(path, summary, path in parents)
            item = items[path] = QTreeWidgetItem([title, *_cells(summary)])
            item.setData(0, PATH, path)
            item.setData(0, STATE, summary.state)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            on = path in ticked
            item.setCheckState(0, Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
            item.setToolTip(0, plain_tip(f"{path}\n{summary.message}".strip()))
        for path, item in items.items():
            if path in parents:
                items[parents[path]].addChild(item)
            else:
                self._tree.addTopLevelItem(item)
        self._tree.expandAll()
        if chosen in items:
            self._tree.setCurrentItem(items[chosen])
        self._busy = False
        self._recolor()
        measure = self._tree.fontMetrics().horizontalAdvance
        widths = [measure(item.text(0)) + INDENT * _depth(item) for item in self._items()]
        self._tree.setColumnWidth(0, max(widths, default=0) + BESIDE_NAME)
        self._stack.setCurrentIndex(1 if runs else 0)
        if self.ticked() != before:  # a run that was ticked is gone or lies elsewhere
            self.overlay_changed.emit(self.ticked())

    def choose(self, path: Path) -> None:
        """Mark a run as the one shown, without saying so again."""
        self._busy = True
        item = self._item(path)
        if item is not None:
            self._tree.setCurrentItem(item)
        self._busy = False

    def current(self) -> Path | None:
        """The run that is shown."""
        item = self._tree.currentItem()
        return item.data(0, PATH) if item is not None else None

    def show_live(self, run: RunData) -> None:
        """Keep the row of a living run up to date."""
        item = self._item(Path(run.path))
        if item is None:
            return
        seconds = run.progress.seconds if run.progress else 0.0
        latest = {
            name: float(series.values[-1]) for name, series in run.scalars.items() if len(series)
        }
        cells = (state_words(run.state), f"{run.step:,}", duration(seconds), headline_of(latest))
        self._busy = True
        for column, text in enumerate(cells, start=1):
            item.setText(column, text)
        self._busy = False

    def ticked(self) -> list[Path]:
        """The runs whose curves are compared, in the order of the list."""
        on = Qt.CheckState.Checked
        return [item.data(0, PATH) for item in self._items() if item.checkState(0) == on]

    def tick(self, paths: Sequence[Path]) -> None:
        """Compare the curves of these runs too, beside those that are ticked already."""
        for item in self._items():
            if item.data(0, PATH) in paths:
                item.setCheckState(0, Qt.CheckState.Checked)

    def tick_all(self) -> None:
        """Compare the curves of all runs."""
        for item in self._items():
            item.setCheckState(0, Qt.CheckState.Checked)

    def color_of(self, path: Path) -> QColor:
        """The colour of a ticked run's curves."""
        ticked = self.ticked()
        return theme.current().series_color(ticked.index(path) if path in ticked else 0)

    def _item(self, path: Path) -> QTreeWidgetItem | None:
        return next((item for item in self._items() if item.data(0, PATH) == path), None)

    def _items(self) -> list[QTreeWidgetItem]:
        """Every row, from top to bottom."""
        found: list[QTreeWidgetItem] = []
        waiting: list[QTreeWidgetItem | None] = [self._tree.invisibleRootItem()]
        while waiting:
            item = waiting.pop()
            if item is not None:
                found.append(item)
                waiting += [item.child(i) for i in reversed(range(item.childCount()))]
        return found[1:]

    def _choose(self, item: QTreeWidgetItem | None) -> None:
        if item is not None and not self._busy:
            self.run_chosen.emit(item.data(0, PATH))

    def _tick(self, _item: QTreeWidgetItem, column: int) -> None:
        if column == 0 and not self._busy:
            self._recolor()
            self.overlay_changed.emit(self.ticked())

    def _to_box(self, item: QTreeWidgetItem, _column: int) -> None:
        """Wherever a row was clicked, Space ticks it."""
        self._busy = True
        self._tree.setCurrentItem(item, 0)
        self._busy = False

    def _recolor(self) -> None:
        self._busy = True
        ticked = self.ticked()
        for item in self._items():
            path = item.data(0, PATH)
            item.setIcon(0, _dot(self.color_of(path)) if path in ticked else QIcon())
            if item.data(0, STATE) == IMPORTED:
                item.setIcon(1, icons.icon("import", "muted"))
        self._busy = False

    def _menu(self, position: QPoint) -> None:
        item = self._tree.itemAt(position)
        if item is None:
            return
        path = item.data(0, PATH)
        menu = QMenu(self)
        menu.addAction(_("Show"), lambda: self.run_chosen.emit(path))
        if item.data(0, STATE) != IMPORTED:  # no training that could go on
            menu.addAction(_("Resume"), lambda: self.resume_wanted.emit(path))
            branch = menu.addAction(
                _("Branch from its last checkpoint"), lambda: self.branch_wanted.emit(path)
            )
            branch.setEnabled(has_weights(path))
        menu.addSeparator()
        menu.addAction(_("Move to bin"), lambda: self.delete_wanted.emit(path))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self._tree.viewport().mapToGlobal(position))


def _depth(item: QTreeWidgetItem) -> int:
    """How many runs a run stands below."""
    depth, above = 0, item.parent()
    while above is not None:
        depth, above = depth + 1, above.parent()
    return depth


def _cells(summary: Summary) -> list[str]:
    """What the columns behind the name say."""
    if summary.state == IMPORTED:
        return [state_words(IMPORTED), "–", "–", _("weights of a file")]
    return [
        state_words(summary.state),
        f"{summary.steps:,}",
        duration(summary.seconds),
        headline_of(summary.metrics),
    ]


def _dot(color: QColor) -> QIcon:
    picture = QPixmap(24, 24)
    picture.setDevicePixelRatio(2)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(color)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawEllipse(2, 2, 8, 8)
    painter.end()
    return QIcon(picture)
