"""Frames: titled rectangles behind the nodes, and which part of one a point hits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from widgets.canvas.kit import FAR, kit, mix
from widgets.canvas.specs import FrameSpec
from widgets.graph_metrics import GRID

BAR = 32.0
CORNER = 10.0
GRIP = 18.0
LEAST = (8.0 * GRID, 4.0 * GRID)
FAR_TITLE = 13  # pixels of the screen, whatever the scale

Part = Literal["bar", "grip"]


class FrameItem(QGraphicsItem):
    """A rectangle with a bar on top that has its title.

    Args:
        spec: What it shows.

    Attributes:
        spec: What it shows.
        rect: Where it is in the scene; differs from the spec while it is dragged.
        selected: Whether it is chosen.
    """

    def __init__(self, spec: FrameSpec) -> None:
        super().__init__()
        self.spec = spec
        self.rect = rect_of(spec)
        self.selected = False
        self.setZValue(-2)

    def set_spec(self, spec: FrameSpec) -> None:
        """Show another description of the same frame."""
        self.spec = spec
        self.place(rect_of(spec))

    def place(self, rect: QRectF) -> None:
        """Show it elsewhere or in another size."""
        self.prepareGeometryChange()
        self.rect = rect
        self.update()

    def part_at(self, point: QPointF) -> Part | None:
        """The bar or the grip at a point; the rest of a frame is ground."""
        if QRectF(self.rect.left(), self.rect.top(), self.rect.width(), BAR).contains(point):
            return "bar"
        corner = self.rect.bottomRight() - QPointF(GRIP, GRIP)
        return "grip" if QRectF(corner, self.rect.bottomRight()).contains(point) else None

    def boundingRect(self) -> QRectF:
        """The rectangle with its outline."""
        return self.rect.adjusted(-4, -4, 4, 4)

    def shape(self) -> QPainterPath:
        """Nothing: the canvas itself asks which part is hit."""
        return QPainterPath()

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Paint the rectangle, its bar and its title."""
        colors = kit()
        hue = colors.tokens.frame_color(self.spec.color)
        ground = colors.tokens.color("canvas")
        painter.setPen(
            QPen(hue if self.selected else mix(hue, ground, 0.45), 2 if self.selected else 1)
        )
        painter.setBrush(mix(hue, ground, 0.06))
        painter.drawRoundedRect(self.rect, CORNER, CORNER)
        if painter.worldTransform().m11() < FAR:
            self._paint_far_title(painter)
            return
        bar = QRectF(self.rect.left(), self.rect.top(), self.rect.width(), BAR)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(mix(hue, ground, 0.16))
        painter.drawPath(_bar_path(bar))
        painter.setPen(colors.text)
        painter.setFont(colors.title_font)
        room = bar.adjusted(14, 0, -14, 0)
        words = colors.title_metrics.elidedText(
            self.spec.title, Qt.TextElideMode.ElideRight, room.width()
        )
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        painter.drawText(room, flags.value, words)
        self._paint_grip(painter, mix(hue, ground, 0.6))

    def _paint_grip(self, painter: QPainter, color: object) -> None:
        painter.setPen(QPen(color, 1.4))  # type: ignore[call-overload]
        corner = self.rect.bottomRight()
        for away in (6.0, 11.0):
            painter.drawLine(corner - QPointF(away, 4), corner - QPointF(4, away))

    def _paint_far_title(self, painter: QPainter) -> None:
        """The title at a size that can be read from afar, while it fits."""
        scale = painter.worldTransform().m11()
        font = kit().title_font
        painter.save()
        painter.translate(self.rect.topLeft() + QPointF(6 / scale, 4 / scale))
        painter.scale(1 / scale, 1 / scale)
        painter.setPen(kit().text)
        painter.setFont(font)
        room = QRectF(0, 0, self.rect.width() * scale - 12, FAR_TITLE + 6)
        words = kit().title_metrics.elidedText(
            self.spec.title, Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(room, Qt.TextFlag.TextSingleLine.value, words)
        painter.restore()


def rect_of(spec: FrameSpec) -> QRectF:
    """Where a frame is; never smaller than its bar and grip need."""
    width, height = (max(least, size) for least, size in zip(LEAST, spec.size, strict=True))
    return QRectF(spec.position[0], spec.position[1], width, height)


def inside(frame: QRectF, nodes: Iterable[tuple[str, QRectF]]) -> list[str]:
    """Ids of the nodes whose middle lies in a frame."""
    return [name for name, rect in nodes if frame.contains(rect.center())]


def _bar_path(bar: QRectF) -> QPainterPath:
    """The bar, round at its upper corners only."""
    path = QPainterPath(bar.bottomLeft())
    path.lineTo(bar.left(), bar.top() + CORNER)
    path.quadTo(bar.topLeft(), bar.topLeft() + QPointF(CORNER, 0))
    path.lineTo(bar.right() - CORNER, bar.top())
    path.quadTo(bar.topRight(), bar.topRight() + QPointF(0, CORNER))
    path.lineTo(bar.bottomRight())
    path.closeSubpath()
    return path
