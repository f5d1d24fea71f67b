"""What is painted above everything while something is being drawn or dragged."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from widgets.canvas.kit import kit
from widgets.canvas.layer import Layer
from widgets.canvas.view import WORLD
from widgets.canvas.wires import wire_path


class Overlay(Layer):
    """A draft of a wire, a rubber band, guides, the outline of what will be dropped, a sentence."""

    def __init__(self) -> None:
        super().__init__()
        self._draft: QPainterPath | None = None
        self._band: QRectF | None = None
        self._ghost: QRectF | None = None
        self._guides: list[QLineF] = []
        self._hint: tuple[str, QPointF] = ("", QPointF())
        self.setZValue(10)

    @property
    def hint(self) -> str:
        """The sentence that is shown, or an empty text."""
        return self._hint[0]

    def show_draft(
        self, wires: Iterable[tuple[QPointF, QPointF]], hint: str, place: QPointF
    ) -> None:
        """Show wires that are being drawn, and at a place why they can't end there."""
        self._draft = QPainterPath()
        for start, end in wires:
            self._draft.addPath(wire_path(start, end))
        self._hint = (hint, place)
        self._resize()

    def show_band(self, rect: QRectF) -> None:
        """Show a rubber band."""
        self._band = rect
        self._resize()

    def show_ghost(self, rect: QRectF | None) -> None:
        """Show where something would be dropped."""
        self._ghost = rect
        self._resize()

    def show_guides(self, lines: list[QLineF]) -> None:
        """Show lines on which nodes stand together."""
        if lines != self._guides:
            self._guides = lines
            self._resize()

    def clear(self) -> None:
        """Show nothing."""
        self._draft = self._band = self._ghost = None
        self._guides = []
        self._hint = ("", QPointF())
        self._resize()

    def _resize(self) -> None:
        bounds = QRectF()
        for rect in (self._band, self._ghost):
            bounds = bounds.united(rect) if rect else bounds
        if self._draft:
            bounds = bounds.united(self._draft.controlPointRect())
        for line in self._guides:
            ends = QRectF(line.p1(), line.p2()).normalized().adjusted(-1, -1, 1, 1)
            bounds = bounds.united(ends)
        if self._hint[0]:
            bounds = bounds.united(QRectF(self._hint[1].x() - 400, self._hint[1].y(), 800, 160))
        around = bounds.adjusted(-10, -10, 10, 10) & WORLD if not bounds.isNull() else bounds
        self.set_bounds(around)
        self.update()

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Paint what is shown."""
        colors = kit()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._draft is not None:
            painter.setPen(colors.draft)
            painter.drawPath(self._draft)
        if self._guides:
            painter.setPen(colors.guide)
            painter.drawLines(self._guides)
        if self._ghost is not None:
            painter.setPen(colors.draft)
            painter.setBrush(colors.band)
            painter.drawRoundedRect(self._ghost, 8, 8)
        if self._band is not None:
            painter.setPen(colors.band_pen)
            painter.setBrush(colors.band)
            painter.drawRect(self._band)
        if self._hint[0]:
            self._paint_hint(painter)

    def _paint_hint(self, painter: QPainter) -> None:
        """Paint the sentence below the pointer, at the same size whatever the zoom."""
        colors = kit()
        text, place = self._hint
        scale = painter.worldTransform().m11()
        painter.save()
        painter.translate(place)
        painter.scale(1 / scale, 1 / scale)
        painter.setFont(colors.body_font)
        flags = Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap
        room = QRectF(0, 0, 260, 200)
        size = colors.body_metrics.boundingRect(room, flags.value, text)
        box = QRectF(18, 18, size.width() + 18, size.height() + 12)
        painter.setPen(colors.outline)
        painter.setBrush(colors.face)
        painter.drawRoundedRect(box, 6, 6)
        painter.setPen(colors.text)
        painter.drawText(box.adjusted(9, 6, -9, -6), flags.value, text)
        painter.restore()
