"""A card whose content can be folded away."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QToolButton, QVBoxLayout, QWidget

from widgets import theme


class Fold(QFrame):
    """A frame with a heading that shows and hides some content.

    Args:
        title: The heading.
        content: What is shown and hidden.
        parent: Qt parent.

    Signals:
        turned(open): A person has opened or closed it.
    """

    turned = Signal(bool)

    def __init__(self, title: str, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "section")
        self._content = content
        self._head = QToolButton()
        self._head.setObjectName("fold")
        self._head.setProperty("role", "heading")
        self._head.setText(title)
        self._head.setAccessibleName(title)
        self._head.setCheckable(True)
        self._head.setAutoRaise(True)
        self._head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._head.toggled.connect(self._show)
        self._head.clicked.connect(self.turned)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 10, 16, 10)
        column.setSpacing(theme.PAD)
        column.addWidget(self._head, 0, Qt.AlignmentFlag.AlignLeft)
        inner = QVBoxLayout()
        inner.setContentsMargins(8, 0, 0, 6)
        inner.addWidget(content)
        column.addLayout(inner)
        self._show(False)

    def open(self, yes: bool = True) -> None:
        """Show or hide the content."""
        self._head.setChecked(yes)

    def _show(self, yes: bool) -> None:
        arrow = Qt.ArrowType.DownArrow if yes else Qt.ArrowType.RightArrow
        self._head.setArrowType(arrow)
        self._content.setVisible(yes)
