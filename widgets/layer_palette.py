"""The list of things that can be put on a canvas: search, categories, drag, Enter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QColor, QDrag, QIcon, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import QLineEdit, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from projects.translation import gettext as _
from widgets import theme
from widgets.fuzzy import best
from widgets.topics import TOPIC

LAYER_MIME = "application/x-ganvas-layer"
KEY_ROLE = int(Qt.ItemDataRole.UserRole)
CHIP = 14
ROW_HEIGHT = 24


@dataclass(frozen=True, slots=True)
class PaletteEntry:
    """One thing that can be added.

    Attributes:
        key: What :attr:`LayerPalette.chosen` says and what a drop carries.
        title: Name that people read.
        category: Heading, not translated; decides the colour.
        help: First sentence of the help.
        words: More words that a search finds.
    """

    key: str
    title: str
    category: str
    help: str = ""
    words: tuple[str, ...] = ()


def texts_of(entry: PaletteEntry) -> Sequence[str]:
    """What a search looks at, the most important first."""
    return (entry.title, entry.key, *entry.words, _(entry.category))


def chip(category: str) -> QIcon:
    """A square in the colour of a category, like the edge of its nodes."""
    ratio = 2
    pixmap = QPixmap(CHIP * ratio, CHIP * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(QColor(0, 0, 0, 0))
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.current().category_color(category))
    painter.drawRoundedRect(1, 1, CHIP - 2, CHIP - 2, 4, 4)
    painter.end()
    return QIcon(pixmap)


class _Tree(QTreeWidget):
    """A tree whose leaves can be dragged onto a canvas."""

    def mimeData(self, items: Sequence[QTreeWidgetItem]) -> QMimeData:
        """The key of the dragged entry."""
        data = QMimeData()
        for item in items:
            key = item.data(0, KEY_ROLE)
            if key:
                data.setData(LAYER_MIME, str(key).encode())
                data.setText(item.text(0))
        return data

    def startDrag(self, actions: Qt.DropAction) -> None:
        """Drag the chosen entry with a card of its name under the pointer."""
        item = self.currentItem()
        if item is None or not item.data(0, KEY_ROLE):
            return
        drag = QDrag(self)
        drag.setMimeData(self.mimeData([item]))
        picture = item.icon(0).pixmap(QSize(CHIP, CHIP))
        drag.setPixmap(picture)
        drag.setHotSpot(QPoint(-8, -8))
        drag.exec(Qt.DropAction.CopyAction)


class LayerPalette(QWidget):
    """Shows entries by category and says which one was chosen.

    Args:
        entries: What to show, in order.
        parent: Qt parent.

    Signals:
        chosen(key): Enter or double-click on an entry.
        menu_wanted(key, pixel): The context menu of an entry was asked for, at a global position.
    """

    chosen = Signal(str)
    menu_wanted = Signal(str, QPoint)

    def __init__(self, entries: Iterable[PaletteEntry] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[PaletteEntry, ...] = ()
        self._closed: set[str] = set()
        self.setObjectName("layer_palette")
        self.setProperty(TOPIC, "article/drawing")
        self.search = QLineEdit()
        self.search.setObjectName("layer_palette_search")
        self.search.setAccessibleName(_("Search layers"))
        self.search.setPlaceholderText(_("Search layers"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._fill)
        self.search.returnPressed.connect(self._choose_current)
        self.search.installEventFilter(self)
        self.tree = _Tree()
        self._set_up_tree()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.GAP, theme.GAP, theme.GAP, theme.GAP)
        layout.setSpacing(theme.GAP)
        layout.addWidget(self.search)
        layout.addWidget(self.tree)
        self.setFocusProxy(self.search)
        theme.notifier().changed.connect(self._fill)
        self.set_entries(entries)

    def _set_up_tree(self) -> None:
        tree = self.tree
        tree.setObjectName("layer_palette_tree")
        tree.setAccessibleName(_("Layers"))
        tree.setHeaderHidden(True)
        tree.setRootIsDecorated(False)
        tree.setIndentation(theme.GAP)
        tree.setIconSize(QSize(CHIP, CHIP))
        tree.setDragEnabled(True)
        tree.setUniformRowHeights(True)
        tree.setFrameShape(QTreeWidget.Shape.NoFrame)
        tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        tree.setExpandsOnDoubleClick(False)
        tree.itemDoubleClicked.connect(self._double_clicked)
        tree.itemClicked.connect(self._clicked)
        tree.installEventFilter(self)
        tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        tree.customContextMenuRequested.connect(self._ask_menu)

    def set_entries(self, entries: Iterable[PaletteEntry]) -> None:
        """Show other entries; the view stays where it is."""
        new = tuple(entries)
        if new == self._entries:
            return
        self._entries = new
        place = self.tree.verticalScrollBar().value()
        self._fill()
        self.tree.verticalScrollBar().setValue(place)

    def key_at(self, pixel: QPoint | None) -> str:
        """Return the key of the entry at a global position; of the chosen one where none is given."""
        if pixel is None:
            item = self.tree.currentItem()
        else:
            item = self.tree.itemAt(self.tree.viewport().mapFromGlobal(pixel))
        return str(item.data(0, KEY_ROLE) or "") if item is not None else ""

    def _ask_menu(self, point: QPoint) -> None:
        item = self.tree.itemAt(point)
        if item is not None and item.data(0, KEY_ROLE):
            pixel = self.tree.viewport().mapToGlobal(point)
            self.menu_wanted.emit(str(item.data(0, KEY_ROLE)), pixel)

    def _fill(self) -> None:
        """Show what the search finds: by category, or best first while searching."""
        query = self.search.text()
        found = best(query, self._entries, texts_of)
        self.tree.clear()
        headings: dict[str, QTreeWidgetItem] = {}
        for entry in found:
            parent: QTreeWidgetItem | None = None
            if not query.strip():
                parent = headings.get(entry.category) or self._heading(entry.category)
                headings[entry.category] = parent
            self._leaf(entry, parent)
        for name, heading in headings.items():
            heading.setExpanded(name not in self._closed)
        first = self.tree.topLevelItem(0)
        if query.strip() and first:
            self.tree.setCurrentItem(first)
        elif query.strip():
            nothing = QTreeWidgetItem(self.tree, [_("No layer of this name.")])
            nothing.setFlags(Qt.ItemFlag.NoItemFlags)

    def _heading(self, category: str) -> QTreeWidgetItem:
        heading = QTreeWidgetItem(self.tree, [_(category)])
        heading.setFlags(Qt.ItemFlag.ItemIsEnabled)
        font = heading.font(0)
        font.setBold(True)
        heading.setFont(0, font)
        heading.setSizeHint(0, QSize(0, ROW_HEIGHT))
        heading.setForeground(0, theme.current().color("muted"))
        return heading

    def _leaf(self, entry: PaletteEntry, parent: QTreeWidgetItem | None) -> None:
        item = QTreeWidgetItem([entry.title])
        item.setData(0, KEY_ROLE, entry.key)
        item.setIcon(0, chip(entry.category))
        item.setSizeHint(0, QSize(0, ROW_HEIGHT))
        item.setToolTip(0, entry.help)
        item.setData(0, Qt.ItemDataRole.AccessibleDescriptionRole, entry.help)
        item.setFlags(
            Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled
        )
        if parent is None:
            self.tree.addTopLevelItem(item)
        else:
            parent.addChild(item)

    def _choose_current(self) -> None:
        item = self.tree.currentItem()
        if item is not None and item.data(0, KEY_ROLE):
            self.chosen.emit(str(item.data(0, KEY_ROLE)))

    def _double_clicked(self, item: QTreeWidgetItem, column: int) -> None:
        if item.data(0, KEY_ROLE):
            self.chosen.emit(str(item.data(0, KEY_ROLE)))

    def _clicked(self, item: QTreeWidgetItem, column: int) -> None:
        """A click on a heading folds it."""
        if not item.data(0, KEY_ROLE) and item.childCount():
            item.setExpanded(not item.isExpanded())
            (self._closed.discard if item.isExpanded() else self._closed.add)(item.text(0))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows in the search box walk the list; Enter in the list chooses."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            key = Qt.Key(event.key())
            if watched is self.search and key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                self._walk(1 if key == Qt.Key.Key_Down else -1)
                return True
            if watched is self.search and key == Qt.Key.Key_Escape and self.search.text():
                self.search.clear()
                return True
            if watched is self.tree and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._choose_current()
                return True
        return super().eventFilter(watched, event)

    def _walk(self, direction: int) -> None:
        """Go to the next entry that can be chosen, past headings."""
        item = self.tree.currentItem()
        item = self._beside(item, direction) if item else self.tree.topLevelItem(0)
        while item is not None and not item.data(0, KEY_ROLE):
            item = self._beside(item, direction)
        if item is not None:
            self.tree.setCurrentItem(item)

    def _beside(self, item: QTreeWidgetItem, direction: int) -> QTreeWidgetItem | None:
        found = self.tree.itemBelow(item) if direction > 0 else self.tree.itemAbove(item)
        # Qt answers None at either end, which its type stubs don't say.
        return found or None
