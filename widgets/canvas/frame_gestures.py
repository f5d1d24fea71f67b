"""Moving frames with what lies in them, and giving them another size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRectF

from widgets.canvas.frames import LEAST
from widgets.canvas.gestures import Gesture, Modifiers
from widgets.graph_metrics import snap

if TYPE_CHECKING:
    from widgets.canvas.canvas import Canvas


class MoveFrame(Gesture):
    """Moves a frame on the grid, with the nodes and frames in it; with Alt the frame alone.

    Args:
        canvas: Where it happens.
        start: Pixel where the pointer went down.
        held: The frame under the pointer.
    """

    def __init__(self, canvas: Canvas, start: QPoint, held: str) -> None:
        super().__init__(canvas, start)
        self._held = held
        self._from = canvas.mapToScene(start)
        self._home = canvas.graph.frames[held].rect
        self._nodes: dict[str, QPointF] = {}
        self._frames: dict[str, QRectF] = {}

    def move(self, at: QPoint, modifiers: Modifiers) -> None:
        """Show it where the pointer has taken it."""
        if not self.beyond_click(at):
            return
        graph = self.canvas.graph
        if not self._frames:
            self._take(alone=bool(modifiers & Modifiers.AltModifier))
        there = self._home.topLeft() + self.canvas.mapToScene(at) - self._from
        shift = QPointF(snap(there.x()), snap(there.y())) - self._home.topLeft()
        graph.carry({name: place + shift for name, place in self._nodes.items()})
        for name, rect in self._frames.items():
            graph.frames[name].place(rect.translated(shift))

    def _take(self, alone: bool) -> None:
        graph = self.canvas.graph
        self._frames = {self._held: self._home}
        if alone:
            return
        names, frames = graph.lying_in(self._held)
        self._nodes = {name: graph.nodes[name].pos() for name in names}
        self._frames |= {name: graph.frames[name].rect for name in frames}
        graph.layer.emphasise((key, "moving") for key in graph.touching(names))

    def release(self, at: QPoint, modifiers: Modifiers) -> None:
        """Say where everything went."""
        graph = self.canvas.graph
        frames = {name: graph.frames[name].rect for name in self._frames}
        nodes = {name: graph.nodes[name].pos() for name in self._nodes}
        changed = frames.get(self._held, self._home) != self._home
        self.cancel()
        if changed:
            self.canvas.frames_moved.emit(
                {name: rect.getRect() for name, rect in frames.items()},
                {name: (place.x(), place.y()) for name, place in nodes.items()},
            )

    def cancel(self) -> None:
        """Put everything back."""
        graph = self.canvas.graph
        graph.carry(self._nodes)
        for name, rect in self._frames.items():
            graph.frames[name].place(rect)
        self.canvas.show_target(None)


class ResizeFrame(Gesture):
    """Gives a frame another size on the grid by its lower right corner.

    Args:
        canvas: Where it happens.
        start: Pixel where the pointer went down.
        held: The frame.
    """

    def __init__(self, canvas: Canvas, start: QPoint, held: str) -> None:
        super().__init__(canvas, start)
        self._held = held
        self._from = canvas.mapToScene(start)
        self._home = canvas.graph.frames[held].rect

    def move(self, at: QPoint, modifiers: Modifiers) -> None:
        """Show it in the size to which the pointer has drawn it."""
        if self.beyond_click(at):
            grown = self._home.bottomRight() + self.canvas.mapToScene(at) - self._from
            width = max(LEAST[0], snap(grown.x() - self._home.left()))
            height = max(LEAST[1], snap(grown.y() - self._home.top()))
            rect = QRectF(self._home.left(), self._home.top(), width, height)
            self.canvas.graph.frames[self._held].place(rect)

    def release(self, at: QPoint, modifiers: Modifiers) -> None:
        """Say which size it has."""
        rect = self.canvas.graph.frames[self._held].rect
        self.cancel()
        if rect != self._home:
            self.canvas.frames_moved.emit({self._held: rect.getRect()}, {})

    def cancel(self) -> None:
        """Give it its size back."""
        self.canvas.graph.frames[self._held].place(self._home)
