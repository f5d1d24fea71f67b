"""The whole graph, small, in a corner of the canvas; click or drag to look elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from projects.translation import gettext as _
from widgets import theme
from widgets.canvas.kit import kit, mix

if TYPE_CHECKING:
    from widgets.canvas.graph_view import GraphView

SIZE = QSize(190, 124)
ROOMY = QSize(475, 372)  # of a canvas; in a smaller one the map would cover much of what is drawn
EDGE = 12
MARGIN = 6.0
LEAST_DOT = 2.0


class Minimap(QWidget):
    """Shows nodes and frames, and what part of them the canvas shows.

    It hides itself while the canvas shows everything.

    Args:
        canvas: The canvas; the map floats over its lower right corner.
    """

    def __init__(self, canvas: GraphView) -> None:
        super().__init__(canvas.viewport())
        self._canvas = canvas
        self._wanted = True
        self._picture: QPixmap | None = None
        self._around = QRectF()
        self.setObjectName("minimap")
        self.setAccessibleName(_("Map of the network"))
        self.setFixedSize(SIZE)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        canvas.viewport().installEventFilter(self)
        for bar in (canvas.horizontalScrollBar(), canvas.verticalScrollBar()):
            bar.valueChanged.connect(self._looked)
        canvas.zoom_changed.connect(self._looked)
        theme.notifier().changed.connect(self.refresh)
        self._settle()

    @property
    def wanted(self) -> bool:
        """Whether it is shown when there is something to see."""
        return self._wanted

    def want(self, wanted: bool) -> None:
        """Show it when there is something to see, or never."""
        self._wanted = wanted
        self._settle()

    def refresh(self) -> None:
        """Other nodes or frames are there, or elsewhere."""
        self._picture = None
        self._settle()
        self.update()

    def _looked(self) -> None:
        self._settle()
        self.update()

    def _settle(self) -> None:
        """Be there only where the canvas does not show everything, and is large enough."""
        view = self._canvas.viewport().rect()
        self.move(view.right() - SIZE.width() - EDGE, view.bottom() - SIZE.height() - EDGE)
        roomy = view.width() > ROOMY.width() and view.height() > ROOMY.height()
        everything = self._canvas.everything()
        hidden = not everything.isEmpty() and not self._canvas.seen().contains(everything)
        self.setVisible(self._wanted and roomy and hidden)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the corner of the viewport."""
        if event.type() == QEvent.Type.Resize:
            self._settle()
        return False

    # ------------------------------------------------------------------ painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the graph from memory, and the part that is seen."""
        if self._picture is None:
            self._picture = self._draw()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        tokens = theme.current()
        painter.setPen(QPen(tokens.color("accent"), 1.5))
        painter.setBrush(tokens.color("accent", 0.1))
        seen = self._canvas.seen()
        there = QRectF(self.to_map(seen.topLeft()), self.to_map(seen.bottomRight()))
        inside = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.drawRect(there & inside)

    def _draw(self) -> QPixmap:
        graph = self._canvas.graph
        around = self._canvas.everything()
        self._around = around.adjusted(-80, -80, 80, 80)
        tokens = theme.current()
        ratio = self.devicePixelRatioF()
        made = QPixmap(SIZE * ratio)
        made.setDevicePixelRatio(ratio)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(tokens.color("border"))
        painter.setBrush(tokens.color("surface", 0.94))
        painter.drawRoundedRect(QRectF(0.5, 0.5, SIZE.width() - 1, SIZE.height() - 1), 6, 6)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for frame in sorted(graph.frames.values(), key=lambda item: item.zValue()):
            hue = tokens.frame_color(frame.spec.color)
            painter.fillRect(self._small(frame.rect), mix(hue, tokens.color("surface"), 0.25))
        for item in graph.nodes.values():
            place = self._small(item.card.translated(item.pos()))
            painter.fillRect(place, kit().category_far(item.spec.category))
        painter.end()
        return made

    def _small(self, rect: QRectF) -> QRectF:
        """A rectangle of the scene on the map, never too small to be seen."""
        corner = self.to_map(rect.topLeft())
        scale = self._scale()
        width = max(LEAST_DOT, rect.width() * scale)
        height = max(LEAST_DOT, rect.height() * scale)
        return QRectF(corner.x(), corner.y(), width, height)

    def _scale(self) -> float:
        room = (SIZE.width() - 2 * MARGIN, SIZE.height() - 2 * MARGIN)
        wide, high = max(self._around.width(), 1.0), max(self._around.height(), 1.0)
        return min(room[0] / wide, room[1] / high)

    def to_map(self, point: QPointF) -> QPointF:
        """Where a point of the scene is on the map."""
        middle = QPointF(SIZE.width() / 2, SIZE.height() / 2)
        return middle + (point - self._around.center()) * self._scale()

    # ------------------------------------------------------------------ mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Look there."""
        self._look(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the pointer."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._look(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Keep the canvas from taking it for its own."""
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Twice the same."""
        self._look(event)

    def _look(self, event: QMouseEvent) -> None:
        if event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton):
            return
        middle = QPointF(SIZE.width() / 2, SIZE.height() / 2)
        point = self._around.center() + (event.position() - middle) / self._scale()
        self._canvas.look_at(point)
        event.accept()
