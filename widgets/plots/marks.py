"""The names of groups of points, each with its mark."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from widgets.plots.flow import FlowLayout
from widgets.plots.plane import marker

SIDE = 12


class Marks(QWidget):
    """A row of marks with names that breaks where there is no more room.

    Args:
        parent: Qt parent.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("marks")
        self._layout = FlowLayout(self, gap=8)
        self._marks: list[tuple[int, str, str]] = []

    def set_marks(self, marks: Sequence[tuple[int, str, QColor]]) -> None:
        """Show these groups.

        Args:
            marks: Number of the group (which decides its mark), name and colour of each.
        """
        wanted = [(number, name, color.name()) for number, name, color in marks]
        if wanted == self._marks:
            return
        self._marks = wanted
        while (item := self._layout.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        for number, name, color in marks:
            self._layout.addWidget(_named(number, name, color))

    def names(self) -> list[str]:
        """Return the names that are shown."""
        return [name for _number, name, _color in self._marks]


def _named(number: int, name: str, color: QColor) -> QWidget:
    chip = QWidget()
    row = QHBoxLayout(chip)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(4)
    mark, words = QLabel(), QLabel(name)
    mark.setPixmap(marker(number, color).pixmap(SIDE, SIDE))
    words.setTextFormat(Qt.TextFormat.PlainText)
    words.setObjectName("hint")
    row.addWidget(mark)
    row.addWidget(words)
    return chip
