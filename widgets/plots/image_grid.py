"""Many small images on a sheet, with captions, painted in one go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip, QWidget

from widgets import theme
from widgets.plain import plain_tip

GAP = 6
CAPTION = 18
LEAST, LEAST_WITH_CAPTION, LARGEST = 28, 52, 128


@dataclass(frozen=True)
class Caption:
    """Words below an image.

    Attributes:
        text: The words.
        tone: Name of a theme colour for them and the frame; empty for plain.
        tip: What a tooltip adds.
    """

    text: str
    tone: str = ""
    tip: str = ""


def to_qimage(pixels: NDArray[np.uint8]) -> QImage:
    """Return pixels ``(height, width, channels)`` with 1, 3 or 4 channels as an image of its own."""
    height, width, channels = pixels.shape
    if channels not in (1, 3, 4):
        pixels = pixels[:, :, :1]
        channels = 1
    formats = {
        1: QImage.Format.Format_Grayscale8,
        3: QImage.Format.Format_RGB888,
        4: QImage.Format.Format_RGBA8888,
    }
    data = np.ascontiguousarray(pixels)
    return QImage(data.data, width, height, width * channels, formats[channels]).copy()


class ImageGrid(QWidget):
    """A sheet of images that fills its width, each as large as it can be.

    Put into a scroll area it is as high as all images need; elsewhere as many as fit are shown.

    Args:
        title: Accessible name.
        parent: Qt parent.

    Signals:
        chosen(index): An image was clicked.
    """

    chosen = Signal(int)

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("imageGrid")
        self.setAccessibleName(title)
        self._images: list[QImage] = []
        self._captions: list[Caption] = []
        self._columns = 0
        self._aspect = 1.0  # height by width
        self._marked = -1
        self.setMinimumSize(120, 80)

    def set_images(
        self,
        images: NDArray[np.uint8],
        captions: Sequence[Caption] = (),
        columns: int = 0,
    ) -> None:
        """Show images.

        Args:
            images: ``(images, height, width, channels)``.
            captions: One for each image, or none.
            columns: Images in a row; 0 for as many as look best.
        """
        self._images = [to_qimage(pixels) for pixels in images]
        self._aspect = images.shape[1] / max(images.shape[2], 1) if len(images) else 1.0
        self._captions = list(captions)
        self._columns = columns
        self._ask_for_room()
        self.update()

    def mark(self, index: int) -> None:
        """Frame the image that is chosen; -1 for none."""
        self._marked = index
        self.update()

    def sizeHint(self) -> QSize:
        """A comfortable sheet."""
        return QSize(420, 260)

    # ------------------------------------------------------------------------------- geometry

    def layout_of(self) -> tuple[int, int]:
        """Return how many columns there are and the width of an image in pixels."""
        if not self._images:
            return 1, LEAST
        count = len(self._images)
        caption = CAPTION if self._captions else 0
        best = (1, 0)
        candidates = [self._columns] if self._columns else range(1, count + 1)
        for columns in candidates:
            rows = -(-count // columns)
            across = (self.width() - GAP) // columns - GAP
            down = (self._room() - GAP) // rows - GAP - caption
            side = min(across, int(down / self._aspect), LARGEST)
            if side > best[1]:
                best = (columns, side)
        least = LEAST_WITH_CAPTION if caption else LEAST
        if best[1] < least:
            return max(1, (self.width() - GAP) // (least + GAP)), least
        return best

    def _room(self) -> int:
        """Pixels of height that can be seen: of the scroll area around it, if there is one."""
        parent = self.parentWidget()
        area = parent.parentWidget() if parent is not None else None
        inside = isinstance(area, QAbstractScrollArea) and area.viewport() is parent
        return parent.height() if inside and parent is not None else self.height()

    def _ask_for_room(self) -> None:
        """Be as high as all images need, so that a scroll area around it can reach them."""
        columns, side = self.layout_of()
        rows = -(-len(self._images) // columns)
        height = GAP + rows * (self._high(side) + GAP + (CAPTION if self._captions else 0))
        self.setMinimumHeight(height if height > self._room() else 80)

    def _high(self, side: int) -> int:
        """How high an image of this width is."""
        return max(1, round(side * self._aspect))

    def cell(self, index: int, layout: tuple[int, int] | None = None) -> QRect:
        """Return where an image lies.

        Args:
            index: Which image.
            layout: What :meth:`layout_of` says, if it is known already.
        """
        columns, side = layout or self.layout_of()
        caption = CAPTION if self._captions else 0
        row, column = divmod(index, columns)
        wide = columns * (side + GAP) - GAP
        left = max(GAP, (self.width() - wide) // 2)
        x = left + column * (side + GAP)
        y = GAP + row * (self._high(side) + GAP + caption)
        return QRect(x, y, side, self._high(side))

    def index_at(self, point: QPoint) -> int:
        """Return which image is at a point, or -1."""
        layout = self.layout_of()
        cells = (self.cell(index, layout) for index in range(len(self._images)))
        return next((index for index, cell in enumerate(cells) if cell.contains(point)), -1)

    # ------------------------------------------------------------------------------- events

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width needs another height."""
        super().resizeEvent(event)
        self._ask_for_room()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the sheet."""
        tokens = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        font = painter.font()
        font.setPointSizeF(theme.FONT_SMALL)
        painter.setFont(font)
        layout = self.layout_of()
        for index, image in enumerate(self._images):
            cell = self.cell(index, layout)
            if cell.bottom() + (CAPTION if self._captions else 0) > self.height() and index:
                break
            painter.drawImage(cell, image)
            tone = self._captions[index].tone if index < len(self._captions) else ""
            painter.setPen(QPen(tokens.color(tone or "border"), 2 if tone == "bad" else 1))
            painter.drawRect(cell.adjusted(0, 0, -1, -1))
            if index == self._marked:
                painter.setPen(QPen(tokens.color("accent"), 2))
                painter.drawRect(cell.adjusted(-3, -3, 2, 2))
            if index < len(self._captions):
                painter.setPen(tokens.color(tone or "muted"))
                below = QRect(cell.x() - 2, cell.bottom() + 1, cell.width() + 4, CAPTION)
                text = painter.fontMetrics().elidedText(
                    self._captions[index].text, Qt.TextElideMode.ElideRight, below.width()
                )
                painter.drawText(below, Qt.AlignmentFlag.AlignCenter, text)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Tell which image was clicked."""
        index = self.index_at(event.position().toPoint())
        if index >= 0:
            self.chosen.emit(index)

    def event(self, event: object) -> bool:
        """Show the tooltip of the image under the pointer."""
        if isinstance(event, QHelpEvent):
            index = self.index_at(event.pos())
            tip = self._captions[index].tip if 0 <= index < len(self._captions) else ""
            QToolTip.showText(event.globalPos(), plain_tip(tip), self)
            return True
        return super().event(event)  # type: ignore[arg-type]
