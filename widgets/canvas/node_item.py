"""How one node looks, near and far."""

from __future__ import annotations

import functools
from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsRectItem, QStyleOptionGraphicsItem, QWidget

from widgets.canvas.card_text import (
    LEFT,
    LOCK,
    RIGHT,
    STRIPE,
    Line,
    Sizes,
    lines_of,
    sizes_at,
)
from widgets.canvas.far_title import FarTitle, far_title, pixels_at
from widgets.canvas.gauge import GaugeSpec, face_brush, paint_gauge
from widgets.canvas.kit import DIM, NEAR, Kit, kit
from widgets.canvas.specs import NodeSpec, PortRef
from widgets.graph_metrics import BEND, NODE_WIDTH, node_height, port_y

CORNER = 8.0
SHADOW = 2.0
PORT_RADIUS = 5.0
MARGIN = 10.0
CLOSE = 6.0  # beside a title that is read from afar
BEND_RADIUS = 6.0
STACK = 4.0


class NodeItem(QGraphicsRectItem):
    """A card with a coloured edge, three lines of text and ports at its sides.

    Its rectangle is all that it paints on: the card with its ports, halo and badge. Qt asks for it twice a
    node and repaint, and a rectangle of Qt's own answers without asking Python.

    Args:
        spec: What it shows.
        touched: Called with its id when it looks otherwise or is elsewhere.

    Attributes:
        spec: What it shows.
        selected: Whether it is chosen.
        hovered: Whether the pointer is on it.
        hot_port: A port to be emphasised, or None.
        refused: Ports that can't be connected now; None while no wire is being drawn.
        gauge: What it measures, or None.
    """

    def __init__(self, spec: NodeSpec, touched: Callable[[str], None]) -> None:
        super().__init__()
        self._touched = touched
        self.setPen(Qt.PenStyle.NoPen)  # a pen would widen the rectangle
        self.spec = spec
        self.selected = False
        self.hovered = False
        self.hot_port: PortRef | None = None
        self.refused: frozenset[PortRef] | None = None
        self.gauge: GaugeSpec | None = None
        self._offered = True
        self._texts: list[Line] = []
        self._sizes: Sizes | None = None
        self._title_middle = 0.0
        self._far: FarTitle | None = None
        self._texts_kit: Kit | None = None
        self._measure()
        self.put(QPointF(*spec.position))

    def put(self, place: QPointF) -> None:
        """Stand elsewhere."""
        self.setPos(place)
        self._touched(self.spec.id)

    def refresh(self) -> None:
        """Look otherwise from the next repaint on."""
        self.update()
        self._touched(self.spec.id)

    def _measure(self) -> None:
        if self.spec.bend:
            self.width, self.height = float(BEND), float(BEND)
        else:
            self.width = float(NODE_WIDTH)
            self.height = float(node_height(len(self.spec.inputs), len(self.spec.outputs)))
        self.card = QRectF(0, 0, self.width, self.height)
        self.setRect(self.card.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN))
        self._face, self._shade = _face(self.height), _shade(self.height)
        count_in, count_out = len(self.spec.inputs), len(self.spec.outputs)
        self.ports = [
            (
                PortRef(self.spec.id, p.name, False),
                QPointF(0, port_y(i, count_in, self.height)),
                p.many,
            )
            for i, p in enumerate(self.spec.inputs)
        ] + [
            (
                PortRef(self.spec.id, p.name, True),
                QPointF(self.width, port_y(i, count_out, self.height)),
                p.many,
            )
            for i, p in enumerate(self.spec.outputs)
        ]

    def set_spec(self, spec: NodeSpec) -> bool:
        """Show another description of the same node; return whether its ports are elsewhere now."""
        moves = self.elsewhere(spec)
        old, self.spec = self.spec, spec
        self._texts_kit = None
        self.refresh()
        if not moves:
            return False
        if (old.inputs, old.outputs, old.bend) != (spec.inputs, spec.outputs, spec.bend):
            self._measure()
        elif self.pos() == QPointF(*spec.position):
            return False
        self.put(QPointF(*spec.position))
        return True

    def elsewhere(self, spec: NodeSpec) -> bool:
        """Whether a description puts the node or its ports elsewhere; what is dragged meanwhile stays."""
        old = self.spec
        return (
            old.position != spec.position
            or old.inputs != spec.inputs
            or old.outputs != spec.outputs
            or old.bend != spec.bend
        )

    def port_position(self, port: str, output: bool) -> QPointF:
        """Where a port is in the scene; the middle of the side if there is none of that name."""
        for ref, place, _many in self.ports:
            if ref.port == port and ref.output == output:
                return self.pos() + place
        return self.pos() + QPointF(self.width if output else 0.0, self.height / 2)

    def offer(self, refused: frozenset[PortRef] | None) -> None:
        """Dim the ports that a wire being drawn can't reach; None ends this."""
        self.refused = refused
        self._offered = refused is None or any(ref not in refused for ref, _p, _m in self.ports)
        self.update()

    def measure(self, gauge: GaugeSpec | None) -> None:
        """Show another measure, or none."""
        if gauge != self.gauge:
            before = self.gauge
            if before is None or gauge is None or gauge.label != before.label:
                self._texts_kit = None
            self.gauge = gauge
            self.refresh()

    def shape(self) -> QPainterPath:
        """The card alone."""
        path = QPainterPath()
        path.addRect(self.card)
        return path

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Paint as much as can be read at the view's scale; from afar a layer paints all nodes."""
        colors = kit()
        detail = painter.worldTransform().m11()
        if self.spec.bend:
            self._paint_bend(painter, colors)
            return
        painter.setOpacity(1.0 if self._offered else DIM)
        self._paint_card(painter, colors)
        self._paint_texts(painter, colors, detail)
        if self.gauge is not None:
            paint_gauge(painter, self.card.adjusted(LEFT, 0, -RIGHT, 0), self.gauge, colors)
        if self.spec.muted:
            self._paint_bypass(painter, colors)
        if self.spec.locked:
            _paint_lock(painter, colors, self._title_middle)
        if detail >= NEAR or self.refused is not None:
            self._paint_ports(painter, colors)
        if self.spec.badge:
            _paint_badge(painter, colors, self.spec.badge.severity, self.width)

    def _paint_bend(self, painter: QPainter, colors: Kit) -> None:
        """A dot in the wire, which goes on through it."""
        painter.setOpacity(1.0 if self._offered else DIM)
        middle = self.height / 2
        painter.setPen(colors.wire)
        painter.drawLine(QPointF(0, middle), QPointF(self.width, middle))
        painter.setPen(colors.outline_selected if self.selected else colors.port_pen)
        hot = self.hovered or (self.hot_port is not None)
        painter.setBrush(colors.port_hot if hot or self.selected else colors.port)
        painter.drawEllipse(self.card.center(), BEND_RADIUS, BEND_RADIUS)
        if self.spec.badge:
            _paint_badge(painter, colors, self.spec.badge.severity, self.width)

    def _paint_bypass(self, painter: QPainter, colors: Kit) -> None:
        """A line from the first input to the first output: what flows in passes."""
        ends = [place for ref, place, _many in self.ports if not ref.output][:1]
        ends += [place for ref, place, _many in self.ports if ref.output][:1]
        if len(ends) == 2:
            painter.setPen(colors.bypass)
            painter.drawLine(ends[0], ends[1])

    def _paint_card(self, painter: QPainter, colors: Kit) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.spec.nested:
            painter.setPen(self._outline(colors))
            painter.setBrush(colors.category(self.spec.category))
            painter.drawRoundedRect(self.card.translated(STACK, -STACK), CORNER, CORNER)
            painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.selected:
            painter.setPen(colors.halo)
            painter.drawRoundedRect(self.card, CORNER, CORNER)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colors.shadow)
            painter.drawPath(self._shade)
        # The category's colour fills the whole card; the face covers all of it but a stripe.
        painter.setPen(self._outline(colors))
        lively = self._offered and not self.spec.muted and not self.spec.locked
        painter.setBrush(colors.category(self.spec.category) if lively else colors.face)
        painter.drawRoundedRect(self.card, CORNER, CORNER)
        painter.setPen(Qt.PenStyle.NoPen)
        plain = colors.face_selected if self.selected else colors.face
        painter.setBrush(face_brush(self.gauge, plain))
        painter.drawPath(self._face)

    def _outline(self, colors: Kit) -> QPen:
        if self.selected:
            return colors.outline_selected
        if self.hovered:
            return colors.outline_hover
        if self.spec.locked:
            return colors.outline_locked
        return colors.outline_muted if self.spec.muted else colors.outline

    def _paint_texts(self, painter: QPainter, colors: Kit, detail: float) -> None:
        if self._texts_kit is not colors:
            self._far, self._sizes, self._texts_kit = None, None, colors
        sizes = sizes_at(max(detail, NEAR))
        if sizes != self._sizes:
            self._lay_out(sizes)
        if detail < NEAR:
            self._paint_far_title(painter, colors, detail)
            return
        for line in self._texts:
            strong = line.strong and not self.spec.muted
            painter.setPen(colors.text if strong else colors.muted)
            painter.setFont(line.font)
            painter.drawStaticText(line.place, line.text)

    def _lay_out(self, sizes: Sizes) -> None:
        """Lay the lines of text out."""
        figure = self.gauge.label if self.gauge and self.gauge.label else self.spec.figure
        barred = self.gauge is not None
        self._sizes = sizes
        self._texts = lines_of(self.spec, figure, self.height, sizes, barred)
        first = self._texts[0]
        self._title_middle = first.place.y() + QFontMetricsF(first.font).height() / 2

    def _paint_far_title(self, painter: QPainter, colors: Kit, detail: float) -> None:
        if self._far is None or self._far.wanted != pixels_at(detail):
            width = NODE_WIDTH - STRIPE - 2 * CLOSE
            self._far = far_title(self.spec.title, STRIPE + CLOSE, width, self.height, detail)
        painter.setPen(colors.muted if self.spec.muted else colors.text)
        painter.setFont(colors.strong(self._far.pixels))
        painter.drawStaticText(self._far.place, self._far.text)

    def _paint_ports(self, painter: QPainter, colors: Kit) -> None:
        for ref, place, many in self.ports:
            hot = ref == self.hot_port
            if self.refused is not None:
                painter.setOpacity(DIM if ref in self.refused else 1.0)
            painter.setPen(colors.port_hot_pen if hot else colors.port_pen)
            painter.setBrush(colors.port_hot if hot else colors.port)
            size = PORT_RADIUS + (2 if hot else 0)
            if many:
                painter.drawRoundedRect(
                    QRectF(place.x() - size, place.y() - 2 * size, 2 * size, 4 * size), size, size
                )
            else:
                painter.drawEllipse(place, size, size)


@functools.cache
def _shade(height: float) -> QPainterPath:
    """The part of a card's shadow that can be seen below it.

    Filling what is translucent takes ten times as long as filling what is not: no more than needed.
    """
    card, shadow = QPainterPath(), QPainterPath()
    card.addRoundedRect(QRectF(0, 0, NODE_WIDTH, height), CORNER, CORNER)
    shadow.addRoundedRect(QRectF(0, SHADOW, NODE_WIDTH, height), CORNER, CORNER)
    return shadow.subtracted(card)


@functools.cache
def _face(height: float) -> QPainterPath:
    """The part of a card right of its stripe, inside its outline, round at the right."""
    inner = QRectF(0, 0, NODE_WIDTH, height).adjusted(STRIPE, 0.5, -0.5, -0.5)
    turn = 2 * (CORNER - 0.5)
    path = QPainterPath(inner.topLeft())
    path.lineTo(inner.right() - turn / 2, inner.top())
    path.arcTo(inner.right() - turn, inner.top(), turn, turn, 90, -90)
    path.lineTo(inner.right(), inner.bottom() - turn / 2)
    path.arcTo(inner.right() - turn, inner.bottom() - turn, turn, turn, 0, -90)
    path.lineTo(inner.bottomLeft())
    path.closeSubpath()
    return path


def _paint_lock(painter: QPainter, colors: Kit, middle: float) -> None:
    """A padlock behind the title."""
    left, base = NODE_WIDTH - RIGHT - LOCK, middle + 6
    painter.setPen(colors.lock_pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(left + 2.2, base - 11, LOCK - 4.4, 9), 2.8, 2.8)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colors.lock)
    painter.drawRoundedRect(QRectF(left, base - 7, LOCK, 7), 1.5, 1.5)


def _paint_badge(painter: QPainter, colors: Kit, severity: str, width: float) -> None:
    """A disc for an error, a triangle for a warning, both with an exclamation mark."""
    centre = QPointF(width - 2, 2)
    painter.setPen(colors.on_mark)
    if severity == "error":
        painter.setBrush(colors.bad)
        painter.drawEllipse(centre, 9, 9)
    else:
        painter.setBrush(colors.warning)
        corners = [QPointF(0, -10), QPointF(10, 8), QPointF(-10, 8)]
        painter.drawPolygon(QPolygonF([centre + corner for corner in corners]))
    mark: QColor = colors.tokens.color("raised")
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(mark)
    painter.drawRoundedRect(QRectF(centre.x() - 1.1, centre.y() - 5, 2.2, 6.4), 1, 1)
    painter.drawEllipse(QPointF(centre.x(), centre.y() + 4.2), 1.4, 1.4)
