"""The picture of the samples, and what stands around it: its words and buttons, and the time line."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from widgets import theme

LOW = 2.2  # times as wide as high: from here on there is more room beside a square picture than above it
HIGH = 300  # pixels: from here on pages have room between words and time line
LEAST_BESIDE = 280  # pixels: words, buttons and the time line
FRAME = 20  # pixels that figures at the axes of a plane take more in width than in height


class Surround(QWidget):
    """Lays a picture out below its words and above its time line; in a low place some have them beside.

    A square picture is as wide there as it is high, one with pages of its own takes what words and time line leave.

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
        self._square = self._paged = False
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

    def fit(self, square: bool, paged: bool) -> None:
        """Say whether the picture is as wide as high, whatever room there is, and whether it has pages of its own."""
        if (square, paged) != (self._square, self._paged):
            self._square, self._paged = square, paged
            self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the parts where there is room for them."""
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        square = self.height() - 2 * theme.GAP + FRAME
        taken = square if self._square else LEAST_BESIDE
        room = self.width() - 2 * theme.PAD - taken >= LEAST_BESIDE
        beside = self._wants_beside() and room
        if beside != self._beside:
            self._beside = beside
            self._lay(beside)
        fixed = beside and self._square
        self._picture.setMinimumWidth(square if fixed else 0)
        self._picture.setMaximumWidth(square if fixed else theme.LIMITLESS)
        for part in (self._top, self._line):
            part.setMaximumWidth(LEAST_BESIDE if beside and not fixed else theme.LIMITLESS)
        self._grid.setColumnStretch(0, 0 if fixed else 1)
        self._grid.setColumnStretch(1, 1 if fixed else 0)

    def _wants_beside(self) -> bool:
        low = self.width() > LOW * self.height()
        return low and (self._square or (self._paged and self.height() < HIGH))

    def _lay(self, beside: bool) -> None:
        for part in (self._top, self._picture, self._line):
            self._grid.removeWidget(part)
        column = 1 if beside else 0
        self._grid.addWidget(self._picture, *((0, 0, 3, 1) if beside else (1, 0, 1, 1)))
        self._grid.addWidget(self._top, 0, column, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(self._line, 2, column, Qt.AlignmentFlag.AlignBottom)
