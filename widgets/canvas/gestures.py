"""What a person does with the pointer held down, one class a gesture.

A gesture begins at a press; :meth:`Gesture.move` follows the pointer, :meth:`Gesture.release` says what
was meant, and :meth:`Gesture.cancel` (Escape) leaves everything as it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtWidgets import QApplication

from widgets.canvas.guides import Guides
from widgets.canvas.specs import WireKey
from widgets.graph_metrics import snap

if TYPE_CHECKING:
    from widgets.canvas.canvas import Canvas

GUIDE_REACH = 6.0
WIRE_REACH = 9.0
Modifiers = Qt.KeyboardModifier


class Gesture:
    """Base: does nothing.

    Args:
        canvas: Where it happens.
        start: Pixel of the viewport where the pointer went down.
    """

    def __init__(self, canvas: Canvas, start: QPoint) -> None:
        self.canvas = canvas
        self.start = start
        self.moved = False

    def beyond_click(self, at: QPoint) -> bool:
        """Whether the pointer has moved so far that a drag is meant."""
        if (at - self.start).manhattanLength() >= QApplication.startDragDistance():
            self.moved = True
        return self.moved

    def move(self, at: QPoint, modifiers: Modifiers) -> None:
        """The pointer is somewhere else."""

    def release(self, at: QPoint, modifiers: Modifiers) -> None:
        """The button went up."""

    def cancel(self) -> None:
        """Escape was pressed."""


class Pan(Gesture):
    """Moves the view with the pointer."""

    def __init__(self, canvas: Canvas, start: QPoint) -> None:
        super().__init__(canvas, start)
        self._last = start
        canvas.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)

    def move(self, at: QPoint, modifiers: Modifiers) -> None:
        """Follow the pointer."""
        self.beyond_click(at)
        self.canvas.pan_by(at - self._last)
        self._last = at

    def release(self, at: QPoint, modifiers: Modifiers) -> None:
        """Stay here."""
        self.canvas.viewport().unsetCursor()

    def cancel(self) -> None:
        """Stay here."""
        self.canvas.viewport().unsetCursor()


class Rubber(Gesture):
    """Selects what a rectangle touches; with Shift adds to the selection."""

    def __init__(self, canvas: Canvas, start: QPoint) -> None:
        super().__init__(canvas, start)
        self._from = canvas.mapToScene(start)
        self._before = canvas.selection

    def move(self, at: QPoint, modifiers: Modifiers) -> None:
        """Select what the rectangle touches now."""
        if not self.beyond_click(at):
            return
        rect = QRectF(self._from, self.canvas.mapToScene(at)).normalized()
        self.canvas.overlay.show_band(rect)
        found = self.canvas.graph.nodes_in(rect)
        keep = self._before if modifiers & Modifiers.ShiftModifier else ()
        self.canvas.select((*keep, *found))

    def release(self, at: QPoint, modifiers: Modifiers) -> None:
        """A click on nothing selects nothing."""
        self.canvas.overlay.clear()
        if not self.moved and not modifiers & Modifiers.ShiftModifier:
            self.canvas.select(())

    def cancel(self) -> None:
        """Select what was selected before."""
        self.canvas.overlay.clear()
        self.canvas.select(self._before)


class Move(Gesture):
    """Moves the selected nodes on the grid, or onto a line with others that are not on it.

    One that is loose can be put into a wire; Alt prevents this.

    Args:
        canvas: Where it happens.
        start: Pixel where the pointer went down.
        held: The node under the pointer.
    """

    def __init__(self, canvas: Canvas, start: QPoint, held: str) -> None:
        super().__init__(canvas, start)
        self._held = held
        self._from = canvas.mapToScene(start)
        self._places: dict[str, QPointF] = {}
        self._into: WireKey | None = None
        self._guides = Guides(())

    def move(self, at: QPoint, modifiers: Modifiers) -> None:
        """Show the nodes where the pointer has taken them."""
        if not self.beyond_click(at):
            return
        canvas = self.canvas
        if not self._places:
            self._places = {name: canvas.graph.nodes[name].pos() for name in canvas.selection}
            moving = canvas.graph.touching(self._places)
            canvas.graph.layer.emphasise((key, "moving") for key in moving)
            self._guides = Guides(self._staying())
        shift = self._shift(canvas.mapToScene(at))
        canvas.graph.carry({name: place + shift for name, place in self._places.items()})
        self._into = None if modifiers & Modifiers.AltModifier else self._wire_below()
        canvas.show_target(self._into, [(k, "moving") for k in canvas.graph.touching(self._places)])
        canvas.overlay.show_guides(self._guides.lines(self._rect(self._places[self._held] + shift)))

    def _staying(self) -> list[QRectF]:
        """Where the nodes are that can be seen and are not moved."""
        graph, seen = self.canvas.graph, self.canvas.seen()
        return [graph.bounds((n,)) for n in graph.nodes_in(seen) if n not in self._places]

    def _rect(self, corner: QPointF) -> QRectF:
        """The held node with its corner at a point."""
        item = self.canvas.graph.nodes[self._held]
        return QRectF(corner, item.card.size())

    def _shift(self, now: QPointF) -> QPointF:
        """How far the held node goes to be on the grid, or on a line near by; others go as far."""
        home = self._places[self._held]
        there = home + now - self._from
        right, down = self._guides.pull(self._rect(there), GUIDE_REACH / self.canvas.zoom)
        x = snap(there.x()) if right is None else there.x() + right
        y = snap(there.y()) if down is None else there.y() + down
        return QPointF(x, y) - home

    def _wire_below(self) -> WireKey | None:
        """The wire that the only, loose node lies on."""
        graph = self.canvas.graph
        if len(self._places) != 1 or graph.touching(self._places):
            return None
        item = graph.nodes[self._held]
        if not item.spec.inputs or not item.spec.outputs:
            return None
        return graph.wire_near(item.pos() + item.card.center(), item.height / 2)

    def release(self, at: QPoint, modifiers: Modifiers) -> None:
        """Say where the nodes went, or that one of them was put into a wire."""
        canvas = self.canvas
        if not self._places:
            canvas.click(self._held, modifiers)
            return
        places = {name: canvas.graph.nodes[name].pos() for name in self._places}
        changed = any(places[name] != home for name, home in self._places.items())
        self.cancel()
        if changed and self._into is not None:
            canvas.spliced.emit(self._held, places[self._held], self._into)
        elif changed:
            canvas.moved.emit({name: (p.x(), p.y()) for name, p in places.items()})

    def cancel(self) -> None:
        """Put the nodes back."""
        self.canvas.overlay.clear()
        self.canvas.graph.carry(self._places)
        self.canvas.show_target(None)
