"""The lines of the table of runs: where a run stands, which are ticked, how wide columns are and how lines look."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QIcon
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from engine.runs.summary import COMPRESSED, DAMAGED, IMPORTED
from projects.translation import gettext as _
from widgets import icons, theme
from workbench.run_items import HEADS, PATH, PLACE, RESULT, STATE, dot

INDENT = 16
BESIDE_NAME = 76  # pixels for the check box, the dot and what lies between them
BESIDE_ICON = 24  # pixels for an icon before a text
MOST_WIDTH = 200  # pixels of a column of settings at first
MOST_RESULT = 280  # pixels of what came of a run, which may be why it failed
ICONS = {IMPORTED: "import", COMPRESSED: "compress"}


class RunLines(QTreeWidget):
    """A line for each run, branches below the run that they came from; what stands in them is put there by others.

    Args:
        parent: Qt parent.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("runTree")
        self.setAccessibleName(_("Runs of this project"))
        self.setHeaderLabels([_("Run"), _("State"), _("Steps"), _("Time"), _("Result")])
        self.setRootIsDecorated(False)
        self.setItemsExpandable(False)
        self.setIndentation(INDENT)
        self.setUniformRowHeights(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header = self.header()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(True)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.moveSection(RESULT, 1)  # what matters most stands first

    def lines(self) -> list[QTreeWidgetItem]:
        """Return every line, from top to bottom."""
        found: list[QTreeWidgetItem] = []
        waiting: list[QTreeWidgetItem | None] = [self.invisibleRootItem()]
        while waiting:
            item = waiting.pop()
            if item is not None:
                found.append(item)
                waiting += [item.child(i) for i in reversed(range(item.childCount()))]
        return found[1:]

    def line_of(self, path: Path) -> QTreeWidgetItem | None:
        """Return the line of a run."""
        return next((item for item in self.lines() if item.data(0, PATH) == path), None)

    def current(self) -> Path | None:
        """Return the run whose line is the current one."""
        item = self.currentItem()
        return item.data(0, PATH) if item is not None else None

    def marked(self) -> set[Path]:
        """Return the runs whose lines are selected."""
        return {item.data(0, PATH) for item in self.selectedItems()}

    def nearest(self, path: Path, but: Collection[Path] = ()) -> Path | None:
        """Return the run that stands nearest to one, rather below than above it.

        Args:
            path: The run.
            but: Runs that are not meant.
        """
        items = self.lines()
        here = next((i for i, item in enumerate(items) if item.data(0, PATH) == path), 0)
        there = [
            (abs(i - here), i < here, item.data(0, PATH))
            for i, item in enumerate(items)
            if not item.isHidden() and item.data(0, STATE) != DAMAGED
        ]
        found = min((one for one in there if one[2] not in (path, *but)), default=None)
        return found[2] if found is not None else None

    def ticked(self) -> list[Path]:
        """Return the runs that are ticked, in the order in which they were told."""
        on = Qt.CheckState.Checked
        there = [item for item in self.lines() if item.checkState(0) == on]
        return [item.data(0, PATH) for item in sorted(there, key=lambda i: int(i.data(0, PLACE)))]

    def fit_columns(self) -> None:
        """Make columns as wide as what stands in them, those of settings within bounds."""
        measure = self.fontMetrics().horizontalAdvance
        items = self.lines()
        for place in range(self.columnCount()):
            texts = {item.text(place) for item in items}
            longest = max(texts, key=len, default="")
            head = measure(self.headerItem().text(place)) + 28
            marked = any(not item.icon(place).isNull() for item in items)
            width = max(head, measure(longest) + 18 + (BESIDE_ICON if marked else 0))
            if place == 0:
                depth = max(map(_depth_of, items), default=0)
                width = max(map(measure, texts), default=0) + INDENT * depth + BESIDE_NAME
            most = MOST_RESULT if place == RESULT else MOST_WIDTH if place >= HEADS else width
            self.setColumnWidth(place, min(width, most))

    def recolor(self, drawn: Sequence[Path]) -> None:
        """Mark runs with the colours of their curves, in the theme in force.

        Args:
            drawn: Those whose curves are drawn, in their order.
        """
        colors = {path: place for place, path in enumerate(drawn)}
        dots = [dot(QColor(color)) for color in theme.current().series]
        for item in self.lines():
            place = colors.get(item.data(0, PATH))
            item.setIcon(0, dots[place % len(dots)] if place is not None else QIcon())
            if (kind := ICONS.get(item.data(0, STATE))) is not None:
                item.setIcon(1, icons.icon(kind, "muted"))


def _depth_of(item: QTreeWidgetItem) -> int:
    """How many runs a run stands below."""
    depth, above = 0, item.parent()
    while above is not None:
        depth, above = depth + 1, above.parent()
    return depth
