"""Every edit of the project, to go back and forth among them."""

from __future__ import annotations

from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import QUndoView, QVBoxLayout, QWidget

from projects.translation import gettext as _
from widgets import theme
from widgets.topics import TOPIC


class History(QWidget):
    """Lists the undo steps; a click goes to the state after one of them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("history")
        self.setProperty(TOPIC, "article/drawing")
        self._list = QUndoView()
        self._list.setObjectName("historyList")
        self._list.setAccessibleName(_("History"))
        self._list.setEmptyLabel(_("As it was opened"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.GAP, 0, theme.GAP, theme.GAP)
        layout.addWidget(self._list)

    def watch(self, stack: QUndoStack | None) -> None:
        """Show another project's steps, or none."""
        self._list.setStack(stack)  # type: ignore[arg-type]
