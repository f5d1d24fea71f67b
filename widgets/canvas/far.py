"""All nodes as they are seen from afar, painted together: plain rectangles in a few colours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from widgets.canvas.kit import DIM, Kit, kit
from widgets.canvas.layer import Layer

if TYPE_CHECKING:
    from widgets.canvas.node_item import NodeItem

RING = 8.0
BADGE = 60.0
BADGE_IN, BADGE_UP = 44.0, 16.0

Rects = dict[str, QRectF]


class FarLayer(Layer):
    """Paints every node but bends while the view is far away, in place of the nodes themselves.

    A thousand items that paint themselves cost Qt and Python several times what a thousand rectangles cost.

    Args:
        nodes: The nodes by id.
    """

    def __init__(self, nodes: Mapping[str, NodeItem]) -> None:
        super().__init__()
        self._nodes = nodes
        self._kit: Kit | None = None
        self._changed: dict[str, None] = {}
        self._fills: dict[int, Rects] = {}
        self._fill_of: dict[str, int] = {}
        self._locked: Rects = {}
        self._selected: Rects = {}
        self._badges: dict[str, Rects] = {"error": {}, "warning": {}}
        self.setZValue(-0.5)
        self.hide()

    def touch(self, name: str) -> None:
        """Paint a node otherwise the next time: it is elsewhere, looks otherwise, or is gone."""
        self._changed[name] = None
        if self.isVisible():
            self.update()

    def _sort(self, colors: Kit) -> None:
        """Put the rectangles of changed nodes where they belong now."""
        everything = dict.fromkeys(self._nodes) if colors is not self._kit else {}
        for name in self._changed | everything:
            self._drop(name)
            item = self._nodes.get(name)
            if item is not None and not item.spec.bend:
                self._take(name, item, colors)
        self._changed = {}
        self._kit = colors

    def _drop(self, name: str) -> None:
        fill = self._fill_of.pop(name, None)
        if fill is not None:
            del self._fills[fill][name]
            for others in (self._locked, self._selected, *self._badges.values()):
                others.pop(name, None)

    def _take(self, name: str, item: NodeItem, colors: Kit) -> None:
        card = item.card.translated(item.pos())
        fill = _fill(item, colors)
        self._fill_of[name] = fill
        self._fills.setdefault(fill, {})[name] = card
        if item.spec.locked:
            self._locked[name] = card
        if item.selected:
            self._selected[name] = card.adjusted(-RING, -RING, RING, RING)
        if item.spec.badge:
            corner = QRectF(card.right() - BADGE_IN, card.top() - BADGE_UP, BADGE, BADGE)
            self._badges[item.spec.badge.severity][name] = corner

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Paint the colours, then what stands out."""
        colors = kit()
        if self._changed or colors is not self._kit:
            self._sort(colors)
        painter.setPen(Qt.PenStyle.NoPen)
        for color, rects in self._fills.items():
            painter.setBrush(QColor.fromRgba(color))
            painter.drawRects(list(rects.values()))
        for severity, rects in self._badges.items():
            painter.setBrush(colors.bad if severity == "error" else colors.warning)
            painter.drawRects(list(rects.values()))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(colors.locked_far)
        painter.drawRects(list(self._locked.values()))
        painter.setPen(colors.far_selected)
        painter.drawRects(list(self._selected.values()))


def _fill(item: NodeItem, colors: Kit) -> int:
    """The colour of a node's rectangle: its category, or its health while it is measured."""
    if item.gauge is not None and item.gauge.tint:
        color = QColor(item.gauge.color)
    else:
        brush: QBrush = colors.face if item.spec.locked else colors.category_far(item.spec.category)
        color = QColor(brush.color())
    if item.spec.muted:
        color.setAlphaF(DIM)
    return color.rgba()
