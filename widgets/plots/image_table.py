"""Images in rows and columns that mean something, with words at both sides."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from widgets import theme
from widgets.plots.image_grid import to_qimage

MARGIN = 6
GAP = 4  # pixels between two images, less between small ones
SMOOTH_BELOW = 2.0  # pixels on the screen for one of an image


class ImageTable(QWidget):
    """A sheet of images of one size that fills the room there is.

    Args:
        title: Accessible name.
        parent: Qt parent.
    """

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("imageTable")
        self.setAccessibleName(title)
        self._images: NDArray[np.uint8] = np.zeros((0, 1, 1, 1), np.uint8)
        self._across: list[str] = []
        self._down: list[str] = []
        self.setMinimumSize(120, 80)

    def set_images(
        self, images: NDArray[np.uint8], across: Sequence[str], down: Sequence[str]
    ) -> None:
        """Show images row by row.

        Args:
            images: ``(rows · columns, height, width, channels)``.
            across: Words above the columns.
            down: Words beside the rows.
        """
        self._images = images[: len(across) * len(down)]
        self._across = list(across)
        self._down = list(down)
        self.update()

    def sizeHint(self) -> QSize:
        """A comfortable sheet."""
        return QSize(420, 300)

    def area(self) -> QRect:
        """Return where the images are painted: as large as fits, beside and below the words."""
        metrics = QFontMetrics(self._small())
        beside = max((metrics.horizontalAdvance(word) for word in self._down), default=0)
        left = MARGIN + (beside + MARGIN if beside else 0)
        top = MARGIN + (metrics.height() + 2 if any(self._across) else 0)
        room = QSize(max(1, self.width() - left - MARGIN), max(1, self.height() - top - MARGIN))
        rows, columns = len(self._down), len(self._across)
        _count, height, width, _channels = self._images.shape
        size = QSize(columns * width, rows * height)
        size.scale(room, Qt.AspectRatioMode.KeepAspectRatio)
        spare = room.width() - size.width()
        return QRect(left + spare // 2, top, size.width(), size.height())

    def cell(self, index: int, area: QRect | None = None) -> QRect:
        """Return where an image is painted: of the ground there is as much between two, however large they are.

        Args:
            index: The image.
            area: What :meth:`area` returns, where that is known already.
        """
        area = area if area is not None else self.area()
        columns, rows = len(self._across), len(self._down)
        row, column = divmod(index, columns)
        left, right = (round(area.width() * place / columns) for place in (column, column + 1))
        top, bottom = (round(area.height() * place / rows) for place in (row, row + 1))
        found = QRect(area.x() + left, area.y() + top, right - left, bottom - top)
        gap = min(GAP, max(1, found.width() // 12))
        return found.adjusted(0, 0, -gap if columns > 1 else 0, -gap if rows > 1 else 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the sheet and the words."""
        if not len(self._images):
            return
        painter = QPainter(self)
        painter.setFont(self._small())
        area = self.area()
        small = self.cell(0, area).width() < SMOOTH_BELOW * self._images.shape[2]
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, small)
        for index, image in enumerate(self._images):
            painter.drawImage(self.cell(index, area), to_qimage(image))
        painter.setPen(theme.current().color("muted"))
        self._paint_words(painter, area)
        painter.end()

    def _paint_words(self, painter: QPainter, area: QRect) -> None:
        wide, high = area.width() / len(self._across), area.height() / len(self._down)
        metrics = painter.fontMetrics()
        widest = max(metrics.horizontalAdvance(word) for word in self._across)
        every = max(1, -(-(widest + MARGIN) // max(1, int(wide))))
        for index in range(0, len(self._across), every):
            room = wide * every
            x = area.x() + (index + 0.5) * wide - room / 2
            above = QRect(int(x), 0, int(room), area.y() - 2)
            flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom
            painter.drawText(above, flags, self._across[index])
        skip = max(1, -(-metrics.height() // max(1, int(high))))
        for index in range(0, len(self._down), skip):
            y = area.y() + (index + 0.5) * high - metrics.height() / 2
            beside = QRect(0, int(y), area.x() - MARGIN, metrics.height())
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(beside, flags, self._down[index])

    def _small(self) -> QFont:
        font = self.font()
        font.setPointSizeF(theme.FONT_SMALL)
        return font
