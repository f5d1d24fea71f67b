"""Messages that do not stand in the way: plain words, the fix, details on demand."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from projects.translation import gettext as _
from widgets import icons, theme
from widgets.plain import plain_tip

WIDTH = 420
LEAST_HEIGHT = 160  # pixels of the middle of the window that messages can stand over
LEAST_WIDTH = 200  # pixels: narrower, words could not be read
EDGE, STATUS = 8, 24  # pixels at the left and at the lower edge of the window
SHORT_MS = 6_000
MOST = 4


class Toast(QFrame):
    """One message.

    Args:
        parent: The window over which it floats.
        tone: ``info``, ``ok``, ``warning`` or ``error``.
        title: What happened.
        text: More, and what to do.
        details: A report to copy; empty for none.
        action: Words and work of a button, or None.
        lasting: Only who shows it, or its button, takes it away.

    Signals:
        dismissed(toast): It goes.
    """

    dismissed = Signal(object)

    def __init__(
        self,
        parent: QWidget,
        tone: str,
        title: str,
        text: str = "",
        details: str = "",
        action: tuple[str, Callable[[], None]] | None = None,
        lasting: bool = False,
    ) -> None:
        super().__init__(parent)
        self.lasting = lasting
        self.setObjectName("toast")
        self.setProperty("role", "toast")
        self.setAccessibleName(f"{title} {text}")
        self.key = (tone, title, text)
        self._count = 1
        self._passes = tone != "error" and not lasting
        self._title = QLabel(title)
        self._plain_title = title
        self._details = details
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.PAD, theme.PAD, theme.GAP, theme.PAD)
        row.setSpacing(theme.GAP)
        row.addWidget(_mark(tone), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(self._words(text, action), 1)
        if not lasting:
            row.addWidget(self._close_button(), 0, Qt.AlignmentFlag.AlignTop)

    def dismiss(self) -> None:
        """Go away."""
        self.hide()
        self.dismissed.emit(self)
        self.deleteLater()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click takes it away; not what went wrong, whose report may be wanted yet."""
        super().mouseReleaseEvent(event)
        if self._passes and self.rect().contains(event.position().toPoint()):
            self.dismiss()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The same where words are clicked; who marks some of them wants to copy them."""
        clicked = self._passes and event.type() == QEvent.Type.MouseButtonRelease
        if clicked and isinstance(watched, QLabel) and not watched.hasSelectedText():
            self.dismiss()
        return super().eventFilter(watched, event)

    def again(self) -> None:
        """The same thing happened once more."""
        self._count += 1
        self._title.setText(f"{self._plain_title} (×{self._count})")

    def _words(self, text: str, action: tuple[str, Callable[[], None]] | None) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(4)
        font = self._title.font()
        font.setWeight(font.Weight.DemiBold)
        self._title.setFont(font)
        for label in (self._title, QLabel(text)):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label.installEventFilter(self)
            if label.text():
                column.addWidget(label)
        buttons = QHBoxLayout()
        if action is not None:
            words, work = action
            button = QPushButton(words)
            button.setObjectName("toastAction")
            button.setAccessibleName(words)
            button.clicked.connect(work)
            button.clicked.connect(self.dismiss)
            buttons.addWidget(button)
        if self._details:
            copy = QPushButton(_("Copy report"))
            copy.setObjectName("toastCopy")
            copy.setAccessibleName(_("Copy report"))
            copy.setToolTip(plain_tip(self._details[-2000:]))
            copy.clicked.connect(self._copy)
            buttons.addWidget(copy)
        if buttons.count():
            buttons.addStretch(1)
            column.addLayout(buttons)
        column.addStretch(1)
        return column

    def _close_button(self) -> QToolButton:
        button = QToolButton()
        button.setObjectName("toastClose")
        button.setAccessibleName(_("Dismiss"))
        button.setIcon(icons.icon("close", "muted"))
        button.clicked.connect(self.dismiss)
        return button

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(f"{self._plain_title}\n\n{self._details}")


def _mark(tone: str) -> QLabel:
    label = QLabel()
    color = {"error": "bad", "warning": "warning", "ok": "good"}.get(tone, "accent")
    label.setPixmap(icons.icon(tone, color).pixmap(20, 20))
    return label


class Toasts(QObject):
    """Stacks messages over the lower edge of what is in the middle of a window; equal ones are counted.

    Panels with figures and time lines stand at the sides and below: they are not covered.

    Args:
        window: Over which window.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._middle: QWidget | None = None
        self._list: QWidget | None = None
        self._toasts: list[Toast] = []
        window.installEventFilter(self)

    def stand_over(self, middle: QWidget) -> None:
        """Say what is in the middle of the window."""
        self._middle = middle
        middle.installEventFilter(self)

    def stand_else_over(self, part: QWidget) -> None:
        """Say over which part of the window messages stand where the middle is too small, no wider than it is."""
        self._list = part
        part.installEventFilter(self)

    def show_error(
        self,
        title: str,
        text: str = "",
        details: str = "",
        action: tuple[str, Callable[[], None]] | None = None,
    ) -> Toast:
        """Show something that went wrong; it stays until it is dismissed or taken away."""
        return self._show(Toast(self._window, "error", title, text, details, action), 0)

    def show_warning(
        self, title: str, text: str = "", action: tuple[str, Callable[[], None]] | None = None
    ) -> None:
        """Show something to look at; it stays until it is dismissed."""
        self._show(Toast(self._window, "warning", title, text, action=action), 0)

    def show_info(
        self,
        title: str,
        text: str = "",
        tone: str = "info",
        action: tuple[str, Callable[[], None]] | None = None,
    ) -> None:
        """Show good news for some seconds; longer where something can be done about it."""
        lifetime = SHORT_MS if action is None else 2 * SHORT_MS
        self._show(Toast(self._window, tone, title, text, action=action), lifetime)

    def show_report(self, title: str, text: str, tone: str = "ok", details: str = "") -> None:
        """Show what was done, at some length; it stays until it is dismissed."""
        self._show(Toast(self._window, tone, title, text, details), 0)

    def show_work(self, title: str, action: tuple[str, Callable[[], None]]) -> Toast:
        """Show what is being done, and what breaks it off; who shows it takes it away."""
        toast = Toast(self._window, "info", title, action=action, lasting=True)
        self._show(toast, 0)
        return toast

    def take_away(self, toast: Toast | None) -> None:
        """Take a message away that no longer holds, if it is still there."""
        if toast in self._toasts:
            toast.dismiss()

    def clear(self) -> None:
        """Take away what was said about the past: something else begins. What is being done stays."""
        for toast in self._passing():
            toast.dismiss()

    def refresh(self) -> None:
        """Stand above everything else in the window; called by its slow timer."""
        if self._toasts:
            self._place()

    def texts(self) -> list[str]:
        """What is shown now, oldest first."""
        return [" ".join(part for part in toast.key[1:] if part) for toast in self._toasts]

    def _show(self, toast: Toast, lifetime: int) -> Toast:
        same = next((other for other in self._toasts if other.key == toast.key), None)
        if same is not None:
            toast.setParent(None)
            toast.deleteLater()
            same.again()
            return same
        self._toasts.append(toast)
        toast.dismissed.connect(self._forget)
        if lifetime:
            QTimer.singleShot(lifetime, toast, toast.dismiss)
        for old in self._passing()[:-MOST]:
            old.dismiss()
        toast.show()
        toast.raise_()
        self._place()
        return toast

    def _passing(self) -> list[Toast]:
        return [toast for toast in self._toasts if not toast.lasting]

    def _forget(self, gone: Toast) -> None:
        self._toasts = [toast for toast in self._toasts if toast is not gone]
        self._place()

    def _place(self) -> None:
        room = self._room()
        bottom = room.bottom() - 2 * theme.GAP
        for toast in reversed(self._toasts):
            width = min(WIDTH, max(room.width(), toast.minimumSizeHint().width()))
            toast.setFixedWidth(width)
            toast.resize(width, toast.heightForWidth(width))
            toast.raise_()  # docks that were shown since lie above it
            bottom -= toast.height()
            left = room.center().x() - toast.width() // 2
            toast.move(max(room.left(), left), bottom)
            bottom -= theme.GAP

    def _room(self) -> QRect:
        """Where messages may stand: the middle, or where that is too small the list of runs, else the lower left."""
        room = self._place_of(self._middle)
        if room.width() >= WIDTH and room.height() >= LEAST_HEIGHT:
            return room
        room = self._place_of(self._list).adjusted(EDGE, 0, -EDGE, 0)
        if room.width() >= LEAST_WIDTH and room.height() >= LEAST_HEIGHT:
            return room
        corner = self._window.rect().adjusted(EDGE, 0, 0, -STATUS)
        corner.setWidth(WIDTH)
        return corner

    def _place_of(self, part: QWidget | None) -> QRect:
        """Where a part is in the window; nowhere for one that can't be seen, or is in a window of its own."""
        seen = part is not None and not part.visibleRegion().isEmpty()
        if part is None or not seen or part.window() is not self._window.window():
            return QRect()
        return QRect(part.mapTo(self._window, QPoint()), part.size())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay there when the window or its parts change their size."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move) and self._toasts:
            self._place()
        return False
