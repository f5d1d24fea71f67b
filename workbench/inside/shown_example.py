"""One example as what it is: an image, a text, or its columns with their values."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QStackedWidget, QTableWidgetItem, QVBoxLayout, QWidget

from projects.figures import Read
from projects.translation import gettext as _
from widgets import theme
from widgets.figures_table import figures_table
from widgets.plots.image_table import ImageTable
from workbench.inside.base import Answer

MOST_ROWS = 200
NOTHING = 1e-6


class ShownExample(QWidget):
    """Shows an example of an answer.

    Args:
        title: Accessible name.
        parent: Qt parent.
    """

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = QLabel()
        self._words.setProperty("role", "hint")
        self._words.setWordWrap(True)
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._image = ImageTable(title)
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._table = figures_table("shownExample", title, (_("Column"), _("Value")))
        self._views = QStackedWidget()
        for view in (self._image, self._text, self._table):
            self._views.addWidget(view)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GAP)
        column.addWidget(self._words)
        column.addWidget(self._views, 1)

    def show_example(self, answer: Answer, place: int = 0, words: str = "") -> None:
        """Show one of the examples of an answer.

        Args:
            answer: The answer.
            place: Which of its examples.
            words: What is said above it.
        """
        self._words.setText(words)
        self._words.setVisible(bool(words))
        texts = answer.words("texts")
        if "images" in answer.arrays:
            self._views.setCurrentWidget(self._image)
            self._image.set_images(answer.arrays["images"][place : place + 1], [""], [""])
        elif texts:
            self._views.setCurrentWidget(self._text)
            self._text.setText(texts[place])
        else:
            self._views.setCurrentWidget(self._table)
            self._fill(answer.arrays["inputs"][place], answer.words("features"))

    def clear(self, words: str) -> None:
        """Show nothing but words."""
        self._words.setText(words)
        self._words.show()
        self._text.clear()
        self._views.setCurrentWidget(self._text)

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        self._image.update()

    def _fill(self, values: np.ndarray, names: list[str]) -> None:
        count = min(len(values), MOST_ROWS)
        self._table.setRowCount(count)
        for row in range(count):
            value = float(values[row])
            name = names[row] if row < len(names) else str(row)
            texts = (name, f"{Read(value):.4g}" if abs(value) > NOTHING else "0")
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                if column:
                    item.setTextAlignment(
                        Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                    )
                self._table.setItem(row, column, item)
