"""A beam between two sides with a marker: who of the two is ahead."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QLinearGradient,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets import theme

BEAM, MARKER = 8, 7
HEIGHT = 40
LEAST = 90  # pixels of width


class Balance(QWidget):
    """Shows a share between two named sides; in the middle both are even.

    Args:
        title: Accessible name.
        left: Name of the side at 0.
        right: Name of the side at 1.
        parent: Qt parent.
    """

    def __init__(self, title: str, left: str, right: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("balance")
        self.setAccessibleName(title)
        self._sides = (left, right)
        self._share: float | None = None
        self._range: tuple[float, float] | None = None
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(LEAST)
        self.setToolTip(f"{left} – {right}")

    @property
    def share(self) -> float | None:
        """Where the marker stands; None for nowhere."""
        return self._share

    def set_share(
        self, share: float | None, usual: tuple[float, float] | None = None, words: str = ""
    ) -> None:
        """Move the marker.

        Args:
            share: From 0, all for the left side, to 1; None for nowhere.
            usual: Between which shares it lately went to and fro.
            words: The same in words, for those who do not see it.
        """
        self._share = None if share is None else min(1.0, max(0.0, share))
        self._range = usual
        self.setAccessibleDescription(words)
        self.update()

    def colors(self) -> tuple[QColor, QColor]:
        """Return the colours of both sides."""
        tokens = theme.current()
        return tokens.series_color(0), tokens.series_color(1)

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(420, HEIGHT)

    # ------------------------------------------------------------------------------- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint names, beam and marker."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        beam = QRectF(MARKER, self.height() - BEAM - 10, self.width() - 2 * MARKER, BEAM)
        self._paint_names(painter, beam)
        self._paint_beam(painter, beam)
        if self._share is not None:
            self._paint_marker(painter, beam, self._share)
        painter.end()

    def _paint_names(self, painter: QPainter, beam: QRectF) -> None:
        font = QFont(self.font())
        font.setPointSizeF(theme.FONT_SMALL)
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        above = QRectF(beam.x(), 0, beam.width(), beam.y() - 3)
        room = beam.width() / 2 - MARKER
        metrics = QFontMetricsF(font)
        ends = (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight)
        for name, color, end in zip(self._sides, self.colors(), ends, strict=True):
            painter.setPen(color)
            words = metrics.elidedText(name, Qt.TextElideMode.ElideRight, room)
            painter.drawText(above, end | Qt.AlignmentFlag.AlignBottom, words)

    def _paint_beam(self, painter: QPainter, beam: QRectF) -> None:
        tokens = theme.current()
        left, right = self.colors()
        shades = QLinearGradient(beam.topLeft(), beam.topRight())
        for place, color in ((0.0, left), (0.5, tokens.color("border")), (1.0, right)):
            shades.setColorAt(place, color)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(shades)
        painter.drawRoundedRect(beam, BEAM / 2, BEAM / 2)
        if self._range is not None:
            low, high = (beam.x() + beam.width() * share for share in self._range)
            painter.setBrush(tokens.color("text", 0.3))
            painter.drawRoundedRect(QRectF(low, beam.y() + 2, high - low, BEAM - 4), 2, 2)
        painter.setPen(QPen(tokens.color("border_strong"), 1))
        middle = beam.center().x()
        painter.drawLine(QPointF(middle, beam.y() - 3), QPointF(middle, beam.bottom() + 3))

    def _paint_marker(self, painter: QPainter, beam: QRectF, share: float) -> None:
        tokens = theme.current()
        x, y = beam.x() + share * beam.width(), beam.center().y()
        painter.setPen(QPen(tokens.color("surface"), 1.5))
        painter.setBrush(tokens.color("text"))
        corners = ((0, -MARKER), (MARKER, 0), (0, MARKER), (-MARKER, 0))
        painter.drawPolygon(QPolygonF([QPointF(x + dx, y + dy) for dx, dy in corners]))
