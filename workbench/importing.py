"""From choosing a file of another program to its design or its weights in the window.

The desk engine reads the file, so a hostile one can't harm the window, and a large one does not hold it up.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from engine.client import Died
from engine.protocol import Failed, Imported
from projects.translation import gettext as _
from projects.translation import ngettext
from workbench.desk import Desk
from workbench.document import Document
from workbench.files import Files
from workbench.problem_words import capital
from workbench.runs import Runs
from workbench.status import Status
from workbench.toasts import Toast, Toasts
from workbench.viewer import Viewer

WEIGHTS = ".safetensors"
MOST_NOTES = 4
AGAIN_MS = 100


class Importing(QObject):
    """Imports designs and weights, one file at a time.

    Args:
        files: Holds the open project.
        desk: Reads the file.
        runs: The runs of the project.
        viewer: Shows the run that holds the weights.
        toasts: Where messages appear.
        status: Says that the engine is at work.
        window: The window, for the dialog.

    Attributes:
        sound: Answers whether the open project can work, and says so where it can't.

    Signals:
        changed(): An import begins or is over.
    """

    changed = Signal()

    def __init__(
        self,
        files: Files,
        desk: Desk,
        runs: Runs,
        viewer: Viewer,
        toasts: Toasts,
        status: Status,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._files = files
        self._desk = desk
        self._runs = runs
        self._viewer = viewer
        self._toasts = toasts
        self._status = status
        self._file = Path()
        self._onto: Document | None = None
        self._broken_off = False
        self._answer: Imported | None = None
        self._sign: Toast | None = None
        self.sound: Callable[[], bool] = lambda: True
        # Queued: a question may come of it, and meanwhile the desk goes on to be heard.
        desk.imported.connect(self._imported, Qt.ConnectionType.QueuedConnection)
        desk.import_failed.connect(self._failed, Qt.ConnectionType.QueuedConnection)

    # ---------------------------------------------------------------------------------- orders

    def why_not(self) -> str:
        """Why no file can be imported now; empty when one can."""
        busy = self._desk.importing or self._answer is not None
        return _("A file is being imported.") if busy else ""

    def ask(self) -> None:
        """Let the person choose a file and import it."""
        kinds = (
            _("Models and weights (*.onnx *.safetensors)"),
            _("ONNX models (*.onnx)"),
            _("Weights (*.safetensors)"),
            _("All files (*)"),
        )
        start = self._file.parent if self._file.name else self._files.place
        name, _kind = QFileDialog.getOpenFileName(
            self._window, _("Import"), str(start), ";;".join(kinds)
        )
        if name:
            self.begin(Path(name))

    def begin(self, path: Path) -> None:
        """Import a file: weights for the open project, anything else as a project of its own."""
        if self.why_not():
            self._toasts.show_warning(self.why_not(), _("Wait until it is done, or break it off."))
            return
        path = path.absolute()
        self._onto = self._files.document if path.suffix.lower() == WEIGHTS else None
        if path.suffix.lower() == WEIGHTS and not self._may_take_weights():
            return
        self._file, self._broken_off = path, False
        if not self._desk.import_file(path, self._onto):
            self._tell_failure(_("The engine is not running."), _("Try again in a moment."))
            return
        self._show_work()

    def _may_take_weights(self) -> bool:
        if self._onto is None:
            self._toasts.show_warning(
                _("A file of weights holds no design"),
                _("Open the project whose layers they are for, then import them."),
            )
            return False
        return self.sound()

    def _break_off(self) -> None:
        self._broken_off = True
        self._desk.break_off()

    # ---------------------------------------------------------------------------------- answers

    def _imported(self, event: Imported) -> None:
        self._answer = event
        self._take()

    def _take(self) -> None:
        """Take the answer once no dialog is open: it may be about the project that would be closed under it."""
        if QApplication.activeModalWidget() is not None:
            QTimer.singleShot(AGAIN_MS, self, self._take)
            return
        event, self._answer = self._answer, None
        assert event is not None
        self._hide_work()
        if self._broken_off:
            _throw_away(event.run)
        elif self._onto is None:
            self._open(event)
        elif self._onto is self._files.document:
            self._show_run(event)
            self._toasts.show_report(
                _("The weights of “{name}” are a run of this project").format(name=self._file.name),
                _paragraphs(*event.notes[:MOST_NOTES], _how_to_go_on()),
                details=_rest(event),
            )
        else:
            self._toasts.show_report(
                _("The weights of “{name}” were imported").format(name=self._file.name),
                _("The project that they are for is closed; they are a run of it: {run}").format(
                    run=event.run
                ),
            )

    def _open(self, event: Imported) -> None:
        """Open what was drawn; where the person keeps the present project instead, nothing stays."""
        if not self._files.new_from(event.project, unsaved=True):
            _throw_away(event.run)
            return
        self._show_run(event)
        count = sum(len(network.nodes) for network in event.project.networks.values())
        drawn = ngettext(
            "{count} layer was drawn from “{name}”",
            "{count} layers were drawn from “{name}”",
            count,
        )
        data = _("The data are random numbers of the right shape: choose your own in Data.")
        sound = event.run and not event.unknown
        self._toasts.show_report(
            drawn.format(count=count, name=self._file.name),
            _paragraphs(*event.notes[:MOST_NOTES], data, _how_to_go_on() if sound else ""),
            "warning" if event.unknown else "ok",
            _rest(event),
        )

    def _show_run(self, event: Imported) -> None:
        """List the run that holds the weights, and show it unless a training is being watched."""
        if not event.run:
            return
        run, document = Path(event.run), self._files.document
        if document is not None and (document.path is None or run.parent != self._runs.folder):
            self._runs.adopt([run])
        else:
            self._runs.refresh()
        if self._viewer.shown is None or not self._viewer.shown.active:
            self._viewer.show_path(run)

    def _failed(self, event: Failed | Died) -> None:
        self._hide_work()
        if self._broken_off:
            return
        if isinstance(event, Died):
            text = _("The engine ended while it read the file: {reason}").format(reason=event.text)
            self._tell_failure(text, _("Nothing was changed."), event.trace)
            return
        problem = event.problems[0]
        self._tell_failure(problem.message, problem.hint, event.trace)

    def _tell_failure(self, message: str, hint: str, details: str = "") -> None:
        title = _("“{name}” could not be imported").format(name=self._file.name)
        text = f"{capital(message)} {hint}".strip()
        self._toasts.show_error(title, text, details)

    # ---------------------------------------------------------------------------------- at work

    def _show_work(self) -> None:
        words = _("Reading “{name}” …").format(name=self._file.name)
        self._status.set_work(words)
        self._sign = self._toasts.show_work(words, (_("Break off"), self._break_off))
        self._sign.dismissed.connect(self._forget_sign)
        self.changed.emit()

    def _hide_work(self) -> None:
        self._status.set_work("")
        if self._sign is not None:
            self._sign.dismiss()
        self.changed.emit()

    def _forget_sign(self, _toast: Toast) -> None:
        self._sign = None


def _how_to_go_on() -> str:
    return _("Continue training (Shift+F8) begins with these weights.")


def _paragraphs(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


def _rest(event: Imported) -> str:
    """Everything that is to be known, for copying, where it does not fit into a message."""
    long = len(event.notes) > MOST_NOTES or len(event.unknown) > 0
    return "\n".join((*event.notes, *event.unknown)) if long else ""


def _throw_away(run: str) -> None:
    """Remove the run of an import that nobody wants: it was made for it a moment ago."""
    if run:
        shutil.rmtree(run, ignore_errors=True)
