"""The one line that floats over the canvas while a title is typed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from projects.translation import gettext as _

MOST_LETTERS = 200


class TitleEditor(QLineEdit):
    """Takes a title; Enter and leaving it keep what was typed, Escape does not.

    Args:
        parent: The viewport over which it floats.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("titleEditor")
        self.setAccessibleName(_("Title"))
        self.setMaxLength(MOST_LETTERS)
        self._done: Callable[[str], None] | None = None
        self.hide()

    def ask(self, title: str, place: QRect, done: Callable[[str], None]) -> None:
        """Show a title to be changed.

        Args:
            title: What it is now.
            place: Where, in pixels of the viewport.
            done: Called with what it shall be; not called when it is left as it was.
        """
        self.finish(keep=False)
        self._done = done
        self.setText(title)
        self.setModified(False)
        self.setGeometry(place)
        self.show()
        self.selectAll()
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter keeps, Escape does not."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.finish(keep=True)
        elif event.key() == Qt.Key.Key_Escape:
            self.finish(keep=False)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Whoever goes elsewhere has finished."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.finish(keep=True)

    def finish(self, keep: bool) -> None:
        """End the typing, if it goes on: keep the title that was typed, or not."""
        done, self._done = self._done, None
        if done is None:
            return
        text, changed, focused = self.text(), self.isModified(), self.hasFocus()
        self.hide()
        parent = self.parentWidget()
        if parent is not None and focused:  # not where the person has gone elsewhere already
            parent.setFocus()
        if keep and changed:
            done(text)
