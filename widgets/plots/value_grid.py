"""A matrix of values as colours, with the names of its rows and columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolTip, QWidget

from projects.figures import Read
from widgets import theme
from widgets.plain import plain_tip
from widgets.plots.curves import number
from widgets.plots.image_grid import to_qimage
from widgets.plots.value_colours import limit_of, rising, signed

PAD, AXIS = 6, 18
WIDEST_ROW, HIGHEST_COLUMN = 130, 96
LARGEST = 64  # pixels of a cell, each way
FOR_WORDS = 34  # pixels of width from which on a cell says its value


class ValueGrid(QWidget):
    """Rows × columns of colours; the pointer tells values.

    Args:
        title: Accessible name.
        parent: Qt parent.
    """

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("valueGrid")
        self.setAccessibleName(title)
        self._values: NDArray[np.float64] = np.zeros((0, 0))
        self._rows: list[str] = []
        self._columns: list[str] = []
        self._axes = ("", "")
        self._range: tuple[float, float] | None = None
        self._words: Callable[[float], str] = number
        self.setMinimumSize(160, 120)

    def set_values(
        self,
        values: NDArray[np.floating],
        rows: Sequence[str],
        columns: Sequence[str],
        axes: tuple[str, str] = ("", ""),
        limits: tuple[float, float] | None = None,
        words: Callable[[float], str] = number,
    ) -> None:
        """Show a matrix.

        Args:
            values: ``(rows, columns)``; what is not finite is left blank.
            rows: Names beside the rows.
            columns: Names above the columns.
            axes: What rows and columns are.
            limits: Values of the first and the last colour; None for signed values around 0.
            words: A value as people read it; in a cell that is too narrow for that it has two digits.
        """
        self._words = words
        self._values = np.asarray(values, np.float64).reshape(len(rows), len(columns))
        self._rows, self._columns = list(rows), list(columns)
        self._axes, self._range = axes, limits
        self.update()

    def sizeHint(self) -> QSize:
        """A comfortable square."""
        return QSize(420, 360)

    # ------------------------------------------------------------------------------- geometry

    def area(self) -> QRect:
        """Return where the cells are painted."""
        metrics = QFontMetrics(self._small())
        beside = max((metrics.horizontalAdvance(name) for name in self._rows), default=0)
        left = PAD + min(beside + 2, WIDEST_ROW) + PAD + (AXIS if self._axes[0] else 0)
        top = PAD + self._above(metrics) + PAD + (AXIS if self._axes[1] else 0)
        rows, columns = max(1, len(self._rows)), max(1, len(self._columns))
        wide = min(LARGEST, max(1.0, (self.width() - left - PAD) / columns))
        high = min(LARGEST, max(1.0, (self.height() - top - PAD) / rows))
        return QRect(left, top, max(1, int(wide * columns)), max(1, int(high * rows)))

    def _above(self, metrics: QFontMetrics) -> int:
        """Height of the names above the columns, which stand upright where they are wide."""
        if not self._upright(metrics):
            return metrics.height()
        widest = max((metrics.horizontalAdvance(name) for name in self._columns), default=0)
        return min(widest, HIGHEST_COLUMN)

    def _upright(self, metrics: QFontMetrics) -> bool:
        widest = max((metrics.horizontalAdvance(name) for name in self._columns), default=0)
        room = min(LARGEST, (self.width() - WIDEST_ROW) / max(1, len(self._columns)))
        return widest + 4 > room and any(len(name) > 3 for name in self._columns)

    def cell_at(self, point: QPoint) -> tuple[int, int] | None:
        """Return row and column at a point, or None."""
        area = self.area()
        if not self._values.size or not area.contains(point):
            return None
        row = int((point.y() - area.y()) / area.height() * len(self._rows))
        column = int((point.x() - area.x()) / area.width() * len(self._columns))
        return row, column

    def _small(self) -> QFont:
        font = self.font()
        font.setPointSizeF(theme.FONT_SMALL)
        return font

    # ------------------------------------------------------------------------------- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint cells and names."""
        if not self._values.size:
            return
        painter = QPainter(self)
        painter.setFont(self._small())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        area = self.area()
        if self._range is None:
            pixels = signed(self._values, limit_of(self._values))
        else:
            pixels = rising(self._values, *self._range)
        painter.drawImage(area, to_qimage(pixels))
        painter.setPen(theme.current().color("border"))
        painter.drawRect(area.adjusted(0, 0, -1, -1))
        self._paint_values(painter, area, pixels)
        painter.setPen(theme.current().color("muted"))
        self._paint_rows(painter, area)
        self._paint_columns(painter, area)
        painter.end()

    def _paint_values(self, painter: QPainter, area: QRect, pixels: NDArray[np.uint8]) -> None:
        wide, high = area.width() / len(self._columns), area.height() / len(self._rows)
        if wide < FOR_WORDS or high < painter.fontMetrics().height():
            return
        for row, line in enumerate(self._values.tolist()):
            for column, value in enumerate(line):
                if not np.isfinite(value):
                    continue
                ground = QColor(*(int(part) for part in pixels[row, column]))
                painter.setPen(QColor("#000000" if _luma(ground) > 0.5 else "#ffffff"))
                cell = QRect(
                    round(area.x() + column * wide),
                    round(area.y() + row * high),
                    int(wide),
                    int(high),
                )
                words = self._words(value)
                if painter.fontMetrics().horizontalAdvance(words) > cell.width():
                    words = f"{Read(value):.2g}"
                painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, words)

    def _paint_rows(self, painter: QPainter, area: QRect) -> None:
        metrics = painter.fontMetrics()
        high = area.height() / len(self._rows)
        every = max(1, -(-metrics.height() // max(1, int(high))))
        room = area.x() - 2 * PAD - (AXIS if self._axes[0] else 0)
        for row in range(0, len(self._rows), every):
            y = area.y() + (row + 0.5) * high - metrics.height() / 2
            line = QRect(AXIS if self._axes[0] else PAD, int(y), room, metrics.height())
            words = metrics.elidedText(self._rows[row], Qt.TextElideMode.ElideMiddle, room)
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(line, int(flags), words)
        if self._axes[0]:
            self._paint_turned(painter, self._axes[0], QRect(2, area.y(), AXIS - 2, area.height()))

    def _paint_columns(self, painter: QPainter, area: QRect) -> None:
        metrics = painter.fontMetrics()
        wide = area.width() / len(self._columns)
        above = self._above(metrics)
        top = area.y() - PAD - above
        upright = self._upright(metrics)
        widest = max(metrics.horizontalAdvance(name) for name in self._columns)
        needed = metrics.height() if upright else widest + 4
        every = max(1, -(-needed // max(1, int(wide))))
        for column in range(0, len(self._columns), every):
            middle = area.x() + (column + 0.5) * wide
            if upright:
                place = QRect(int(middle - metrics.height() / 2), top, metrics.height(), above)
                self._paint_turned(painter, self._columns[column], place)
            else:
                place = QRect(int(middle - needed / 2), top, int(needed), above)
                painter.drawText(place, int(Qt.AlignmentFlag.AlignCenter), self._columns[column])
        if self._axes[1]:
            head = QRect(area.x(), PAD, max(area.width(), 160), AXIS)
            painter.drawText(head, int(Qt.AlignmentFlag.AlignLeft), self._axes[1])

    def _paint_turned(self, painter: QPainter, words: str, place: QRect) -> None:
        """Write from the bottom to the top."""
        painter.save()
        painter.translate(place.x(), place.bottom())
        painter.rotate(-90)
        cut = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideMiddle, place.height())
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRect(0, 0, place.height(), place.width()), int(flags), cut)
        painter.restore()

    def event(self, event: object) -> bool:
        """Show the value under the pointer in a tooltip."""
        if isinstance(event, QHelpEvent):
            found = self.cell_at(event.pos())
            words = ""
            if found is not None:
                row, column = found
                value = self._words(float(self._values[row, column]))
                words = f"{self._rows[row]} · {self._columns[column]}: {value}"
            QToolTip.showText(event.globalPos(), plain_tip(words), self)
            return True
        return super().event(event)  # type: ignore[arg-type]


def _luma(color: QColor) -> float:
    """Return how bright a colour looks, from 0 to 1 (ITU-R BT.601)."""
    return 0.299 * color.redF() + 0.587 * color.greenF() + 0.114 * color.blueF()
