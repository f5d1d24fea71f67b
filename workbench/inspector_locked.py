"""What the inspector shows of a node that stands for an operator without an equivalent."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from projects.schema import Node
from projects.translation import gettext as _
from widgets import theme
from widgets.forms.row import TITLE_WIDTH
from widgets.plain import plain_label

MOST_LINES = 12


class LockedWords(NamedTuple):
    """What the imported file says of an operator.

    Attributes:
        operator: Its name.
        settings: Its attributes, one a line; empty for none.
        result: The sizes of what leaves it; empty where they are not known.
    """

    operator: str
    settings: str
    result: str


def locked_words(node: Node) -> LockedWords:
    """Return what is known of the operator for which a node stands; the file may hold anything."""
    result = node.params.get("result", ())
    sizes = result if isinstance(result, (list, tuple)) else ()
    return LockedWords(
        operator=str(node.params.get("op", "")) or _("unknown"),
        settings=str(node.params.get("attributes", "")),
        result="×".join(map(str, sizes)),
    )


class Locked(QWidget):
    """Name, settings and result of an operator, to be read and copied, and what to do about it.

    Args:
        parent: Qt parent.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspectorLocked")
        advice = plain_label(role="hint")
        advice.setText(
            _("To put a layer in its place, drop that layer on a wire beside it, then delete it.")
        )
        self._operator, self._result = plain_label(copied=True), plain_label(copied=True)
        self._operator.setObjectName("lockedOperator")
        self._result.setObjectName("lockedResult")
        self._settings = QPlainTextEdit()
        self._settings.setObjectName("lockedSettings")
        self._settings.setAccessibleName(_("Settings of the operator"))
        self._settings.setReadOnly(True)
        self._settings.setTabChangesFocus(True)
        self._settings.document().setDocumentMargin(0)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(theme.GAP)
        self._grid.setVerticalSpacing(theme.GAP)
        self._grid.setColumnStretch(1, 1)
        for row, (title, widget) in enumerate(
            (
                (_("Operator"), self._operator),
                (_("Settings"), self._settings),
                (_("Result"), self._result),
            )
        ):
            self._grid.addWidget(_title(title, widget), row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(widget, row, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.PAD)
        column.addWidget(advice)
        column.addLayout(self._grid)

    def show_words(self, words: LockedWords) -> None:
        """Show what is known of an operator."""
        self._operator.setText(words.operator)
        self._result.setText(words.result or _("not known"))
        if self._settings.toPlainText() != words.settings:
            self._settings.setPlainText(words.settings)
        self._settings.setPlaceholderText(_("none"))
        lines = min(MOST_LINES, max(1, words.settings.count("\n") + 1))
        height = self._settings.fontMetrics().lineSpacing() * lines
        self._settings.setFixedHeight(height + 2)


def _title(text: str, of: QWidget) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "hint")
    label.setFixedWidth(TITLE_WIDTH)
    label.setBuddy(of)
    return label
