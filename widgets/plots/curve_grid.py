"""Many small curves on a sheet, one picture an example, painted in one go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QWidget

from widgets import theme

GAP, CAPTION = 10, 18
WIDTH, HEIGHT = 200, 96
MOST_POINTS = 400


@dataclass(frozen=True)
class Line:
    """One curve of a picture.

    Attributes:
        values: ``(steps,)``.
        color: Place of its colour among those of curves.
        start: Step of its first value.
        ahead: Whether it is what is to be foretold: drawn with marks.
    """

    values: NDArray[np.float32]
    color: int = 0
    start: int = 0
    ahead: bool = False


@dataclass(frozen=True)
class Picture:
    """Curves that belong together, and words below them."""

    lines: tuple[Line, ...]
    caption: str = ""


class CurveGrid(QWidget):
    """A sheet of small pictures of curves.

    Args:
        title: Accessible name.
        parent: Qt parent.
    """

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("curveGrid")
        self.setAccessibleName(title)
        self._pictures: tuple[Picture, ...] = ()
        self._range: tuple[float, float] | None = None
        self._steps = 1
        self.setMinimumSize(120, 80)

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """What is shown."""
        return self._pictures

    def set_pictures(self, pictures: Sequence[Picture], alike: bool = True) -> None:
        """Show pictures; values that are no numbers are left out.

        Args:
            pictures: One for each example.
            alike: Whether all have the same scale of values, or each its own.
        """
        self._pictures = tuple(pictures)
        lines = [line for picture in pictures for line in picture.lines]
        self._range = _range_of(lines) if alike else None
        self._steps = max((line.start + len(line.values) for line in lines), default=1)
        self._ask_for_room()
        self.update()

    def sizeHint(self) -> QSize:
        """A comfortable sheet."""
        return QSize(420, 260)

    def columns(self) -> int:
        """Return how many pictures stand side by side."""
        return max(1, (self.width() - GAP) // (WIDTH + GAP))

    def cell(self, index: int) -> QRect:
        """Return where the curves of a picture lie; its words are below."""
        columns = self.columns()
        row, column = divmod(index, columns)
        width = (self.width() - GAP) // columns - GAP
        x = GAP + column * (width + GAP)
        return QRect(x, GAP + row * (HEIGHT + CAPTION + GAP), width, HEIGHT)

    def _ask_for_room(self) -> None:
        rows = -(-len(self._pictures) // self.columns())
        self.setMinimumHeight(max(80, GAP + rows * (HEIGHT + CAPTION + GAP)))

    # ------------------------------------------------------------------------------- events

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width needs another height."""
        super().resizeEvent(event)
        self._ask_for_room()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what can be seen."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = painter.font()
        font.setPointSizeF(theme.FONT_SMALL)
        painter.setFont(font)
        for index, picture in enumerate(self._pictures):
            cell = self.cell(index)
            if cell.adjusted(0, 0, 0, CAPTION).intersects(event.rect()):
                self._paint(painter, cell, picture)
        painter.end()

    def _paint(self, painter: QPainter, cell: QRect, picture: Picture) -> None:
        tokens = theme.current()
        painter.setPen(QPen(tokens.color("border"), 1))
        painter.drawRect(cell.adjusted(0, 0, -1, -1))
        values = self._range or _range_of(picture.lines)
        for line in picture.lines:
            color = tokens.series_color(line.color)
            painter.setPen(QPen(color, 1.5))
            points = self._points(line, cell, values)
            if len(points) > 1:
                painter.drawPolyline(QPolygonF(points))
            if line.ahead or len(points) == 1:
                painter.setBrush(color)
                for point in points if len(points) <= 48 else points[-1:]:
                    painter.drawEllipse(point, 2.0, 2.0)
                painter.setBrush(Qt.BrushStyle.NoBrush)
        if picture.caption:
            painter.setPen(tokens.color("muted"))
            below = QRect(cell.x(), cell.bottom() + 1, cell.width(), CAPTION)
            text = painter.fontMetrics().elidedText(
                picture.caption, Qt.TextElideMode.ElideRight, below.width()
            )
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, text)

    def _points(self, line: Line, cell: QRect, scale: tuple[float, float]) -> list[QPointF]:
        """Where the values lie; of very long curves every so many."""
        every = max(1, -(-len(line.values) // MOST_POINTS))
        steps = line.start + np.arange(0, len(line.values), every)
        values = line.values[::every].astype(np.float64)
        there = np.isfinite(values)
        room = cell.adjusted(6, 6, -6, -6)
        x = room.x() + steps[there] / max(1, self._steps - 1) * room.width()
        low, high = scale
        span = high - low
        share = (values[there] - low) / span if span else np.full(there.sum(), 0.5)
        y = room.bottom() - share * room.height()
        return [QPointF(float(a), float(b)) for a, b in zip(x, y, strict=True)]


def _range_of(lines: Sequence[Line]) -> tuple[float, float]:
    """Least and greatest value of some curves."""
    values = [line.values[np.isfinite(line.values)] for line in lines]
    there = [some for some in values if len(some)]
    return (
        min((float(some.min()) for some in there), default=0.0),
        max((float(some.max()) for some in there), default=1.0),
    )
