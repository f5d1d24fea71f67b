"""A measure on a node: a bar along its lower edge, a few letters, a tint."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter

from widgets.canvas.kit import Kit, mix

BAR_HEIGHT = 3.0
BAR_EDGE = 5.0
TINT = 0.16


@dataclass(frozen=True, slots=True)
class GaugeSpec:
    """What a node measures, as it is shown.

    Attributes:
        share: Length of the bar, from 0 to 1.
        color: Its colour as ``#rrggbb``.
        label: The same in letters, so that nothing is told by colour alone.
        tint: Whether the whole card takes on some of the colour.
    """

    share: float
    color: str
    label: str = ""
    tint: bool = False


def face_brush(gauge: GaugeSpec | None, plain: QBrush) -> QBrush:
    """The brush of a card's face."""
    if gauge is None or not gauge.tint:
        return plain
    return QBrush(mix(QColor(gauge.color), plain.color(), TINT))


def paint_gauge(painter: QPainter, room: QRectF, gauge: GaugeSpec, colors: Kit) -> None:
    """Paint the bar along the lower edge of ``room``."""
    track = QRectF(room.left(), room.bottom() - BAR_EDGE - BAR_HEIGHT / 2, room.width(), BAR_HEIGHT)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colors.track)
    painter.drawRoundedRect(track, BAR_HEIGHT / 2, BAR_HEIGHT / 2)
    width = track.width() * min(1.0, max(0.0, gauge.share))
    if width > 0:
        filled = QRectF(track.left(), track.top(), max(width, BAR_HEIGHT), BAR_HEIGHT)
        painter.setBrush(QColor(gauge.color))
        painter.drawRoundedRect(filled, BAR_HEIGHT / 2, BAR_HEIGHT / 2)
