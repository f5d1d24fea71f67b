"""Buttons that mend a problem, one a fix."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from widgets import icons, theme
from widgets.plain import plain_tip
from workbench.mending import Candidate

ICON = QSize(16, 16)
AROUND = 44  # pixels of a button beside its words


class MendButton(QPushButton):
    """A button as wide as its place; words that do not fit are shortened, the tooltip has them all.

    Args:
        candidate: What it does.
        parent: Qt parent.
    """

    def __init__(self, candidate: Candidate, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = candidate.title
        self.setObjectName("mend")
        self.setAccessibleName(candidate.title)
        self.setToolTip(plain_tip(candidate.title))
        self.setIcon(icons.icon("mend", "accent"))
        self.setIconSize(ICON)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._shorten()

    def event(self, event: QEvent) -> bool:
        """Fit the words into another width."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.FontChange, QEvent.Type.Polish):
            self._shorten()
        return super().event(event)

    def minimumSizeHint(self) -> QSize:
        """A few letters."""
        return QSize(80, super().minimumSizeHint().height())

    def _shorten(self) -> None:
        room = max(40, self.width() - AROUND)
        short = self.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, room)
        text = short.replace("&", "&&")
        if text != self.text():
            self.setText(text)


class MendButtons(QWidget):
    """The fixes of one problem or of several, below each other.

    Signals:
        chosen(candidate): Do this one.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("mendButtons")
        self._shown: tuple[Candidate, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.GAP // 2)
        self.hide()

    def show_fixes(self, candidates: Sequence[Candidate]) -> None:
        """Show these; none hides the place."""
        if tuple(candidates) == self._shown:
            return
        self._shown = tuple(candidates)
        while self._column.count():
            item = self._column.takeAt(0)
            old = item.widget() if item is not None else None
            if old is not None:
                old.hide()
                old.deleteLater()
        for candidate in self._shown:
            button = MendButton(candidate, self)
            button.clicked.connect(lambda _on=False, c=candidate: self.chosen.emit(c))
            self._column.addWidget(button)
        self.setVisible(bool(self._shown))
