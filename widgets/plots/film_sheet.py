"""Pictures for films: images at whole multiples of their pixels, or a widget enlarged, with a line of words below."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics, QImage, QPainter
from PySide6.QtWidgets import QWidget

from widgets import theme
from widgets.plots.image_grid import to_qimage

LEAST_WIDTH = 512  # pixels of a picture
GAP, LINE = 6, 26
FORMAT = QImage.Format.Format_RGB32


def sheet(
    images: NDArray[np.uint8],
    columns: int = 0,
    names: Sequence[str] = (),
    heading: str = "",
    least: int = LEAST_WIDTH,
) -> QImage:
    """Return images side by side, every pixel of theirs a square of whole pixels.

    Args:
        images: ``(images, height, width, channels)``.
        columns: Images in a row; 0 for about as many as there are rows.
        names: Of the rows; empty for none.
        heading: What stands above; empty for nothing.
        least: Pixels of width that the images have together at least.
    """
    columns = columns or int(np.ceil(np.sqrt(len(images))))
    rows = -(-len(images) // columns)
    high, wide = images.shape[1:3]
    scale = max(1, -(-(least - (columns + 1) * GAP) // (columns * wide)))
    measures = QFontMetrics(_font())
    left = max((measures.horizontalAdvance(name) + GAP for name in names), default=0)
    top = LINE if heading else 0
    across, down = scale * wide + GAP, scale * high + GAP
    made = _empty(left + columns * across + GAP, top + rows * down + GAP)
    painter = _painter(made)
    painter.drawText(
        QRect(left + GAP, 0, made.width(), top), Qt.AlignmentFlag.AlignVCenter, heading
    )
    for row, name in enumerate(names):
        place = QRect(GAP, top + row * down + GAP, left, scale * high)
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, name)
    for number, pixels in enumerate(images):
        row, column = divmod(number, columns)
        at = QPoint(left + GAP + column * across, top + GAP + row * down)
        image = to_qimage(pixels)
        painter.drawImage(QRect(at, image.size() * scale), image)
    painter.end()
    return made


def beside(pictures: Sequence[QImage]) -> QImage:
    """Return pictures side by side."""
    width, height = sum(one.width() for one in pictures), max(one.height() for one in pictures)
    made = _empty(width, height)
    painter, left = _painter(made), 0
    for one in pictures:
        painter.drawImage(left, 0, one)
        left += one.width()
    painter.end()
    return made


def enlarged(widget: QWidget) -> QImage:
    """Return what a widget looks like, so many times as large that it is wide enough: what it draws is drawn finer."""
    times = max(1, -(-LEAST_WIDTH // max(1, widget.width())))
    made = _empty(times * widget.width(), times * widget.height())
    made.setDevicePixelRatio(times)
    widget.render(made)
    made.setDevicePixelRatio(1)
    return made


def with_words(picture: QImage, words: str) -> QImage:
    """Return a picture with a line of words below it."""
    made = _empty(picture.width(), picture.height() + LINE)
    painter = _painter(made)
    painter.drawImage(0, 0, picture)
    below = QRect(GAP, picture.height(), made.width() - 2 * GAP, LINE)
    painter.drawText(below, Qt.AlignmentFlag.AlignVCenter, words)
    painter.end()
    return made


def _empty(width: int, height: int) -> QImage:
    made = QImage(width, height, FORMAT)
    made.fill(theme.current().color("surface"))
    return made


def _painter(picture: QImage) -> QPainter:
    painter = QPainter(picture)
    painter.setFont(_font())
    painter.setPen(theme.current().color("text"))
    return painter


def _font() -> QFont:
    font = QFont()
    font.setPixelSize(14)
    return font
