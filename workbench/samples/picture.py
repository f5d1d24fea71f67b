"""One picture of samples by itself, of whatever kind it is."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from projects.translation import gettext as _
from widgets import theme
from workbench.rundata import ODD, Frame
from workbench.samples.stack import ViewStack


class Picture(QWidget):
    """Shows a picture with the view of its kind, or says that there is none that could be shown.

    Args:
        empty: What is said while there is no picture.
        parent: Qt parent.
    """

    def __init__(self, empty: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: Frame | None = None
        self._none = QLabel(empty or _("no samples"))
        self._none.setObjectName("emptyText")
        self._none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._none.setWordWrap(True)
        self._stack = ViewStack()
        self._stack.again.connect(self._paint)
        self._stack.addWidget(self._none)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        theme.notifier().changed.connect(self._retheme)

    @property
    def frame(self) -> Frame | None:
        """The picture that is shown."""
        return self._frame

    def set_frame(self, frame: Frame | None) -> None:
        """Show a picture, or none."""
        if frame is self._frame and frame is not None:
            return
        self._frame = frame
        self._paint()

    def _paint(self) -> None:
        view = self._stack.view_of(self._frame) if self._frame is not None else None
        if view is None or self._frame is None:
            self._stack.setCurrentWidget(self._none)
            return
        try:
            view.paint(self._frame, False)
        except ODD:
            self._stack.setCurrentWidget(self._none)
        else:
            self._stack.setCurrentWidget(view.widget)

    def _retheme(self) -> None:
        self._stack.retheme()
        self._paint()
