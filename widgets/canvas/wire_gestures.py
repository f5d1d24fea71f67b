"""Drawing wires and taking them elsewhere, with the pointer held down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF

from projects.translation import gettext as _
from widgets.canvas.gestures import Gesture, Modifiers
from widgets.canvas.specs import PortRef, WireKey

if TYPE_CHECKING:
    from widgets.canvas.canvas import Canvas

PORT_REACH = 14.0
SNAP_REACH = 36.0


class ToPort(Gesture):
    """Base of what ends at a port: ports that don't fit are dimmed, the nearest that fits is taken.

    Args:
        canvas: Where it happens.
        start: Pixel where the pointer went down.
        origin: The port at which it began, which is not dimmed.
    """

    def __init__(self, canvas: Canvas, start: QPoint, origin: PortRef) -> None:
        super().__init__(canvas, start)
        self._origin = origin
        self._snapped: PortRef | None = None
        self._reasons: dict[PortRef, str] = {}

    def _judge(self) -> dict[PortRef, str]:
        """Why each port can't be the end; an empty text: it can."""
        raise NotImplementedError

    def _show(self, end: QPointF, hint: str) -> None:
        """Show what it would be with this end, and why it can't end here."""
        raise NotImplementedError

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
        self._show(end, self._reasons.get(refused, "") if refused else "")

    def _begin(self) -> None:
        """Ask about every port once, and dim those that don't fit."""
        self._reasons = self._judge()
        refused = frozenset(ref for ref in self._reasons if self._refused(ref))
        for item in self.canvas.graph.nodes.values():
            item.offer(refused)

    def _fits(self, ref: PortRef) -> bool:
        return self._reasons.get(ref) == ""

    def _refused(self, ref: PortRef) -> bool:
        return bool(self._reasons.get(ref)) and ref != self._origin

    def _on_card(self, point: QPointF) -> PortRef | None:
        """The first fitting port of the node under the pointer."""
        item = self.canvas.graph.node_at(point)
        fitting = [ref for ref, _p, _m in item.ports if self._fits(ref)] if item else []
        return fitting[0] if fitting else None

    def cancel(self) -> None:
        """Leave no trace."""
        for item in self.canvas.graph.nodes.values():
            item.offer(None)
        self.canvas.heat(None)
        self.canvas.overlay.clear()
        self.canvas.show_target(None)


class DrawWire(ToPort):
    """Draws a wire from a port, or takes the end of one that is there to another port.

    Args:
        canvas: Where it happens.
        start: Pixel where the pointer went down.
        origin: The port that the wire holds on to.
        taken: The wire whose other end is being moved, or None for a new one.
        pressed: The node at which the pointer went down; without, that of the origin.
    """

    def __init__(
        self,
        canvas: Canvas,
        start: QPoint,
        origin: PortRef,
        taken: WireKey | None = None,
        pressed: str = "",
    ) -> None:
        super().__init__(canvas, start, origin)
        self._taken = taken
        self._pressed = pressed or origin.node

    def _judge(self) -> dict[PortRef, str]:
        return self.canvas.verdicts(self._origin, self._taken)

    def _show(self, end: QPointF, hint: str) -> None:
        held = self.canvas.port_place(self._origin)
        self.canvas.overlay.show_draft(
            [(held, end) if self._origin.output else (end, held)], hint, end
        )
        if self._taken:
            self.canvas.graph.layer.emphasise([(self._taken, "hover")])

    def release(self, at: QPoint, modifiers: Modifiers) -> None:
        """Connect; over nothing ask what to add there, or let go of the wire that was taken."""
        canvas, snapped, origin = self.canvas, self._snapped, self._origin
        point = canvas.mapToScene(at)
        over = canvas.graph.node_at(point)
        self.cancel()
        if not self.moved:
            canvas.click_port(self._pressed, modifiers)
        elif snapped:
            source, target = (origin, snapped) if origin.output else (snapped, origin)
            key = WireKey(source.node, source.port, target.node, target.port)
            if key != self._taken:
                canvas.connected.emit(key, self._taken)
        elif self._taken:
            canvas.delete_wanted.emit((), (self._taken,), (), False)
        elif over is None:
            canvas.add_wanted.emit(canvas.viewport().mapToGlobal(at), point, origin, None)


class MoveLinks(ToPort):
    """Takes all wires of a port to another port of the same side.

    Args:
        canvas: Where it happens.
        start: Pixel where the pointer went down.
        origin: The port whose wires are taken.
    """

    def __init__(self, canvas: Canvas, start: QPoint, origin: PortRef) -> None:
        super().__init__(canvas, start, origin)
        self._wires = canvas.graph.wires_at(origin)

    def _judge(self) -> dict[PortRef, str]:
        """A port fits if every one of the wires could be there."""
        why_not = self.canvas.judge_links(self._wires, self._origin)
        same_side = _("Wires run from an output on the right to an input on the left.")
        full = _("This port takes one wire only.")
        crowded = len(self._wires) > 1 and not self._origin.output
        reasons: dict[PortRef, str] = {}
        for item in self.canvas.graph.nodes.values():
            for ref, _place, many in item.ports:
                if ref.output != self._origin.output:
                    reasons[ref] = same_side
                elif ref != self._origin:
                    reasons[ref] = why_not(ref) or (full if crowded and not many else "")
        return reasons

    def _show(self, end: QPointF, hint: str) -> None:
        places = [self.canvas.port_place(other_end(wire, self._origin)) for wire in self._wires]
        drafts = [(end, place) if self._origin.output else (place, end) for place in places]
        self.canvas.overlay.show_draft(drafts, hint, end)
        self.canvas.graph.layer.emphasise((wire, "hover") for wire in self._wires)

    def release(self, at: QPoint, modifiers: Modifiers) -> None:
        """Say where the wires went; over nothing they stay."""
        snapped = self._snapped
        self.cancel()
        if not self.moved:
            self.canvas.click_port(self._origin.node, modifiers)
        elif snapped:
            self.canvas.relinked.emit(self._origin, snapped)


def other_end(wire: WireKey, ref: PortRef) -> PortRef:
    """Return the port at the other end of a wire."""
    if ref.output:
        return PortRef(wire.target, wire.target_port, False)
    return PortRef(wire.source, wire.source_port, True)
