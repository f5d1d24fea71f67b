"""What stands where there is nothing to show yet."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from widgets import theme

WIDEST = 560  # pixels of a line that is read at a glance


class EmptyState(QWidget):
    """Says what will appear here and offers the one action that makes it happen.

    Args:
        title: What is missing, in a few words.
        text: What will appear, in a sentence.
        action: Words on the button; empty for none.

    Signals:
        clicked: The button was pressed.
    """

    clicked = Signal()

    def __init__(
        self, title: str, text: str, action: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("emptyState")
        self._title = QLabel(title)
        self._title.setObjectName("emptyTitle")
        self._text = QLabel(text)
        self._text.setObjectName("emptyText")
        self._text.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setSpacing(theme.GAP)
        layout.addStretch(1)
        for label in (self._title, self._text):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setMaximumWidth(WIDEST)
            row = QHBoxLayout()
            row.addStretch(1)
            row.addWidget(label, 100)
            row.addStretch(1)
            layout.addLayout(row)
        if action:
            button = QPushButton(action)
            button.setObjectName("emptyAction")
            button.setAccessibleName(action)
            button.clicked.connect(self.clicked)
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)

    def set_words(self, title: str, text: str) -> None:
        """Say something else."""
        self._title.setText(title)
        self._text.setText(text)
