"""A dialog that measures something on a copy and shows what came of it; closing it cancels it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engine.client import Engines
from projects.errors import Problem
from projects.translation import gettext as _
from widgets import theme
from widgets.progress import Progress
from widgets.topics import TOPIC
from workbench.preflight import Flight


class FlightDialog(QDialog):
    """Words, how far it is, and below the results the buttons.

    Who makes one adds what shows the results to :attr:`results`, connects ``flight.landed`` and begins.

    Args:
        name: What the object names begin with.
        engines: The window's engines.
        during: What is done meanwhile, in a few words.
        parent: The window.

    Attributes:
        flight: What measures.
        words: What is said.
        results: Room for the results.
        buttons: The row of buttons; *Cancel* or *Close* is there.
    """

    def __init__(
        self, name: str, engines: Engines, during: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty(TOPIC, "article/training")
        self._during = during
        self.words = spoken(f"{name}Words", _("{during} …").format(during=during))
        self._bar = Progress(f"{name}Bar", _("Progress"))
        self.results = QVBoxLayout()
        self._close = QPushButton()
        self._close.setObjectName(f"{name}Close")
        self._close.clicked.connect(self.reject)
        self._call_close(_("Cancel"))
        self.buttons = QHBoxLayout()
        self.buttons.addStretch(1)
        self.buttons.addWidget(self._close)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(theme.PAD)
        column.addWidget(self.words)
        column.addWidget(self._bar)
        column.addLayout(self.results, 1)
        column.addLayout(self.buttons)
        self.flight = Flight(engines, self)
        self.flight.stage.connect(self._show_stage)
        self.flight.failed.connect(self._show_failure)

    def done(self, result: int) -> None:
        """Whoever closes it cancels it."""
        self.flight.cancel()
        super().done(result)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Whoever closes it cancels it."""
        self.flight.cancel()
        super().closeEvent(event)

    def ended(self, words: str) -> None:
        """Say what came of it; there is nothing to wait for any more."""
        self._bar.hide()
        self._call_close(_("Close"))
        self.words.setText(words)

    def _show_stage(self, text: str, share: float) -> None:
        self.words.setText(_("{during}: {what} …").format(during=self._during, what=text))
        self._bar.show_share(share)

    def _show_failure(self, problem: Problem) -> None:
        self.ended(f"{problem.message} {problem.hint}".strip())

    def _call_close(self, text: str) -> None:
        self._close.setText(text)
        self._close.setAccessibleName(text)


def spoken(name: str, text: str) -> QLabel:
    """Return plain words that wrap and can be copied.

    Args:
        name: Object name.
        text: The words.
    """
    label = QLabel(text)
    label.setObjectName(name)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
