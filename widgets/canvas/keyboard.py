"""What keys do on the canvas: everything that the mouse does."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from widgets.canvas.specs import WireKey
from widgets.canvas.traverse import step
from widgets.graph_metrics import GRID

if TYPE_CHECKING:
    from widgets.canvas.canvas import Canvas

Keys = Qt.Key
Modifiers = Qt.KeyboardModifier
ARROWS = {Keys.Key_Left: "left", Keys.Key_Right: "right", Keys.Key_Up: "up", Keys.Key_Down: "down"}
NUDGE = {"left": (-GRID, 0), "right": (GRID, 0), "up": (0, -GRID), "down": (0, GRID)}


class Keyboard:
    """Understands keys for one canvas.

    Args:
        canvas: The canvas.

    Attributes:
        space: Whether Space is held down.
        panned: Whether it has been used to pan since.
    """

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self.space = False
        self.panned = False
        self._plain: dict[Keys, Callable[[], None]] = {
            Keys.Key_Delete: lambda: self._delete(False),
            Keys.Key_Backspace: lambda: self._delete(False),
            Keys.Key_Tab: canvas.ask_add,
            Keys.Key_Home: canvas.fit,
            Keys.Key_F: canvas.fit_selection,
            Keys.Key_Escape: self._escape,
            Keys.Key_Return: self._open,
            Keys.Key_Enter: self._open,
            Keys.Key_Plus: lambda: canvas.zoom_by(1.25),
            Keys.Key_Minus: lambda: canvas.zoom_by(0.8),
            Keys.Key_C: self._join_selected,
            Keys.Key_PageUp: canvas.leave_wanted.emit,
        }
        self._with_shift: dict[Keys, Callable[[], None]] = {
            **self._plain,
            Keys.Key_Delete: lambda: self._delete(True),
            Keys.Key_Backspace: lambda: self._delete(True),
        }
        self._with_control: dict[Keys, Callable[[], None]] = {
            Keys.Key_A: canvas.select_all,
            Keys.Key_0: lambda: canvas.zoom_to(1.0),
            Keys.Key_Plus: lambda: canvas.zoom_by(1.25),
            Keys.Key_Equal: lambda: canvas.zoom_by(1.25),
            Keys.Key_Minus: lambda: canvas.zoom_by(0.8),
            Keys.Key_Tab: canvas.leave,
        }

    def press(self, event: QKeyEvent) -> bool:
        """Do what a key means; False if it means nothing here."""
        key, modifiers = Keys(event.key()), event.modifiers()
        if key == Keys.Key_Space:
            if not event.isAutoRepeat():
                self.space, self.panned = True, False
            return True
        if key in ARROWS:
            self._arrow(ARROWS[key], modifiers)
            return True
        action = self._table(modifiers).get(key)
        if action:
            action()
        return action is not None

    def release(self, event: QKeyEvent) -> bool:
        """Space let go without having panned asks what to add."""
        if event.key() != Keys.Key_Space or event.isAutoRepeat() or not self.space:
            return False
        self.space = False
        self._canvas.viewport().unsetCursor()
        if not self.panned and not self._canvas.dragging:
            self._canvas.ask_add()
        return True

    def _table(self, modifiers: Modifiers) -> dict[Keys, Callable[[], None]]:
        if modifiers & Modifiers.ControlModifier:
            return self._with_control
        if modifiers & Modifiers.AltModifier:
            return {}
        return self._with_shift if modifiers & Modifiers.ShiftModifier else self._plain

    def _delete(self, keep_gap: bool) -> None:
        canvas = self._canvas
        chosen = (canvas.selection, canvas.selected_wires, canvas.selected_frames)
        if any(chosen):
            canvas.delete_wanted.emit(*chosen, keep_gap)

    def _escape(self) -> None:
        canvas = self._canvas
        if canvas.dragging:
            canvas.end_gesture()
        elif canvas.selection or canvas.selected_wires or canvas.selected_frames:
            canvas.select(())
        else:
            canvas.leave_wanted.emit()

    def _open(self) -> None:
        if self._canvas.selection:
            self._canvas.opened.emit(self._canvas.selection[-1])

    def _join_selected(self) -> None:
        """Connect the chosen nodes one to the next, in the order in which they were chosen."""
        canvas = self._canvas
        for left, right in itertools.pairwise(canvas.selection):
            outputs = [ref for ref, _p, _m in canvas.graph.nodes[left].ports if ref.output]
            for source in outputs[:1]:
                verdicts = canvas.verdicts(source, None)
                fits = [r for r, why in verdicts.items() if r.node == right and not why]
                for target in fits[:1]:
                    key = WireKey(left, source.port, right, target.port)
                    canvas.connected.emit(key, None)

    def _arrow(self, direction: str, modifiers: Modifiers) -> None:
        """Go to a neighbour; with Ctrl move what is chosen, with Shift choose it as well."""
        canvas = self._canvas
        places = {name: (i.pos().x(), i.pos().y()) for name, i in canvas.graph.nodes.items()}
        if modifiers & Modifiers.ControlModifier:
            dx, dy = NUDGE[direction]
            moved = {n: (places[n][0] + dx, places[n][1] + dy) for n in canvas.selection}
            if moved:
                canvas.moved.emit(moved)
            return
        here = canvas.selection[-1] if canvas.selection else None
        found = step(places, canvas.graph.wires, here, direction)
        if found:
            keep = [n for n in canvas.selection if n != found]
            canvas.select((*(keep if modifiers & Modifiers.ShiftModifier else ()), found))
            canvas.reveal((found,))
