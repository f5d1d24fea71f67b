"""Every command with its keys, and what keys and mouse do on the canvas; searchable."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
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
from widgets.topics import TOPIC
from workbench.actions import Command, plain


def canvas_keys() -> list[tuple[str, str]]:
    """What keys and mouse do on the canvas: pairs of words and keys."""
    return [
        (_("Add a layer here"), _("Double-click · Tab · Space")),
        (_("Insert a layer into a wire"), _("Drop it on the wire (Alt: beside it)")),
        (_("Connect"), _("Drag from port to port")),
        (_("Connect chosen layers in order"), "C"),
        (_("Add a layer and connect it"), _("Drag a wire to an empty place")),
        (_("Delete and close the gap"), _("Delete")),
        (_("Delete and keep the gap"), _("Shift+Delete")),
        (_("Choose several"), _("Drag a frame · Shift+click")),
        (_("Walk from layer to layer"), _("Arrow keys")),
        (_("Move chosen layers"), _("Ctrl+arrow keys")),
        (_("Open a layer’s settings"), _("Enter · double-click")),
        (_("Show everything"), _("Home")),
        (_("Show what is chosen"), "F"),
        (_("Zoom"), _("Wheel · + and − · pinch")),
        (_("Move the view"), _("Space+drag · middle button · two fingers")),
        (_("Leave the canvas"), _("Ctrl+Tab")),
    ]


class ShortcutsHelp(QDialog):
    """The list of all keys.

    Args:
        commands: Every command of the window.
        parent: The window.
    """

    def __init__(self, commands: Sequence[Command], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("shortcutsHelp")
        self.setProperty(TOPIC, "article/window")
        self.setWindowTitle(_("Keyboard shortcuts"))
        self.resize(620, 640)
        self._rows = [
            (plain(command.text), _keys(command), _("Commands"))
            for command in commands
            if command.shortcuts
        ] + [(words, keys, _("On the canvas")) for words, keys in canvas_keys()]
        self._search = QLineEdit()
        self._search.setObjectName("shortcutsSearch")
        self._search.setAccessibleName(_("Search shortcuts"))
        self._search.setPlaceholderText(_("Search"))
        self._search.setClearButtonEnabled(True)
        self._search.textChanged.connect(self._fill)
        self._tree = QTreeWidget()
        self._tree.setObjectName("shortcutsTree")
        self._tree.setAccessibleName(_("Shortcuts"))
        self._tree.setHeaderLabels([_("Command"), _("Keys")])
        self._tree.setRootIsDecorated(False)
        self._tree.setUniformRowHeights(True)
        self._tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self._tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.PAD, theme.PAD, theme.PAD, theme.PAD)
        layout.addWidget(self._search)
        layout.addWidget(self._tree)
        self._fill()

    def _fill(self) -> None:
        self._tree.clear()
        headings: dict[str, QTreeWidgetItem] = {}
        for words, keys, group in best(self._search.text(), self._rows, lambda row: row[:2]):
            if group not in headings:
                headings[group] = QTreeWidgetItem(self._tree, [group])
                headings[group].setFirstColumnSpanned(True)
                font = headings[group].font(0)
                font.setBold(True)
                headings[group].setFont(0, font)
            QTreeWidgetItem(headings[group], [words, keys])
        self._tree.expandAll()


def _keys(command: Command) -> str:
    native = QKeySequence.SequenceFormat.NativeText
    return " · ".join(QKeySequence(key).toString(native) for key in command.shortcuts)
