"""Type a few letters of what you want: every command, layer and run is found here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt
from PySide6.QtGui import QIcon, QKeyEvent, QPixmap
from PySide6.QtWidgets import (
    QFrame,
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from projects.translation import gettext as _
from widgets import theme
from widgets.fuzzy import best

SIZE = QSize(560, 420)
ROW = 32
NOTE_WIDTH = 230
MOST = 200


@dataclass(frozen=True)
class Entry:
    """One thing that can be chosen.

    Attributes:
        text: What it is called.
        kind: What kind of thing it is, or its keys.
        run: What choosing it does.
        why_not: Why it cannot be chosen now; empty when it can.
        icon: Its icon.
    """

    text: str
    kind: str
    run: Callable[[], None]
    why_not: str = ""
    icon: QIcon | None = None


class CommandPalette(QFrame):
    """A popup over the window with a search box and a list.

    Args:
        window: Over which window.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, Qt.WindowType.Popup)
        self.setObjectName("commandPalette")
        self.setAccessibleName(_("Command palette"))
        self.setProperty("role", "popup")
        self._window = window
        self._entries: Sequence[Entry] = ()
        self._found: list[Entry] = []
        self.search = QLineEdit()
        self.search.setObjectName("commandPaletteSearch")
        self.search.setAccessibleName(_("Search"))
        self.search.setPlaceholderText(_("Find a command, a layer, a run …"))
        self.search.textChanged.connect(self._fill)
        self.search.returnPressed.connect(self._choose)
        self.search.installEventFilter(self)
        self.list = QTreeWidget()
        self.list.setObjectName("commandPaletteList")
        self.list.setAccessibleName(_("What was found"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setColumnCount(2)
        self.list.setHeaderHidden(True)
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setIconSize(QSize(18, 18))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.header().setStretchLastSection(False)
        self.list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.list.header().setSectionResizeMode(1, QHeaderView.ResizeMode.Fixed)
        self.list.header().resizeSection(1, NOTE_WIDTH)
        self.list.itemClicked.connect(self._choose)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.GAP, theme.GAP, theme.GAP, theme.GAP)
        layout.setSpacing(theme.GAP)
        layout.addWidget(self.search)
        layout.addWidget(self.list)
        self.resize(SIZE)

    def ask(self, entries: Sequence[Entry]) -> None:
        """Open with these entries."""
        self._entries = entries
        self.search.clear()
        self._fill()
        x = (self._window.width() - self.width()) // 2
        self.move(self._window.mapToGlobal(QPoint(max(0, x), 90)))
        self.show()
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)

    def _fill(self) -> None:
        self.list.clear()
        self._found = best(self.search.text(), self._entries, lambda e: (e.text, e.kind))[:MOST]
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for entry in self._found:
            item = QTreeWidgetItem([entry.text, entry.why_not or entry.kind])
            item.setIcon(0, entry.icon if entry.icon and not entry.icon.isNull() else _no_icon())
            item.setSizeHint(0, QSize(0, ROW))
            item.setTextAlignment(1, right)
            item.setForeground(1, theme.current().color("muted"))
            if entry.why_not:
                for column in (0, 1):
                    item.setForeground(column, theme.current().color("border_strong"))
                    item.setToolTip(column, entry.why_not)
            self.list.addTopLevelItem(item)
        if self._found:
            self._go_to(0)
        else:
            nothing = QTreeWidgetItem([_("Nothing of this name.")])
            nothing.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addTopLevelItem(nothing)

    def _row(self) -> int:
        """Which row is marked, or -1."""
        item = self.list.currentItem()
        return self.list.indexOfTopLevelItem(item) if item is not None else -1

    def _go_to(self, row: int) -> None:
        item = self.list.topLevelItem(row)
        if item is not None:
            self.list.setCurrentItem(item)

    def _choose(self) -> None:
        row = self._row()
        if 0 <= row < len(self._found) and not self._found[row].why_not:
            self.hide()
            self._found[row].run()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows in the search box walk the list."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 10}
            steps[Qt.Key.Key_PageUp] = -10
            step = steps.get(Qt.Key(event.key()))
            if step is not None and self._found:
                self._go_to((self._row() + step) % len(self._found))
                return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes."""
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)


def _no_icon() -> QIcon:
    """An invisible icon, so that all words begin in one line."""
    picture = QPixmap(18, 18)
    picture.fill(Qt.GlobalColor.transparent)
    return QIcon(picture)
