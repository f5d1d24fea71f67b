"""A veil over a window that another one takes the place of: nobody can work below it, and it says what is waited for."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget
from shiboken6 import isValid

from widgets import theme

DIM = 0.72
DEEDS = frozenset(
    {
        QEvent.Type.Close,
        QEvent.Type.ContextMenu,
        QEvent.Type.DragEnter,
        QEvent.Type.Drop,
        QEvent.Type.KeyPress,
        QEvent.Type.KeyRelease,
        QEvent.Type.MouseButtonDblClick,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseButtonRelease,
        QEvent.Type.ShortcutOverride,
        QEvent.Type.TouchBegin,
        QEvent.Type.Wheel,
    }
)
"""What a person does to a window, as the system tells it."""


class Veil(QWidget):
    """Lies over all of a window, from now until :meth:`lift`; what was begun below goes on and can be seen.

    Args:
        window: The window; it has been shown.
        title: What is waited for.
        text: More about it.
        picture: What is painted instead of words, to go on with what another veil showed.
    """

    def __init__(
        self, window: QWidget, title: str, text: str, picture: QPixmap | None = None
    ) -> None:
        super().__init__(window)
        self.setObjectName("veil")
        self.setAccessibleName(f"{title} {text}")
        self.setCursor(Qt.CursorShape.WaitCursor)
        self._window = window
        self._picture = picture
        if picture is None:
            _center(self, _card(title, text))
        window.installEventFilter(self)
        # All: shortcuts of the window are heard in docks that float, too.
        self._shut = [top for top in QGuiApplication.topLevelWindows() if top.isVisible()]
        for top in self._shut:
            top.installEventFilter(self)
        self.setGeometry(window.rect())
        self.show()
        self.raise_()

    def lift(self) -> None:
        """Let a person work below it again."""
        for top in self._shut:
            if isValid(top):
                top.removeEventFilter(self)
        self.hide()
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Be as large as the window, and let nothing be done to it."""
        if watched in self._shut and event.type() in DEEDS:
            # One that is not accepted goes on as a shortcut.
            event.setAccepted(event.type() == QEvent.Type.ShortcutOverride)
            return True
        if watched is self._window and event.type() == QEvent.Type.Resize:
            self.setGeometry(self._window.rect())
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Dim what lies below."""
        painter = QPainter(self)
        if self._picture is not None:
            painter.drawPixmap(0, 0, self._picture)
        else:
            painter.fillRect(event.rect(), theme.current().color("window", DIM))


def _center(veil: QWidget, card: QWidget) -> None:
    column = QVBoxLayout(veil)
    column.addWidget(card, 0, Qt.AlignmentFlag.AlignCenter)


def _card(title: str, text: str) -> QFrame:
    card = QFrame()
    card.setProperty("role", "toast")
    column = QVBoxLayout(card)
    column.setContentsMargins(*(3 * theme.PAD, 2 * theme.PAD) * 2)
    column.setSpacing(theme.GAP)
    for words, name in ((title, "emptyTitle"), (text, "emptyText")):
        label = QLabel(words)
        label.setObjectName(name)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(label)
    return card
