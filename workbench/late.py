"""A place for a widget that is dear to make: it is made when it is looked at, or asked for, for the first time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from workbench.choices import Lasting, State

Made = TypeVar("Made", bound=QWidget)


class Late(QWidget, Generic[Made]):
    """The place.

    Args:
        make: Makes the widget as a child of the one that it is handed; called once at most.
        parent: Qt parent.

    Attributes:
        made: The widget, or None as long as nobody needed it.
    """

    def __init__(self, make: Callable[[QWidget], Made], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._make = make
        self.made: Made | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def get(self) -> Made:
        """Return the widget, which is made now where that was not done yet."""
        if self.made is None:
            self.made = self._make(self)
            self._column.addWidget(self.made)
            self.made.show()  # a layout would do so at the next turn of events
        return self.made

    def remembered(self) -> State:
        """Return what is chosen in it; nothing where it was never made."""
        made: object = self.made
        return made.remembered() if isinstance(made, Lasting) else {}

    def restore(self, state: State) -> None:
        """Choose it again, for which it is made where anything was chosen."""
        if not state:
            return
        made: object = self.get()
        if isinstance(made, Lasting):
            made.restore(state)

    def showEvent(self, event: QShowEvent) -> None:
        """Make it."""
        self.get()
        super().showEvent(event)
