"""A confusion matrix: counts as shades, the diagonal apart from the mistakes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from projects.translation import gettext as _
from widgets import theme
from widgets.plain import plain_tip

HEAD = 22
WIDEST_NAME = 96
NARROWEST_NAME = 32  # a name that is cut shorter than this says nothing


class Matrix(QWidget):
    """Rows are the true classes, columns the answers; the share of its row shades a cell.

    Args:
        title: Accessible name.
        parent: Qt parent.

    Signals:
        chosen(row, column): A cell was clicked; -1 and -1 when the chosen one was clicked again.
    """

    chosen = Signal(int, int)

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("matrix")
        self.setAccessibleName(title)
        self._counts: NDArray[np.int64] = np.zeros((0, 0), np.int64)
        self._classes: list[str] = []
        self._percent = False
        self._chosen = (-1, -1)
        self.setMinimumSize(160, 120)

    def set_counts(self, counts: NDArray[np.int64], classes: Sequence[str]) -> None:
        """Show counts ``(classes, classes)``."""
        self._counts = counts
        self._classes = list(classes)
        self.update()

    def choose(self, row: int, column: int) -> None:
        """Mark a cell; -1 and -1 for none."""
        self._chosen = (row, column)
        self.update()

    def set_percent(self, percent: bool) -> None:
        """Write the share of the row instead of the count."""
        self._percent = percent
        self.update()

    def sizeHint(self) -> QSize:
        """A comfortable square."""
        return QSize(360, 320)

    # ------------------------------------------------------------------------------- geometry

    def _area(self) -> QRect:
        metrics = QFontMetrics(self.font())
        widest = max((metrics.horizontalAdvance(name) for name in self._classes), default=0)
        left = HEAD + min(widest, WIDEST_NAME) + 10
        top = HEAD + metrics.height() + 8
        count = max(len(self._classes), 1)
        side = min((self.width() - left - 8) // count, (self.height() - top - 8) // count * 2)
        height = min((self.height() - top - 8) // count, side)
        return QRect(left, top, max(side, 4) * count, max(height, 4) * count)

    def cell(self, row: int, column: int, area: QRect | None = None) -> QRect:
        """Return where a cell lies.

        Args:
            row: True class.
            column: Answer.
            area: Where all cells lie, if it is known already; finding it out measures every name.
        """
        area = area or self._area()
        count = len(self._classes)
        width, height = area.width() // count, area.height() // count
        return QRect(area.x() + column * width, area.y() + row * height, width, height)

    def cell_at(self, point: QPoint) -> tuple[int, int] | None:
        """Return row and column at a point, or None."""
        area = self._area()
        if not self._classes or not area.contains(point):
            return None
        count = len(self._classes)
        row = (point.y() - area.y()) // (area.height() // count)
        column = (point.x() - area.x()) // (area.width() // count)
        return (row, column) if row < count and column < count else None

    # ------------------------------------------------------------------------------- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint names, shades and numbers."""
        if not self._classes:
            return
        painter = QPainter(self)
        totals = np.maximum(self._counts.sum(axis=1, keepdims=True), 1)
        shares = self._counts / totals
        area = self._area()
        self._paint_names(painter, area)
        tokens = theme.current()
        right, wrong = tokens.color("accent"), tokens.color("bad")
        for row, line in enumerate(shares.tolist()):
            for column, share in enumerate(line):
                cell = self.cell(row, column, area).adjusted(0, 0, -1, -1)
                shade = QColor(right if row == column else wrong)
                # The square root lets a few mistakes be seen beside many right answers.
                shade.setAlphaF(0.06 + 0.94 * share**0.5 if share else 0.04)
                painter.fillRect(cell, shade)
                if share and cell.height() >= 12:
                    self._paint_number(painter, cell, self._words(row, column, share), shade)
        if min(self._chosen) >= 0 and max(self._chosen) < len(self._classes):
            painter.setPen(QPen(tokens.color("text"), 2))
            painter.drawRect(self.cell(*self._chosen, area).adjusted(0, 0, -2, -2))
        painter.end()

    def _words(self, row: int, column: int, share: float) -> str:
        return f"{share:.0%}" if self._percent else f"{int(self._counts[row, column])}"

    def _paint_number(self, painter: QPainter, cell: QRect, text: str, shade: QColor) -> None:
        if painter.fontMetrics().horizontalAdvance(text) > cell.width() - 2:
            return
        painter.setPen(_readable(shade, theme.current()))
        painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_names(self, painter: QPainter, area: QRect) -> None:
        tokens = theme.current()
        metrics = painter.fontMetrics()
        painter.setPen(tokens.color("muted"))
        painter.drawText(
            QRect(area.x(), 0, area.width(), HEAD), Qt.AlignmentFlag.AlignCenter, _("Answer")
        )
        painter.save()
        painter.translate(0, area.y() + area.height())
        painter.rotate(-90)
        painter.drawText(
            QRect(0, 0, area.height(), HEAD), Qt.AlignmentFlag.AlignCenter, _("True class")
        )
        painter.restore()
        painter.setPen(tokens.color("text"))
        elide = Qt.TextElideMode.ElideRight
        rows, columns = self.named(area)
        for index in rows:
            row = self.cell(index, 0, area)
            place = QRect(HEAD, 0, area.x() - HEAD - 6, metrics.height())
            place.moveTop(row.center().y() - place.height() // 2)
            name = metrics.elidedText(self._classes[index], elide, place.width())
            end = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(place, end, name)
        step = columns[1] - columns[0] if len(columns) > 1 else 1
        for index in columns:
            column = self.cell(0, index, area)
            place = QRect(0, HEAD, column.width() * step - 2, area.y() - HEAD - 4)
            place.moveLeft(column.center().x() - place.width() // 2)
            name = metrics.elidedText(self._classes[index], elide, place.width())
            bottom = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom
            painter.drawText(place, bottom, name)

    def named(self, area: QRect | None = None) -> tuple[range, range]:
        """Return which rows and columns have their names beside them: no more than there is room for.

        Args:
            area: As in :meth:`cell`.
        """
        metrics = QFontMetrics(self.font())
        cell = self.cell(0, 0, area)
        widest = max((metrics.horizontalAdvance(name) for name in self._classes), default=0)
        room = min(widest + 4, NARROWEST_NAME)
        count = len(self._classes)
        down = -(-metrics.height() // max(cell.height(), 1))
        across = 1 if cell.width() >= room else -(-room // max(cell.width(), 1))
        return range(0, count, down), range(0, count, across)

    def tip_at(self, point: QPoint) -> str:
        """Return what there is to say at a point: what a cell counts, or the name of a row or column."""
        area = self._area()
        found = self.cell_at(point)
        if found is not None:
            row, column = found
            return _("{count} of “{true}” were taken for “{answer}”").format(
                count=int(self._counts[row, column]),
                true=self._classes[row],
                answer=self._classes[column],
            )
        beside = self.cell_at(QPoint(area.x(), point.y()))
        if beside is not None and point.x() < area.x():
            return self._classes[beside[0]]
        below = self.cell_at(QPoint(point.x(), area.y()))
        return self._classes[below[1]] if below is not None and point.y() < area.y() else ""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the cell that is clicked, or let go of it."""
        found = self.cell_at(event.position().toPoint())
        if found is not None and event.button() == Qt.MouseButton.LeftButton:
            row, column = (-1, -1) if found == self._chosen else found
            self.choose(row, column)
            self.chosen.emit(row, column)

    def event(self, event: object) -> bool:
        """Say in words what is under the mouse."""
        if isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), plain_tip(self.tip_at(event.pos())), self)
            return True
        return super().event(event)  # type: ignore[arg-type]


def _readable(shade: QColor, tokens: theme.Tokens) -> QColor:
    """Return the words' colour that stands out from a shade over the surface."""
    ground = tokens.color("surface")
    alpha = shade.alphaF()
    light = sum(
        weight * (alpha * over + (1 - alpha) * under)
        for weight, over, under in zip(
            (0.2126, 0.7152, 0.0722),
            (shade.redF(), shade.greenF(), shade.blueF()),
            (ground.redF(), ground.greenF(), ground.blueF()),
            strict=True,
        )
    )
    return QColor("#101318") if light > 0.48 else QColor("#ffffff")
