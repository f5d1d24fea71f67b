"""Many small bar charts on a sheet: a chart for each row of numbers, a bar for each column."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip, QWidget

from widgets import theme
from widgets.plain import plain_tip
from widgets.plots.curves import number
from widgets.plots.value_colours import limit_of

GAP, CAPTION, LINE, PAD = 10, 18, 16, 6
MOST_LINES = 24  # columns that have a line of their own; more stand side by side
WIDTH, WIDEST_NAME = 232, 110
HEIGHT = 96  # of a chart whose bars stand side by side


class BarGrid(QWidget):
    """Bars to the right of 0 or to the left, with the names of columns where there is room.

    Args:
        title: Accessible name.
        parent: Qt parent.
    """

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("barGrid")
        self.setAccessibleName(title)
        self._values: NDArray[np.float64] = np.zeros((0, 0))
        self._limits: NDArray[np.float64] = np.zeros(0)
        self._names: list[str] = []
        self._captions: list[str] = []
        self.setMinimumSize(120, 80)

    def set_bars(
        self,
        values: NDArray[np.floating],
        names: Sequence[str],
        captions: Sequence[str],
        together: bool = False,
    ) -> None:
        """Show charts.

        Args:
            values: ``(charts, bars)``.
            names: Of the bars.
            captions: Above the charts; empty ones take no room.
            together: Whether all charts have one scale.
        """
        self._values = np.asarray(values, np.float64)
        limits = [limit_of(row) for row in self._values]
        self._limits = (
            np.full(len(limits), max(limits, default=1.0)) if together else np.array(limits)
        )
        self._names = list(names)
        self._captions = list(captions)
        self._ask_for_room()
        self.update()

    # ------------------------------------------------------------------------------- geometry

    @property
    def lying(self) -> bool:
        """Whether every bar has a line of its own, with its name."""
        return self._values.shape[1] <= MOST_LINES if self._values.ndim == 2 else True

    def cell(self, index: int) -> QRect:
        """Return where a chart lies."""
        if len(self._values) == 1:
            height = max(self._high(), min(self.height() - 2 * PAD, 3 * HEIGHT))
            return QRect(PAD, PAD, self.width() - 2 * PAD, self._high() if self.lying else height)
        columns = max(1, (self.width() - GAP) // (WIDTH + GAP))
        wide = (self.width() - GAP) // columns - GAP
        row, column = divmod(index, columns)
        x = GAP + column * (wide + GAP)
        return QRect(x, GAP + row * (self._high() + GAP), wide, self._high())

    def _high(self) -> int:
        caption = CAPTION if any(self._captions) else 0
        return caption + (LINE * self._values.shape[1] if self.lying else HEIGHT)

    def _ask_for_room(self) -> None:
        if not self._values.size:
            self.setMinimumHeight(80)
            return
        last = self.cell(len(self._values) - 1)
        needed = last.bottom() + GAP
        if len(self._values) == 1 and not self.lying:
            needed = self._high() + 2 * PAD
        parent = self.parentWidget()
        area = parent.parentWidget() if parent is not None else None
        inside = isinstance(area, QAbstractScrollArea) and area.viewport() is parent
        self.setMinimumHeight(needed if inside else 80)

    def bar_at(self, point: QPoint) -> tuple[int, int] | None:
        """Return chart and bar at a point, or None."""
        for index in range(len(self._values)):
            plot = self._plot(self.cell(index))
            if plot.contains(point):
                count = self._values.shape[1]
                share = (
                    (point.y() - plot.y()) / plot.height()
                    if self.lying
                    else (point.x() - plot.x()) / plot.width()
                )
                return index, min(count - 1, int(share * count))
        return None

    def _plot(self, cell: QRect) -> QRect:
        """Where the bars of a chart are, its caption left out."""
        return cell.adjusted(0, CAPTION if any(self._captions) else 0, 0, 0)

    # ------------------------------------------------------------------------------- events

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width needs another height."""
        super().resizeEvent(event)
        self._ask_for_room()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the charts that can be seen."""
        painter = QPainter(self)
        font = painter.font()
        font.setPointSizeF(theme.FONT_SMALL)
        painter.setFont(font)
        for index in range(len(self._values)):
            cell = self.cell(index)
            if cell.intersects(event.rect()):
                self._paint_chart(painter, index, cell)
        painter.end()

    def _paint_chart(self, painter: QPainter, index: int, cell: QRect) -> None:
        tokens = theme.current()
        if any(self._captions):
            painter.setPen(tokens.color("text"))
            head = QRect(cell.x(), cell.y(), cell.width(), CAPTION)
            words = painter.fontMetrics().elidedText(
                self._captions[index], Qt.TextElideMode.ElideRight, cell.width()
            )
            painter.drawText(head, int(Qt.AlignmentFlag.AlignVCenter), words)
        plot = self._plot(cell)
        if self.lying:
            self._paint_lying(painter, index, plot)
        else:
            self._paint_standing(painter, index, plot)

    def _paint_lying(self, painter: QPainter, index: int, plot: QRect) -> None:
        tokens, metrics = theme.current(), painter.fontMetrics()
        widest = max((metrics.horizontalAdvance(name) for name in self._names), default=0)
        most = WIDEST_NAME if len(self._values) > 1 else 2 * WIDEST_NAME
        beside = min(widest + 2, most, plot.width() // 2) + PAD
        bars = plot.adjusted(beside, 0, 0, 0)
        row = self._values[index]
        zero, scale = self._zero(row, bars.width())
        painter.setPen(tokens.color("border_strong"))
        painter.drawLine(round(bars.x() + zero), bars.y(), round(bars.x() + zero), bars.bottom())
        for place, value in enumerate(row.tolist()):
            y = bars.y() + place * LINE
            name = metrics.elidedText(self._names[place], Qt.TextElideMode.ElideRight, beside - PAD)
            painter.setPen(tokens.color("muted"))
            line = QRect(plot.x(), y, beside - PAD, LINE)
            painter.drawText(
                line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, name
            )
            if np.isfinite(value):
                size = value / self._limits[index] * scale
                bar = QRectF(bars.x() + zero + min(size, 0.0), y + 3, max(abs(size), 1.0), LINE - 6)
                painter.fillRect(bar, tokens.series_color(1 if value > 0 else 0))

    def _paint_standing(self, painter: QPainter, index: int, plot: QRect) -> None:
        tokens = theme.current()
        row = self._values[index]
        wide = plot.width() / max(1, len(row))
        zero, scale = self._zero(-row, plot.height())
        painter.setPen(tokens.color("border"))
        painter.drawRect(plot.adjusted(0, 0, -1, -1))
        for place, value in enumerate(row.tolist()):
            if np.isfinite(value):
                size = value / self._limits[index] * scale
                bar = QRectF(
                    plot.x() + place * wide,
                    plot.y() + zero - max(size, 0.0),
                    max(1.0, wide - (1 if wide > 3 else 0)),
                    max(abs(size), 1.0),
                )
                painter.fillRect(bar, tokens.series_color(1 if value > 0 else 0))

    def _zero(self, row: NDArray[np.float64], room: int) -> tuple[float, float]:
        """Where 0 lies in the room of bars, and how long the longest one may be."""
        finite = row[np.isfinite(row)]
        if not (finite < 0).any():
            return 0.0, float(room)
        if not (finite > 0).any():
            return float(room), float(room)
        return room / 2, room / 2

    def event(self, event: object) -> bool:
        """Show the bar under the pointer in a tooltip."""
        if isinstance(event, QHelpEvent):
            found = self.bar_at(event.pos())
            words = ""
            if found is not None:
                chart, bar = found
                words = f"{self._names[bar]}: {number(float(self._values[chart, bar]))}"
                words = "\n".join(filter(None, (self._captions[chart], words)))
            QToolTip.showText(event.globalPos(), plain_tip(words), self)
            return True
        return super().event(event)  # type: ignore[arg-type]

    def sizeHint(self) -> QSize:
        """A comfortable sheet."""
        return QSize(480, 300)
