"""Offers unsaved work that a window left behind."""

from __future__ import annotations

import time
from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from projects.translation import gettext as _
from widgets import icons, theme
from workbench.names import project_words
from workbench.recovery import Leftover


class RecoveryBar(QFrame):
    """A line over the page; one offer at a time, the newest first.

    Signals:
        restore_wanted(Leftover): Open it.
    """

    restore_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("recoveryBar")
        self.setAccessibleName(_("Unsaved work was found"))
        self._left: list[Leftover] = []
        self._mark = QLabel()
        self._text = QLabel()
        self._text.setObjectName("recoveryText")
        self._text.setWordWrap(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.PAD, theme.GAP, theme.PAD, theme.GAP)
        row.setSpacing(theme.PAD)
        row.addWidget(self._mark)
        row.addWidget(self._text, 1)
        for name, words, work in (
            ("recoveryRestore", _("Restore"), self._restore),
            ("recoveryDiscard", _("Discard"), self._discard),
            ("recoveryLater", _("Later"), self.hide),
        ):
            button = QPushButton(words)
            button.setObjectName(name)
            button.setAccessibleName(words)
            button.clicked.connect(work)
            row.addWidget(button)
        theme.notifier().changed.connect(self._recolor)
        self._recolor()
        self.hide()

    def offer(self, leftovers: Sequence[Leftover]) -> None:
        """Offer these, one after the other."""
        self._left = list(leftovers)
        self._next()

    def _next(self) -> None:
        self.setVisible(bool(self._left))
        if self._left:
            first = self._left[0]
            when = time.strftime("%Y-%m-%d %H:%M", time.localtime(first.time))
            where = first.path.name if first.path else _("never saved")
            words = _("Unsaved changes to “{name}” ({where}) from {when} were found.")
            self._text.setText(words.format(name=project_words(first.name), where=where, when=when))

    def _restore(self) -> None:
        leftover = self._left.pop(0)
        self._next()
        self.restore_wanted.emit(leftover)

    def _discard(self) -> None:
        self._left.pop(0).remove()
        self._next()

    def _recolor(self) -> None:
        self._mark.setPixmap(icons.icon("info", "accent").pixmap(20, 20))
