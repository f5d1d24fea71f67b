"""A view that pans, zooms about the pointer and shows a grid of dots."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QNativeGestureEvent, QPainter, QPolygonF, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QGraphicsScene, QGraphicsView, QWidget

from widgets.canvas.kit import FAR, kit
from widgets.graph_metrics import FARTHEST, GRID

SMALLEST = 0.04
LARGEST = 3.0
LARGEST_FIT = 1.25
EDGE = 36  # pixels around what is fitted; less in a small view
EDGE_SHARE = 0.05
ROUND = 30  # pixels of the scene beside what is fitted: wires that run back go round there
DOT_GAP = 13.0
WORLD = QRectF(-2 * FARTHEST, -2 * FARTHEST, 4 * FARTHEST, 4 * FARTHEST)


class Outlook(NamedTuple):
    """Where one looks.

    Attributes:
        zoom: Screen pixels per scene pixel.
        middle: The point of the scene in the middle of the view.
        least: The smallest scale at which everything is kept in view; 0 where nothing but this place is.
        revealed: What was brought into view, in the scene; empty for nothing.
    """

    zoom: float
    middle: QPointF
    least: float = 0.0
    revealed: QRectF = QRectF()


class PanZoomView(QGraphicsView):
    """Base of the canvas: where one looks, nothing about what is seen.

    Args:
        scene: What to show.
        parent: Qt parent.

    Attributes:
        wheel_zooms: Whether a plain wheel zooms; otherwise it scrolls and Ctrl zooms.

    Signals:
        zoom_changed(scale): The scale changed; 1.0 is 100 %.
    """

    zoom_changed = Signal(float)

    def __init__(self, scene: QGraphicsScene, parent: QWidget | None = None) -> None:
        super().__init__(scene, parent)
        self.wheel_zooms = False
        self._fitted = False
        self._revealed = QRectF()
        self._least = SMALLEST
        self._dots: tuple[tuple[float, int, int], QPolygonF] = ((0.0, 0, 0), QPolygonF())
        self.setSceneRect(WORLD)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.SmartViewportUpdate)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontAdjustForAntialiasing)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setMouseTracking(True)

    @property
    def zoom(self) -> float:
        """Screen pixels per scene pixel."""
        return self.transform().m11()

    def zoom_by(self, factor: float, about: QPoint | None = None) -> None:
        """Zoom so that the point under ``about`` (viewport pixels; None: the middle) stays put."""
        anchor = about if about is not None else self.viewport().rect().center()
        before = self.mapToScene(anchor)
        scale = max(SMALLEST, min(LARGEST, self.zoom * factor))
        if scale == self.zoom:
            return
        self._let_go()
        self._set_scale(scale)
        self._put(before, anchor)
        self.zoom_changed.emit(scale)

    def fit(self) -> None:
        """Show everything, and go on showing it when the size of the view changes."""
        self._keep_whole(SMALLEST)

    def begin(self) -> None:
        """Show everything, but large enough to read names: then the upper left, where networks begin."""
        self._keep_whole(FAR)

    def _keep_whole(self, least: float) -> None:
        self._least = least
        self._revealed = QRectF()
        self._follow()

    def _follow(self) -> None:
        rect = self.everything()
        self._show_whole(rect, self._least)
        self._fitted = not rect.isEmpty()

    def _let_go(self) -> None:
        """The person looks elsewhere: another size of the view leads nowhere else."""
        self._fitted = False
        self._revealed = QRectF()

    def outlook(self) -> Outlook:
        """Return where one looks."""
        middle = self.mapToScene(self.viewport().rect().center())
        return Outlook(self.zoom, middle, self._least if self._fitted else 0.0, self._revealed)

    def look(self, there: Outlook) -> None:
        """Look there again; what was all in view is so, whatever the size of the view is now."""
        self.zoom_to(there.zoom)
        self.look_at(there.middle)
        self._revealed = there.revealed
        if there.least:
            self._fitted, self._least = True, there.least
            self._refit()

    def everything(self) -> QRectF:
        """The rectangle around all there is."""
        return self.scene().itemsBoundingRect()

    def seen(self) -> QRectF:
        """The part of the scene that is seen."""
        return self.mapToScene(self.viewport().rect()).boundingRect()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep everything in view, or what was brought into view, until the person looks elsewhere."""
        super().resizeEvent(event)
        self._refit()

    def _refit(self) -> None:
        """Where all has no room, what was brought into view is scrolled to from where one is, not from the beginning."""
        led = not self._revealed.isEmpty()
        if self._fitted and not (
            led and self._scale_of(self.everything(), self._least) == self.zoom
        ):
            self._follow()
        if led:
            self._scroll_to(self._revealed)

    def zoom_to(self, scale: float) -> None:
        """Zoom to a scale about the middle."""
        self.zoom_by(scale / self.zoom)

    def _set_scale(self, scale: float) -> None:
        self.resetTransform()
        self.scale(scale, scale)

    def _put(self, point: QPointF, at: QPoint) -> None:
        """Scroll until a point of the scene is at a pixel of the viewport."""
        self._scroll(at - self.mapFromScene(point))

    def look_at(self, point: QPointF) -> None:
        """Scroll until a point of the scene is in the middle."""
        self._let_go()
        self._put(point, self.viewport().rect().center())

    def pan_by(self, pixels: QPoint) -> None:
        """Move what is seen by so many pixels."""
        if not pixels.isNull():
            self._let_go()
            self._scroll(pixels)

    def _scroll(self, pixels: QPoint) -> None:
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        across.setValue(across.value() - pixels.x())
        down.setValue(down.value() - pixels.y())

    def fit_rect(self, rect: QRectF) -> None:
        """Show all of a rectangle of the scene, enlarged a little at most."""
        self._let_go()
        self._show_whole(rect, SMALLEST)

    def _show_whole(self, rect: QRectF, least: float) -> None:
        """Show all of a rectangle; what is too large for the smallest scale begins at the upper left."""
        scale = self._scale_of(rect, least)
        if not scale:
            return
        self._set_scale(scale)
        wide, high = self._room()
        shown = QPointF(min(rect.width(), wide / scale), min(rect.height(), high / scale))
        self._put(rect.topLeft() + shown / 2, self.viewport().rect().center())
        self.zoom_changed.emit(scale)

    def _scale_of(self, rect: QRectF, least: float) -> float:
        """Return the scale that shows all of a rectangle; 0 where there is nothing to show, or no room."""
        room = self.viewport().size()
        if rect.isEmpty() or room.width() < 10 or room.height() < 10:
            return 0.0
        wide, high = self._room()
        around = room.width() / (rect.width() + 2 * ROUND)
        scale = min(wide / rect.width(), high / rect.height(), around, LARGEST_FIT)
        return max(SMALLEST, scale, least)

    def _room(self) -> tuple[float, float]:
        """Return width and height of the view without its edges, in pixels."""
        room = self.viewport().size()
        wide, high = (
            room.width() - 2 * _edge(room.width()),
            room.height() - 2 * _edge(room.height()),
        )
        return max(20.0, wide), max(20.0, high)

    def show_rect(self, rect: QRectF) -> None:
        """Bring a rectangle of the scene into view: scroll no more than needed, or keep all fitted."""
        led = not (self._fitted and self._revealed.isEmpty())
        if not self.seen().contains(rect):
            if self._fitted and not led:
                self._follow()
            led = self._scroll_to(rect) or led
        self._revealed = rect if led else QRectF()

    @contextmanager
    def whole_kept(self) -> Iterator[None]:
        """Show everything after a change if everything was seen before it; else leave the view alone."""
        whole = self._whole_seen()
        yield
        if not whole or self._whole_seen():
            return
        if not self._fitted:
            self._scroll_to(self.everything())
        if not self._whole_seen():
            self._follow()

    def _whole_seen(self) -> bool:
        return self.seen().contains(self.everything())

    def _scroll_to(self, rect: QRectF) -> bool:
        """Scroll no more than needed; return whether that was anything."""
        seen = self.seen()
        if seen.contains(rect):
            return False
        margin = EDGE if min(seen.width(), seen.height()) * self.zoom > 4 * EDGE else 0
        self.ensureVisible(rect, margin, margin)
        return True

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll, or with Ctrl zoom about the pointer; Shift scrolls sideways."""
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        pixels, angle = event.pixelDelta(), event.angleDelta()
        if control != self.wheel_zooms:
            turned = angle.y() or angle.x()
            self.zoom_by(1.0015**turned, event.position().toPoint())
        elif not pixels.isNull():
            self.pan_by(pixels)
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.pan_by(QPoint(angle.y() or angle.x(), 0) / 2)
        else:
            self.pan_by(angle / 2)
        event.accept()

    def viewportEvent(self, event: QEvent) -> bool:
        """Zoom with a pinch."""
        if isinstance(event, QNativeGestureEvent):
            if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self.zoom_by(1.0 + event.value(), event.position().toPoint())
                return True
            return False
        return super().viewportEvent(event)

    def drawBackground(self, painter: QPainter, rect: QRectF | object) -> None:
        """Fill the ground and paint dots that keep a readable distance at every scale."""
        colors = kit()
        assert isinstance(rect, QRectF)
        painter.fillRect(rect, colors.ground)
        scale = self.zoom
        step = float(GRID)
        while step * scale < DOT_GAP:
            step *= 2
        gap = step * scale
        origin = self.mapFromScene(QPointF(0, 0))
        painter.save()
        painter.resetTransform()
        painter.translate(origin.x() % gap - gap, origin.y() % gap - gap)
        painter.setPen(colors.dots)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.drawPoints(self._dot_grid(gap))
        painter.restore()

    def _dot_grid(self, gap: float) -> QPolygonF:
        """Dots that fill the viewport, remembered while its size and the scale stay."""
        width, height = self.viewport().width(), self.viewport().height()
        if self._dots[0] != (gap, width, height):
            columns, rows = int(width / gap) + 3, int(height / gap) + 3
            points = [QPointF(i * gap, j * gap) for i in range(columns) for j in range(rows)]
            self._dots = ((gap, width, height), QPolygonF(points))
        return self._dots[1]


def _edge(room: int) -> int:
    """Pixels to leave free at both ends of so many pixels."""
    return min(EDGE, round(EDGE_SHARE * room))
