"""A popup at the pointer: type a few letters, press Enter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from projects.translation import gettext as _
from widgets import theme
from widgets.fuzzy import best
from widgets.layer_palette import CHIP, KEY_ROLE, ROW_HEIGHT, PaletteEntry, chip, texts_of

WIDTH, HEIGHT = 280, 320


class QuickAdd(QFrame):
    """Chooses one of some entries; closes by itself and leaves nothing behind.

    Args:
        parent: Qt parent.

    Signals:
        chosen(key): An entry was chosen. Nothing is said when the popup is dismissed.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._entries: tuple[PaletteEntry, ...] = ()
        self.setObjectName("quick_add")
        self.setAccessibleName(_("Add a layer"))
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.heading = QLabel()
        self.heading.setObjectName("quick_add_heading")
        self.heading.setTextFormat(Qt.TextFormat.PlainText)
        self.search = QLineEdit()
        self.search.setObjectName("quick_add_search")
        self.search.setAccessibleName(_("Layer to add"))
        self.search.setPlaceholderText(_("Type to find a layer"))
        self.search.textChanged.connect(self._fill)
        self.search.returnPressed.connect(self._choose)
        self.search.installEventFilter(self)
        self.list = QListWidget()
        self.list.setObjectName("quick_add_list")
        self.list.setAccessibleName(_("Layers that fit"))
        self.list.setIconSize(QSize(CHIP, CHIP))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setUniformItemSizes(True)
        self.list.itemClicked.connect(self._choose)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.GAP, theme.GAP, theme.GAP, theme.GAP)
        layout.setSpacing(theme.GAP)
        for widget in (self.heading, self.search, self.list):
            layout.addWidget(widget)
        self.resize(WIDTH, HEIGHT)
        theme.notifier().changed.connect(self._fill)

    def ask(
        self,
        entries: Iterable[PaletteEntry],
        pixel: QPoint,
        heading: str = "",
        recent: Sequence[str] = (),
    ) -> None:
        """Open at a pixel of the screen.

        Args:
            entries: What may be chosen, in order.
            pixel: Where, in global coordinates.
            heading: What will happen with the choice.
            recent: Keys that were chosen lately; they come first until something is typed.
        """
        rank = {key: place for place, key in enumerate(recent)}
        self._entries = tuple(sorted(entries, key=lambda e: rank.get(e.key, len(rank))))
        self.heading.setText(heading)
        self.heading.setVisible(bool(heading))
        self.search.clear()
        self._fill()
        self.move(self._inside_screen(pixel))
        self.show()
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)

    def _inside_screen(self, pixel: QPoint) -> QPoint:
        """The corner of the popup, moved so that all of it can be seen."""
        area = self.screen().availableGeometry()
        x = max(area.left(), min(pixel.x(), area.right() - self.width()))
        y = max(area.top(), min(pixel.y(), area.bottom() - self.height()))
        return QPoint(x, y)

    def _fill(self) -> None:
        self.list.clear()
        for entry in best(self.search.text(), self._entries, texts_of):
            item = QListWidgetItem(chip(entry.category), entry.title)
            item.setData(KEY_ROLE, entry.key)
            item.setSizeHint(QSize(0, ROW_HEIGHT))
            item.setToolTip(entry.help)
            self.list.addItem(item)
        if self.list.count():
            self.list.setCurrentRow(0)
        else:
            nothing = QListWidgetItem(_("No layer of this name fits here."))
            nothing.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(nothing)

    def _choose(self) -> None:
        item = self.list.currentItem()
        key = item.data(KEY_ROLE) if item else None
        if key:
            self.hide()
            self.chosen.emit(str(key))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows in the search box walk the list; Tab does not leave it."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            key = Qt.Key(event.key())
            if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                step = 1 if key == Qt.Key.Key_Down else -1
                count = max(1, self.list.count())
                self.list.setCurrentRow((self.list.currentRow() + step) % count)
                return True
            if key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
                return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes."""
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)
