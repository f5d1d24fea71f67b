"""A button that downloads a set of OpenML, in a process of its own; nothing else in the window does."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QProcess, QProcessEnvironment, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from engine.client.process import environment
from projects.translation import gettext as _

COMMAND = (sys.executable, "-m", "main", "download")
LAST_WORDS_MS = 1000


class DownloadRow(QWidget):
    """Downloads a set when it is pressed, and says how far it is.

    Args:
        command: What is run, the set's name to be added.
        parent: Qt parent.

    Signals:
        downloaded(): The set is here now.
    """

    downloaded = Signal()

    def __init__(self, command: Sequence[str] = COMMAND, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("downloadRow")
        self._command = list(command)
        self._name = ""
        self._process: QProcess | None = None
        self._button = QPushButton(_("Download"))
        self._button.setObjectName("download")
        self._button.setAccessibleName(_("Download the set from openml.org"))
        self._button.clicked.connect(self._pressed)
        self._words = QLabel()
        self._words.setObjectName("downloadWords")
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setWordWrap(True)
        self._words.setProperty("role", "hint")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._button)
        row.addWidget(self._words, 1)
        app = QCoreApplication.instance()
        if app is not None:
            app.aboutToQuit.connect(self.stop)

    @property
    def words(self) -> str:
        """What is said of the download."""
        return self._words.text()

    def set_name(self, name: str) -> None:
        """Say which set is meant; another one while a download goes on changes nothing of that."""
        if name != self._name and self._process is None:
            self._words.clear()
        self._name = name
        self._show_state()

    def stop(self) -> None:
        """End a download that goes on."""
        process, self._process = self._process, None
        if process is not None:
            process.blockSignals(True)
            process.kill()
            process.waitForFinished(LAST_WORDS_MS)
            process.deleteLater()
        self._show_state()

    # ------------------------------------------------------------------------------------ inside

    def _pressed(self) -> None:
        if self._process is not None:
            self.stop()
            self._words.setText(_("The download was stopped."))
            return
        process = QProcess(self)
        values = QProcessEnvironment()
        for name, value in environment().items():
            values.insert(name, value)
        process.setProcessEnvironment(values)
        process.readyReadStandardError.connect(self._heard)
        process.finished.connect(self._finished)
        process.errorOccurred.connect(self._not_started)
        self._process = process
        self._words.setText(_("Asking openml.org …"))
        self._show_state()
        program, *arguments = self._command
        process.start(program, [*arguments, f"openml:{self._name}"])

    def _heard(self) -> None:
        if self._process is None:
            return
        said = bytes(self._process.readAllStandardError().data()).decode("utf-8", "replace")
        lines = [line.strip() for line in said.splitlines() if line.strip()]
        if lines:
            self._words.setText(lines[-1])

    def _finished(self, code: int, _status: QProcess.ExitStatus) -> None:
        self._heard()
        process, self._process = self._process, None
        if process is not None:
            process.deleteLater()
        self._show_state()
        if code == 0:
            self._words.setText(_("Downloaded."))
            self.downloaded.emit()

    def _not_started(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart and self._process is not None:
            self._words.setText(self._process.errorString())
            self._process.deleteLater()
            self._process = None
            self._show_state()

    def _show_state(self) -> None:
        goes_on = self._process is not None
        self._button.setText(_("Stop") if goes_on else _("Download"))
        self._button.setEnabled(goes_on or bool(self._name))
