"""The views of the kinds of pictures that came so far, one of which is to be seen."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from workbench.rundata import Frame
from workbench.samples import views
from workbench.samples.base import View


class ViewStack(QStackedWidget):
    """Makes the view of a kind of pictures when the first of them comes.

    Args:
        parent: Qt parent.

    Signals:
        again(): Another part of the picture was chosen: it is to be painted anew.
    """

    again = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown_by: dict[type[View], View] = {}

    def view_of(self, frame: Frame) -> View | None:
        """Return what shows a picture; None for a kind of a newer version."""
        entry = views().get(str(frame.info.get("kind", "")))
        if entry is None:
            return None
        if entry not in self._shown_by:
            self._shown_by[entry] = view = entry()
            view.again = self.again.emit
            self.addWidget(view.widget)
        return self._shown_by[entry]

    def retheme(self) -> None:
        """Let every view take the colours of the theme in force."""
        for view in self._shown_by.values():
            view.retheme()
