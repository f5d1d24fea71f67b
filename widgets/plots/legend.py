"""The names of curves with their latest values; a click hides or shows one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QLabel, QSizePolicy, QStyleOptionToolButton, QToolButton, QWidget

from projects.translation import gettext as _
from widgets.plain import plain_tip
from widgets.plots.flow import FlowLayout
from widgets.timers import single_shot

VALUES_MS = 300
MOST_CHIPS = 24  # of more curves the pointer tells the names
LEAST, AROUND = 60, 16  # pixels: of a chip at least; beside icon and text


@dataclass(frozen=True)
class Entry:
    """One curve in a legend.

    Attributes:
        key: Its id.
        label: Name that people read.
        color: Its colour.
        dashed: Whether its line is dashed.
        value: Latest value as text.
    """

    key: str
    label: str
    color: QColor
    dashed: bool = False
    value: str = ""


def line_icon(color: QColor, dashed: bool) -> QIcon:
    """Return a short piece of a curve."""
    picture = QPixmap(36, 20)
    picture.setDevicePixelRatio(2)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    pen = QPen(color, 2)
    if dashed:
        pen.setDashPattern([2, 1.5])
    painter.setPen(pen)
    painter.drawLine(1, 5, 17, 5)
    painter.end()
    return QIcon(picture)


class Chip(QToolButton):
    """A button that shortens its text in the middle where there is no room: names begin, values end it."""

    def minimumSizeHint(self) -> QSize:
        """A few letters are enough."""
        return QSize(LEAST, super().minimumSizeHint().height())

    def initStyleOption(self, option: QStyleOptionToolButton) -> None:
        """Shorten the text to what there is room for."""
        super().initStyleOption(option)
        room = self.width() - self.iconSize().width() - AROUND
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideMiddle, room)
        option.text = text


class Legend(QWidget):
    """Chips for curves.

    Signals:
        toggled(key, shown): A chip was pressed.
    """

    toggled = Signal(str, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("legend")
        self._layout = FlowLayout(self, gap=4)
        self._chips: dict[str, QToolButton] = {}
        self._entries: dict[str, Entry] = {}
        self._latest: tuple[Entry, ...] = ()
        self._more = QLabel()
        self._more.setObjectName("hint")
        self._layout.addWidget(self._more)
        self._more.hide()
        self._soon = single_shot(self, VALUES_MS, self._show_latest)

    def set_entries(self, entries: Sequence[Entry]) -> None:
        """Show these curves, in this order; known ones keep whether they are shown.

        New values alone wait a little: each one lays the chips out again and has the plot painted.
        """
        self._latest = tuple(entries[:MOST_CHIPS])
        more = len(entries) - len(self._latest)
        self._more.setText(_("and {count} more").format(count=more) if more else "")
        self._more.setVisible(more > 0)
        if [entry.key for entry in self._latest] != list(self._chips):
            self._rebuild(self._latest)
            self._show_latest()
        elif any(_look(entry) != _look(self._entries.get(entry.key)) for entry in self._latest):
            self._show_latest()  # colours of another theme
        elif not self._soon.isActive():
            self._soon.start()

    def _show_latest(self) -> None:
        for entry in self._latest:
            self._update(entry)

    def shown(self, key: str) -> bool:
        """Whether a curve is to be drawn."""
        chip = self._chips.get(key)
        return chip is None or chip.isChecked()

    def _rebuild(self, entries: Sequence[Entry]) -> None:
        off = {key for key, chip in self._chips.items() if not chip.isChecked()}
        for chip in self._chips.values():
            self._layout.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._chips = {}
        self._entries = {}
        for entry in entries:
            chip = Chip(self)
            chip.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
            chip.setObjectName(f"legend_{entry.key}")
            chip.setCheckable(True)
            chip.setChecked(entry.key not in off)
            chip.setAutoRaise(True)
            chip.setIconSize(QSize(18, 10))
            chip.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            chip.setToolTip(plain_tip(f"{entry.label}\n{_('Click to hide or show')}"))
            chip.setProperty("legend", True)
            chip.toggled.connect(self._tell)
            self._layout.addWidget(chip)
            chip.show()
            self._chips[entry.key] = chip
        self._layout.removeWidget(self._more)
        self._layout.addWidget(self._more)  # behind the chips
        self.updateGeometry()

    def _update(self, entry: Entry) -> None:
        if self._entries.get(entry.key) == entry:
            return
        chip = self._chips[entry.key]
        old = self._entries.get(entry.key)
        if _look(old) != _look(entry):
            chip.setIcon(line_icon(entry.color, entry.dashed))
        text = f"{entry.label}  {entry.value}" if entry.value else entry.label
        if len(text) != len(chip.text()):
            chip.setText(text)
            self._layout.invalidate()
        else:
            chip.setText(text)
        chip.setAccessibleName(entry.label)
        self._entries[entry.key] = entry

    def _tell(self, on: bool) -> None:
        sender = self.sender()
        for key, chip in self._chips.items():
            if chip is sender:
                self.toggled.emit(key, on)


def _look(entry: Entry | None) -> tuple[QColor, bool] | None:
    """What the piece of a curve in a chip looks like."""
    return None if entry is None else (entry.color, entry.dashed)
