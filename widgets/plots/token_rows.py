"""Tokens of texts with what belongs to each below it, in rows that break where they have to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QFontMetrics,
    QHelpEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from widgets import theme
from widgets.plain import plain_tip

PAD, GAP, BETWEEN = 5, 3, 10
WIDEST = 160


@dataclass(frozen=True)
class Cell:
    """One token.

    Attributes:
        text: The token.
        below: Lines of words below it.
        tone: Name of a theme colour for the frame and the last line; empty for none.
        shade: How strongly the cell is coloured, from 0 to 1.
        tip: What a tooltip says.
    """

    text: str
    below: tuple[str, ...] = ()
    tone: str = ""
    shade: float = 0.0
    tip: str = ""


class TokenRows(QWidget):
    """Sequences of tokens, each beginning on a line of its own; as high as they need.

    Args:
        title: Accessible name.
        parent: Qt parent.
    """

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("tokenRows")
        self.setAccessibleName(title)
        self._rows: list[list[Cell]] = []
        self._places: list[tuple[Cell, QRect]] = []
        self._width = -1
        self.setMinimumSize(120, 60)

    def set_rows(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Show sequences of tokens."""
        self._rows = [list(row) for row in rows]
        words = ["\n".join((cell.text, *cell.below)) for row in self._rows for cell in row]
        self.setAccessibleDescription(" ".join(words)[:4000])
        self._lay_out()
        self.update()

    @property
    def rows(self) -> list[list[Cell]]:
        """What is shown."""
        return self._rows

    def cells(self) -> list[tuple[Cell, QRect]]:
        """Return every cell with its place."""
        return self._places

    def sizeHint(self) -> QSize:
        """A comfortable sheet."""
        return QSize(420, 200)

    # ------------------------------------------------------------------------------- geometry

    def _lay_out(self) -> None:
        self._width = self.width()
        text, small = (QFontMetrics(font) for font in self._fonts())
        self._places = []
        y = GAP
        for row in self._rows:
            lines = max((len(cell.below) for cell in row), default=0)
            height = text.height() + lines * small.height() + 2 * PAD
            y = self._lay_row(row, y, height, text, small) + BETWEEN
        self.setMinimumHeight(max(60, y))

    def _lay_row(
        self, row: Sequence[Cell], y: int, height: int, text: QFontMetrics, small: QFontMetrics
    ) -> int:
        """Place a sequence; return where it ends."""
        x = GAP
        for cell in row:
            widths = [text.horizontalAdvance(cell.text)]
            widths += [small.horizontalAdvance(line) for line in cell.below]
            width = min(max(widths), WIDEST) + 2 * PAD
            if x > GAP and x + width > self.width() - GAP:
                x, y = GAP, y + height + GAP
            self._places.append((cell, QRect(x, y, width, height)))
            x += width + GAP
        return y + height

    def _fonts(self) -> tuple[QFont, QFont]:
        fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        fixed.setPointSizeF(theme.FONT_SMALL + 1)
        small = QFont(self.font())
        small.setPointSizeF(theme.FONT_SMALL)
        return fixed, small

    # ------------------------------------------------------------------------------- events

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width breaks rows elsewhere."""
        super().resizeEvent(event)
        if self.width() != self._width:
            self._lay_out()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the cells that can be seen."""
        painter = QPainter(self)
        fonts = self._fonts()
        for cell, place in self._places:
            if place.intersects(event.rect()):
                self._paint_cell(painter, cell, place, fonts)
        painter.end()

    def _paint_cell(
        self, painter: QPainter, cell: Cell, place: QRect, fonts: tuple[QFont, QFont]
    ) -> None:
        tokens = theme.current()
        color = tokens.color(cell.tone or "border")
        painter.setBrush(_shaded(tokens.color(cell.tone or "accent"), cell.shade))
        painter.setPen(QPen(color, 2 if cell.tone == "bad" else 1))
        painter.drawRoundedRect(place.adjusted(0, 0, -1, -1), 3, 3)
        inner = place.adjusted(PAD, PAD, -PAD, -PAD)
        painter.setPen(tokens.color("text"))
        top = self._write(painter, cell.text, fonts[0], inner, inner.top())
        for number, line in enumerate(cell.below, 1):
            last = number == len(cell.below) and bool(cell.tone)
            painter.setPen(tokens.color(cell.tone if last else "muted"))
            top = self._write(painter, line, fonts[1], inner, top)

    def _write(self, painter: QPainter, text: str, font: QFont, inner: QRect, top: int) -> int:
        painter.setFont(font)
        metrics = painter.fontMetrics()
        line = QRect(inner.left(), top, inner.width(), metrics.height())
        words = metrics.elidedText(text, Qt.TextElideMode.ElideRight, inner.width() + 1)
        painter.drawText(line, Qt.AlignmentFlag.AlignHCenter, words)
        return top + metrics.height()

    def cell_at(self, point: QPoint) -> Cell | None:
        """Return the cell at a point, or None."""
        found: Iterator[Cell] = (cell for cell, place in self._places if place.contains(point))
        return next(found, None)

    def event(self, event: object) -> bool:
        """Show the tooltip of the token under the pointer."""
        if isinstance(event, QHelpEvent):
            cell = self.cell_at(event.pos())
            QToolTip.showText(event.globalPos(), plain_tip(cell.tip if cell else ""), self)
            return True
        return super().event(event)  # type: ignore[arg-type]


def _shaded(color: QColor, share: float) -> QColor:
    color.setAlphaF(0.5 * min(max(share, 0.0), 1.0))
    return color
