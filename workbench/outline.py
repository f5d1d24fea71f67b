"""The networks as a list in working order: for eyes, keys and screen readers alike.

Items of a canvas cannot be seen by accessibility tools; this list says the same in words, and choosing here
and there goes together.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QIcon, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from engine.protocol import Checked
from projects.translation import gettext as _
from widgets import icons, theme
from widgets.plain import plain_tip
from widgets.timers import single_shot
from widgets.topics import TOPIC
from workbench.document import Document
from workbench.outline_rows import Row, rows

NAME = Qt.ItemDataRole.UserRole
PLACE = Qt.ItemDataRole.UserRole + 1
SETTLE_MS = 60
UNCHECKED_MS = 500  # an edit's check comes sooner; what it finds is shown together with the edit
Flag = QItemSelectionModel.SelectionFlag
Key = tuple[str, str]


class Outline(QWidget):
    """Lists every layer of every network, with what it is, what it makes and what is wrong with it.

    Signals:
        chosen(place, ids): Layers were chosen here.
        opened(place, id): A layer was double-clicked, or Enter pressed.
    """

    chosen = Signal(str, object)
    opened = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("outline")
        self.setProperty(TOPIC, "article/drawing")
        self._document: Document | None = None
        self._checked: Checked | None = None
        self._selection: tuple[str, tuple[str, ...]] = ("", ())
        self._stale = True
        self._rows: list[Row] = []
        self._items: dict[Key, QTreeWidgetItem] = {}
        self._tree = QTreeWidget()
        self._tree.setObjectName("outlineTree")
        self._tree.setAccessibleName(_("Outline of the networks"))
        self._tree.setHeaderHidden(True)
        self._tree.setIndentation(14)
        self._tree.setUniformRowHeights(True)
        self._tree.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._tree.itemSelectionChanged.connect(self._tell)
        self._tree.itemActivated.connect(self._open)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.GAP, theme.GAP, theme.GAP, theme.GAP)
        layout.addWidget(self._tree)
        self._soon = single_shot(self, 0, self._fill)
        theme.notifier().changed.connect(self._recolor)

    def watch(self, document: Document | None) -> None:
        """Show another project, or none."""
        if self._document is not None:
            self._document.changed.disconnect(self._changed)
        self._document, self._checked, self._selection = document, None, ("", ())
        if document is not None:
            document.changed.connect(self._changed)
        self._changed()

    def set_checked(self, checked: Checked) -> None:
        """Show what a check found out."""
        self._checked = checked
        self._expire(SETTLE_MS)

    def show_selection(self, place: str, ids: tuple[str, ...]) -> None:
        """Choose here what was chosen on the canvas."""
        self._selection = (place, ids)
        if not self._stale:
            self._mark()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while nobody looked."""
        super().showEvent(event)
        if self._stale:
            self._fill()

    # ------------------------------------------------------------------------------ inside

    def _changed(self, *_values: object) -> None:
        self._expire(UNCHECKED_MS)

    def _expire(self, after: int) -> None:
        self._stale = True
        if self.isVisible():
            self._soon.start(after)

    def _recolor(self) -> None:
        for row in self._rows:
            self._items[row.place, row.id].setIcon(0, _icon(row.severity))

    def _fill(self) -> None:
        if not self.isVisible():
            return
        self._stale = False
        project = self._document.project if self._document is not None else None
        new = rows(project, self._checked) if project is not None else []
        old, self._rows = self._rows, new
        with QSignalBlocker(self._tree):
            if [row[:3] for row in old] == [row[:3] for row in new]:
                for before, row in zip(old, new, strict=True):
                    if before != row:
                        _write(self._items[row.place, row.id], row)
            else:
                self._build(new)
        self._mark()

    def _build(self, new: Sequence[Row]) -> None:
        """Make all lines anew; what was folded, and where the keys were, stays so."""
        expanded = {key for key, item in self._items.items() if item.isExpanded()}
        known = set(self._items)
        current = self._tree.currentItem()
        key = _key(current) if current is not None else None
        self._tree.clear()
        self._items = {}
        tops: list[QTreeWidgetItem] = []
        way: list[QTreeWidgetItem] = []
        for row in new:
            item = QTreeWidgetItem()
            item.setData(0, NAME, row.id)
            item.setData(0, PLACE, row.place)
            _write(item, row)
            self._items[row.place, row.id] = item
            del way[row.depth :]
            if way:
                way[-1].addChild(item)
            else:
                tops.append(item)
            way.append(item)
        self._tree.addTopLevelItems(tops)
        for (place, name), item in self._items.items():
            folded = bool(name) if (place, name) not in known else (place, name) not in expanded
            if item.childCount() and not folded:
                item.setExpanded(True)
        if key in self._items:
            self._tree.setCurrentItem(self._items[key], 0, Flag.NoUpdate)

    def _mark(self) -> None:
        """Choose the lines of what is chosen on the canvas."""
        place, ids = self._selection
        items = [self._items[place, name] for name in ids if (place, name) in self._items]
        selection = QItemSelection()
        for item in items:
            index = self._tree.indexFromItem(item)
            selection.select(index, index)
        with QSignalBlocker(self._tree):
            self._tree.selectionModel().select(selection, Flag.ClearAndSelect)
            if items and not self._tree.hasFocus():
                self._tree.setCurrentItem(items[0], 0, Flag.NoUpdate)
                self._tree.scrollToItem(items[0])
        self._tree.viewport().update()

    def _tell(self) -> None:
        """Say what was chosen here; only layers of one place can be chosen together."""
        items = [item for item in self._tree.selectedItems() if item.data(0, NAME)]
        if not items:
            return
        current = self._tree.currentItem()
        here = current if current in items else items[-1]
        place = str(here.data(0, PLACE))
        ids = tuple(str(i.data(0, NAME)) for i in items if i.data(0, PLACE) == place)
        self._selection = (place, ids)
        self.chosen.emit(place, ids)

    def _open(self, item: QTreeWidgetItem) -> None:
        if item.data(0, NAME):
            self.opened.emit(*_key(item))


def _key(item: QTreeWidgetItem) -> Key:
    return str(item.data(0, PLACE)), str(item.data(0, NAME))


def _write(item: QTreeWidgetItem, row: Row) -> None:
    item.setText(0, row.text)
    if row.id:
        item.setData(0, Qt.ItemDataRole.AccessibleTextRole, row.spoken)
        item.setToolTip(0, plain_tip(row.spoken))
        item.setIcon(0, _icon(row.severity))


def _icon(severity: str) -> QIcon:
    names = {"error": ("error", "bad"), "warning": ("warning", "warning")}
    return icons.icon(*names[severity]) if severity in names else QIcon()
