"""One way for everything that can be undone: the value before, the value after, and the keys that go from one to the other."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtGui import QKeyEvent, QKeySequence, QUndoCommand, QUndoStack

from projects.translation import again

UNDO = QKeySequence.StandardKey.Undo
REDO = ("Ctrl+Shift+Z", "Ctrl+Y")
Value = TypeVar("Value")
Meant = TypeVar("Meant")


def meaning(event: QKeyEvent, undo: Meant, redo: Meant) -> Meant | None:
    """Return which of two a key means; None where it means neither."""
    if event.matches(UNDO):
        return undo
    keys = QKeySequence(event.keyCombination())
    return redo if any(keys == QKeySequence(one) for one in REDO) else None


class Step(QUndoCommand):
    """Something that was done.

    Args:
        text: What the person did (``Add Linear``); a phrase can be said in another language later.
    """

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.words = text

    def speak_again(self) -> None:
        """Call it as it is called in the language of the moment."""
        self.words = again(self.words)
        self.setText(self.words)


def speak_again(stack: QUndoStack) -> None:
    """Have all steps of a stack be called as they are called in the language of the moment."""
    for place in range(stack.count()):
        step = stack.command(place)
        if isinstance(step, Step):
            step.speak_again()


class Change(Step, Generic[Value]):
    """Goes from one value to another; both may share whatever did not change.

    Args:
        text: What the person did (``Add Linear``).
        before: The value before.
        after: The value after.
        show: Puts a value in force.
        merge: Changes in a row with the same non-empty key become one undo step (dragging, typing into one field).
    """

    def __init__(
        self,
        text: str,
        before: Value,
        after: Value,
        show: Callable[[Value], object],
        merge: str = "",
    ) -> None:
        super().__init__(text)
        self._before = before
        self._after = after
        self._show = show
        self._merge = merge

    @property
    def told(self) -> tuple[str, Value, Value, str]:
        """What the person did, the value before and after, and the merge key: with them it is made again elsewhere."""
        return self.words, self._before, self._after, self._merge

    def id(self) -> int:
        """Changes of one merge key are one undo step."""
        return zlib.crc32(self._merge.encode()) & 0x7FFFFFFF if self._merge else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Swallow a later change of the same key."""
        if not isinstance(other, Change) or other._merge != self._merge:
            return False
        self._after = other._after
        self.setObsolete(bool(self._after == self._before))
        return True

    def redo(self) -> None:
        """Show the value after."""
        self._show(self._after)

    def undo(self) -> None:
        """Show the value before."""
        self._show(self._before)
