"""A canvas for graphs: plain descriptions go in, what a person means comes out as signals.

The canvas changes nothing by itself. It shows nodes and wires, keeps the selection, and says what was
meant (:attr:`Canvas.moved`, :attr:`Canvas.connected` …); whoever owns the graph answers by
describing it anew.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from projects.translation import gettext as _
from widgets.canvas.frame_gestures import MoveFrame, ResizeFrame
from widgets.canvas.gestures import WIRE_REACH, Gesture, Move, Pan, Rubber
from widgets.canvas.graph_view import GraphView
from widgets.canvas.keyboard import Keyboard
from widgets.canvas.kit import NEAR
from widgets.canvas.landing import Landing
from widgets.canvas.specs import NodeSpec, PortRef, WireKey
from widgets.canvas.wire_gestures import PORT_REACH, DrawWire, MoveLinks, other_end

Modifiers = Qt.KeyboardModifier
Judge = Callable[[PortRef, PortRef, "WireKey | None"], str]
LinksJudge = Callable[[Sequence[WireKey], PortRef], Callable[[PortRef], str]]


class Canvas(GraphView):
    """Shows a graph and understands mouse, trackpad and keys.

    Args:
        parent: Qt parent.

    Attributes:
        keyboard: What keys do.
        judge: Asked with the port that a wire leaves, the port that it would enter and the wire
            that it would replace (or None); answers why not, or an empty text.
        judge_links: Asked with all wires of a port and that port; answers with what tells of another port
            of the same side why they can't all be there, or an empty text.
        accepted_mime: Type of the things that may be dropped; their data is a key as UTF-8.

    Signals:
        moved(positions): Nodes were dragged or nudged: ``{id: (x, y)}``.
        spliced(id, position, wire): A loose node was dropped on a wire.
        connected(wire, instead_of): A wire was drawn; ``instead_of`` is the one it was, or None.
        relinked(old, new): All wires of one port were taken to another of the same side.
        delete_wanted(ids, wires, frames, keep_gap): Delete was pressed or a wire pulled off.
        frames_moved(rects, positions): Frames were dragged, with nodes: ``{id: (x, y, w, h)}`` and
            ``{id: (x, y)}``.
        frame_opened(id): The bar of a frame was double-clicked.
        dropped(key, position, wire): Something was dropped, on a wire or not (None).
        add_wanted(pixel, position, port, wire): Something is to be chosen and added there, behind
            or before a port or into a wire, if they are given.
        bend_wanted(position, wire): A wire was double-clicked.
        opened(id): A node was double-clicked, or Enter pressed.
        leave_wanted(): Escape was pressed with nothing to break off, or Page Up.
        menu_wanted(pixel, position): The context menu; what is below was selected first.
    """

    moved = Signal(object)
    spliced = Signal(str, QPointF, object)
    connected = Signal(object, object)
    relinked = Signal(object, object)
    delete_wanted = Signal(object, object, object, bool)
    frames_moved = Signal(object, object)
    frame_opened = Signal(str)
    dropped = Signal(str, QPointF, object)
    add_wanted = Signal(QPoint, QPointF, object, object)
    bend_wanted = Signal(QPointF, object)
    opened = Signal(str)
    leave_wanted = Signal()
    menu_wanted = Signal(QPoint, QPointF)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.judge: Judge = lambda source, target, taken: ""
        self.judge_links: LinksJudge = self._judge_one_by_one
        self.accepted_mime = "text/plain"
        self._gesture: Gesture | None = None
        self._button = Qt.MouseButton.NoButton
        self.keyboard = Keyboard(self)
        self._landing = Landing(self)
        self.setObjectName("canvas")
        self.setAccessibleName(_("Network canvas"))
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    # ------------------------------------------------------------------ mouse

    def click(self, name: str, modifiers: Modifiers) -> None:
        """A node was clicked without being dragged."""
        if modifiers & (Modifiers.ShiftModifier | Modifiers.ControlModifier):
            return
        self.select((name,))

    def click_port(self, name: str, modifiers: Modifiers) -> None:
        """A port of a node was clicked without a wire being drawn: the node is meant."""
        self._press_node(name, modifiers)
        self.click(name, modifiers)

    def _press_node(self, name: str, modifiers: Modifiers) -> None:
        if modifiers & (Modifiers.ShiftModifier | Modifiers.ControlModifier):
            chosen = dict(self._selection)
            if name in chosen:
                del chosen[name]
            else:
                chosen[name] = None
            self.select(chosen)
        elif name not in self._selection:
            self.select((name,))

    def verdicts(self, origin: PortRef, taken: WireKey | None) -> dict[PortRef, str]:
        """Why each port can't be connected with ``origin``; an empty text: it can."""
        found: dict[PortRef, str] = {}
        same_side = _("Wires run from an output on the right to an input on the left.")
        for item in self.graph.nodes.values():
            for ref, _place, _many in item.ports:
                if ref.output == origin.output:
                    found[ref] = same_side
                else:
                    ends = (origin, ref) if origin.output else (ref, origin)
                    found[ref] = self.judge(*ends, taken)
        return found

    def _judge_one_by_one(
        self, wires: Sequence[WireKey], origin: PortRef
    ) -> Callable[[PortRef], str]:
        """The port is refused for the first wire that can't be there."""

        def why_not(ref: PortRef) -> str:
            for wire in wires:
                held = other_end(wire, origin)
                ends = (ref, held) if ref.output else (held, ref)
                if reason := self.judge(*ends, wire):
                    return reason
            return ""

        return why_not

    @property
    def dragging(self) -> bool:
        """Whether the pointer is held down for something."""
        return self._gesture is not None

    @property
    def in_gesture(self) -> bool:
        """Whether something is being dragged."""
        return self._gesture is not None

    def end_gesture(self) -> None:
        """Break off what is being dragged."""
        gesture, self._gesture = self._gesture, None
        if gesture:
            gesture.cancel()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a gesture."""
        at = event.position().toPoint()
        if self._gesture:
            return
        self._button = event.button()
        if event.button() == Qt.MouseButton.MiddleButton or (
            self.keyboard.space and event.button() == Qt.MouseButton.LeftButton
        ):
            self._gesture = Pan(self, at)
        elif event.button() == Qt.MouseButton.LeftButton:
            self._gesture = self._begin(at, event.modifiers())
        event.accept()

    def node_under(self, pixel: QPoint) -> str:
        """Id of the node at a global position; empty where there is none."""
        item = self.graph.node_at(self.mapToScene(self.viewport().mapFromGlobal(pixel)))
        return item.spec.id if item else ""

    def _begin(self, at: QPoint, modifiers: Modifiers) -> Gesture:
        point = self.mapToScene(at)
        ref = self._port_at(point)
        if ref:
            return self._draw_from(at, ref, modifiers)
        item = self.graph.node_at(point)
        if item:
            self._press_node(item.spec.id, modifiers)
            if item.spec.id in self._selection:
                return Move(self, at, item.spec.id)
            return Gesture(self, at)
        key = self._wire_at(point)
        if key:
            extend = bool(modifiers & Modifiers.ShiftModifier)
            keep: tuple[WireKey, ...] = self.selected_wires if extend else ()
            self.select(self._selection if extend else (), (*keep, key))
            return Gesture(self, at)
        hit = self.graph.frame_at(point)
        if hit:
            name, part = hit
            self.select((), (), (name,))
            return MoveFrame(self, at, name) if part == "bar" else ResizeFrame(self, at, name)
        return Rubber(self, at)

    def _draw_from(self, at: QPoint, ref: PortRef, modifiers: Modifiers) -> Gesture:
        """Draw a new wire, or take the end of one that enters; with Ctrl take all of the port."""
        if modifiers & Modifiers.ControlModifier and self.graph.wires_at(ref):
            return MoveLinks(self, at, ref)
        taken = None if ref.output else self.graph.wire_into(ref)
        if taken:
            origin = PortRef(taken.source, taken.source_port, True)
            return DrawWire(self, at, origin, taken, ref.node)
        return DrawWire(self, at, ref)

    def _port_at(self, point: QPointF) -> PortRef | None:
        if self.zoom < NEAR:
            return None
        item = self.graph.node_at(point)
        if item is not None and item.spec.bend:
            return None  # the dot itself is for moving; wires begin beside it
        return self.graph.port_near(point, min(PORT_REACH / self.zoom, PORT_REACH * 1.2))

    def _wire_at(self, point: QPointF) -> WireKey | None:
        return self.graph.wire_near(point, WIRE_REACH / self.zoom)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow a gesture, or show what is below the pointer."""
        at = event.position().toPoint()
        if self._gesture:
            self._gesture.move(at, event.modifiers())
        else:
            self._hover(self.mapToScene(at))

    def _hover(self, point: QPointF) -> None:
        ref = self._port_at(point)
        self.heat(ref)
        item = self.graph.node_at(point)
        name = item.spec.id if item else None
        if name != self._hovered:
            for other in (self._hovered, name):
                found = self.graph.nodes.get(other) if other else None
                if found:
                    found.hovered = other == name
                    found.update()
            self._hovered = name
        key = None if ref or item else self._wire_at(point)
        if key != self._hover_wire:
            self._hover_wire = key
            self._emphasise()
        self.viewport().setCursor(self._cursor_at(point, on_port=ref is not None))

    def _cursor_at(self, point: QPointF, on_port: bool) -> Qt.CursorShape:
        if on_port:
            return Qt.CursorShape.CrossCursor
        if self.keyboard.space:
            return Qt.CursorShape.OpenHandCursor
        hit = None if self._hovered or self._hover_wire else self.graph.frame_at(point)
        if hit is None:
            return Qt.CursorShape.ArrowCursor
        move, size = Qt.CursorShape.SizeAllCursor, Qt.CursorShape.SizeFDiagCursor
        return move if hit[1] == "bar" else size

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a gesture."""
        gesture = self._gesture
        if gesture and event.button() == self._button:
            self._gesture = None
            gesture.release(event.position().toPoint(), event.modifiers())
            if isinstance(gesture, Pan):
                self.keyboard.panned = True
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open a node, bend a wire, or ask what to add on the ground."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        point = self.mapToScene(event.position().toPoint())
        item = self.graph.node_at(point)
        key = None if item else self._wire_at(point)
        frame = None if item or key else self.graph.frame_at(point)
        if item:
            self.opened.emit(item.spec.id)
        elif key:
            self.bend_wanted.emit(point, key)
        elif frame:
            self.frame_opened.emit(frame[0])
        else:
            self.add_wanted.emit(event.globalPosition().toPoint(), point, None, None)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Select what is below the pointer and ask for its menu."""
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            point = self.mapToScene(event.pos())
            item = self.graph.node_at(point)
            key = None if item else self._wire_at(point)
            if item and item.spec.id not in self._selection:
                self.select((item.spec.id,))
            elif not item and (key is None or key not in self._selected_wires):
                frame = None if key else self.graph.frame_at(point)
                self.select((), (key,) if key else (), (frame[0],) if frame else ())
            pixel = event.globalPos()
        else:
            names = self.selection
            place = self.graph.bounds(names).center() if names else self.middle()
            point, pixel = place, self.viewport().mapToGlobal(self.mapFromScene(place))
        self.menu_wanted.emit(pixel, point)
        event.accept()

    def viewportEvent(self, event: QEvent) -> bool:
        """Show tooltips; as plain text whatever a file says."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            item = self.graph.node_at(self.mapToScene(event.pos()))
            QToolTip.showText(event.globalPos(), _plain(_tip(item.spec)) if item else "", self)
            return True
        return super().viewportEvent(event)

    # ------------------------------------------------------------------ keys and drops

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Keep Tab for quick-add; Shift+Tab and Ctrl+Tab leave the canvas."""
        return False if forward else super().focusNextPrevChild(forward)

    def leave(self) -> None:
        """Give the focus to the next widget."""
        super().focusNextPrevChild(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Everything that the mouse does, by keys."""
        event.setAccepted(self.keyboard.press(event))

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Space let go without having panned asks what to add."""
        if not self.keyboard.release(event):
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Forget a Space whose release goes elsewhere."""
        self.keyboard.space = False
        super().focusOutEvent(event)

    def ask_add(self) -> None:
        """Ask what to add: into a chosen wire, after the last chosen node, or at the pointer."""
        at = self.pointer()
        wires = () if self._selection else self.selected_wires
        point = self.graph.wires[wires[0]].middle if wires else self.mapToScene(at)
        pixel = self.mapFromScene(point) if wires else at
        wire = wires[0] if wires else None
        self.add_wanted.emit(self.viewport().mapToGlobal(pixel), point, None, wire)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept what may be dropped here."""
        event.setAccepted(event.mimeData().hasFormat(self.accepted_mime))

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Show where it would go."""
        self._landing.hover(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Leave no trace."""
        self._landing.clear()

    def dropEvent(self, event: QDropEvent) -> None:
        """Say what was dropped where."""
        self._landing.drop(event)


def _tip(spec: NodeSpec) -> str:
    """What hovering over a node tells: first what is wrong with it."""
    problem = spec.badge.text if spec.badge else ""
    heading = f"{spec.title} – {spec.note}" if spec.note else spec.title
    return "\n\n".join(filter(None, (problem, heading, spec.tip)))


def _plain(text: str) -> str:
    """Text as a tooltip that is never read as HTML of its own."""
    return f"<div style='white-space:pre-wrap'>{html.escape(text)}</div>" if text else ""
