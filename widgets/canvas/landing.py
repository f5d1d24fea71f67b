"""Things that are dragged from elsewhere and dropped on the canvas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QDragMoveEvent, QDropEvent

from widgets.canvas.specs import WireKey
from widgets.graph_metrics import NODE_HEIGHT, NODE_WIDTH, snap

if TYPE_CHECKING:
    from widgets.canvas.canvas import Canvas


class Landing:
    """Shows where a thing would go and says where it went.

    Args:
        canvas: Where it is dropped.
    """

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas

    def hover(self, event: QDragMoveEvent) -> None:
        """Show the outline of a node on the grid, and the wire that it would go into."""
        point = self._canvas.mapToScene(event.position().toPoint())
        corner = _corner(point)
        outline = QRectF(corner.x(), corner.y(), NODE_WIDTH, NODE_HEIGHT)
        self._canvas.overlay.show_ghost(outline)
        self._canvas.show_target(self._wire(point, event.modifiers()))
        event.acceptProposedAction()

    def drop(self, event: QDropEvent) -> None:
        """Say what was dropped, where, and on which wire."""
        canvas = self._canvas
        point = canvas.mapToScene(event.position().toPoint())
        carried = event.mimeData().data(canvas.accepted_mime).data()
        wire = self._wire(point, event.modifiers())
        self.clear()
        event.acceptProposedAction()
        canvas.dropped.emit(bytes(carried).decode("utf-8", "replace"), _corner(point), wire)
        canvas.setFocus()

    def clear(self) -> None:
        """Leave no trace."""
        self._canvas.overlay.clear()
        self._canvas.show_target(None)

    def _wire(self, point: QPointF, modifiers: Qt.KeyboardModifier) -> WireKey | None:
        graph = self._canvas.graph
        if modifiers & Qt.KeyboardModifier.AltModifier or graph.node_at(point):
            return None
        return graph.wire_near(point, NODE_HEIGHT / 2)


def _corner(point: QPointF) -> QPointF:
    """The corner on the grid of a node whose middle is at a point."""
    return QPointF(snap(point.x() - NODE_WIDTH / 2), snap(point.y() - NODE_HEIGHT / 2))
