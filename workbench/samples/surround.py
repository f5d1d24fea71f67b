"""The picture of the samples, and what stands around it: its words and buttons, and the time line."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from widgets import theme

LOW = 2.2  # times as wide as high: from here on there is more room beside a square picture than above it
LEAST_BESIDE = 280  # pixels: words, buttons and the time line
FRAME = 20  # pixels that figures at the axes of a plane take more in width than in height


class Surround(QWidget):
    """Lays a picture out below its words and above its time line; a square one in a low place has them beside it.

    Args:
        top: Words and buttons.
        picture: What is shown.
        line: The time line.
        parent: Qt parent.
    """

    def __init__(
        self, top: QWidget, picture: QWidget, line: QWidget, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._top, self._picture, self._line = top, picture, line
        self._square = False
        self._beside: bool | None = None
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(theme.PAD, theme.GAP, theme.PAD, theme.GAP)
        self._grid.setSpacing(theme.GAP)
        self._grid.setRowStretch(1, 1)
        self._place()

    @property
    def beside(self) -> bool:
        """Whether words and time line stand beside the picture."""
        return bool(self._beside)

    def set_square(self, square: bool) -> None:
        """Say whether the picture is as wide as high, whatever room there is."""
        if square != self._square:
            self._square = square
            self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the parts where there is room for them."""
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        high = self.height() - 2 * theme.GAP
        wide = high + FRAME
        room = self.width() - 2 * theme.PAD - wide >= LEAST_BESIDE
        beside = self._square and room and self.width() > LOW * self.height()
        if beside != self._beside:
            self._beside = beside
            self._lay(beside)
        self._picture.setMinimumWidth(wide if beside else 0)
        self._picture.setMaximumWidth(wide if beside else theme.LIMITLESS)

    def _lay(self, beside: bool) -> None:
        for part in (self._top, self._picture, self._line):
            self._grid.removeWidget(part)
        column = 1 if beside else 0
        self._grid.addWidget(self._picture, *((0, 0, 3, 1) if beside else (1, 0, 1, 1)))
        self._grid.addWidget(self._top, 0, column, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(self._line, 2, column, Qt.AlignmentFlag.AlignBottom)
        self._grid.setColumnStretch(0, 0 if beside else 1)
        self._grid.setColumnStretch(1, 1 if beside else 0)
