"""What a person does with the pointer held down, one class a gesture.

A gesture begins at a press; :meth:`Gesture.move` follows the pointer, :meth:`Gesture.release` says what
was meant, and :meth:`Gesture.cancel` (Escape) leaves everything as it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtWidgets import QApplication

from widgets.canvas.specs import PortRef, WireKey
from widgets.graph_metrics import snap

if TYPE_CHECKING:
    from widgets.canvas.canvas import Canvas

PORT_REACH = 14.0
SNAP_REACH = 36.0
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
    """Moves the selected nodes on the grid; one that is loose can be put into a wire.

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

    def move(self, at: QPoint, modifiers: Modifiers) -> None:
        """Show the nodes where the pointer has taken them."""
        if not self.beyond_click(at):
            return
        canvas = self.canvas
        if not self._places:
            self._places = {name: canvas.graph.nodes[name].pos() for name in canvas.selection}
            moving = canvas.graph.touching(self._places)
            canvas.graph.layer.emphasise((key, "moving") for key in moving)
        shift = self._shift(canvas.mapToScene(at))
        canvas.graph.carry({name: place + shift for name, place in self._places.items()})
        self._into = None if modifiers & Modifiers.AltModifier else self._wire_below()
        canvas.show_target(self._into, [(k, "moving") for k in canvas.graph.touching(self._places)])

    def _shift(self, now: QPointF) -> QPointF:
        """How far the held node goes so that it sits on the grid; the others go as far."""
        home = self._places[self._held]
        there = home + now - self._from
        return QPointF(snap(there.x()), snap(there.y())) - home

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
        self.canvas.graph.carry(self._places)
        self.canvas.show_target(None)


class DrawWire(Gesture):
    """Draws a wire from a port, or takes the end of one that is there to another port.

    Args:
        canvas: Where it happens.
        start: Pixel where the pointer went down.
        origin: The port that the wire holds on to.
        taken: The wire whose other end is being moved, or None for a new one.
    """

    def __init__(
        self, canvas: Canvas, start: QPoint, origin: PortRef, taken: WireKey | None = None
    ) -> None:
        super().__init__(canvas, start)
        self._origin = origin
        self._taken = taken
        self._snapped: PortRef | None = None
        self._reasons: dict[PortRef, str] = {}

    def _begin(self) -> None:
        """Ask about every port once, and dim those that don't fit."""
        self._reasons = self.canvas.verdicts(self._origin, self._taken)
        refused = frozenset(ref for ref, reason in self._reasons.items() if reason)
        for item in self.canvas.graph.nodes.values():
            item.offer(refused - {self._origin})

    def move(self, at: QPoint, modifiers: Modifiers) -> None:
        """Follow the pointer and snap to the nearest port that fits."""
        if not self.beyond_click(at):
            return
        if not self._reasons:
            self._begin()
        canvas = self.canvas
        point = canvas.mapToScene(at)
        reach = SNAP_REACH / canvas.zoom
        fits = canvas.graph.port_near(point, reach, self._fits) or self._on_card(point)
        refused = None if fits else canvas.graph.port_near(point, reach, self._refused)
        canvas.heat(fits)
        self._snapped = fits
        end = canvas.port_place(fits) if fits else point
        held = canvas.port_place(self._origin)
        ends = (held, end) if self._origin.output else (end, held)
        canvas.overlay.show_draft(*ends, self._reasons.get(refused, "") if refused else "")
        if self._taken:
            canvas.graph.layer.emphasise([(self._taken, "hover")])

    def _fits(self, ref: PortRef) -> bool:
        return self._reasons.get(ref) == ""

    def _refused(self, ref: PortRef) -> bool:
        return bool(self._reasons.get(ref)) and ref != self._origin

    def _on_card(self, point: QPointF) -> PortRef | None:
        """The first fitting port of the node under the pointer."""
        item = self.canvas.graph.node_at(point)
        fitting = [ref for ref, _p, _m in item.ports if self._fits(ref)] if item else []
        return fitting[0] if fitting else None

    def release(self, at: QPoint, modifiers: Modifiers) -> None:
        """Connect; over nothing ask what to add there, or let go of the wire that was taken."""
        canvas, snapped, origin = self.canvas, self._snapped, self._origin
        point = canvas.mapToScene(at)
        over = canvas.graph.node_at(point)
        self.cancel()
        if not self.moved:
            canvas.click(origin.node, modifiers)
        elif snapped:
            source, target = (origin, snapped) if origin.output else (snapped, origin)
            key = WireKey(source.node, source.port, target.node, target.port)
            if key != self._taken:
                canvas.connected.emit(key, self._taken)
        elif self._taken:
            canvas.delete_wanted.emit((), (self._taken,), False)
        elif over is None:
            canvas.add_wanted.emit(canvas.viewport().mapToGlobal(at), point, origin, None)

    def cancel(self) -> None:
        """Leave no trace."""
        for item in self.canvas.graph.nodes.values():
            item.offer(None)
        self.canvas.heat(None)
        self.canvas.overlay.clear()
        self.canvas.show_target(None)
