"""Runs of TensorBoard into the list of runs, and curves of runs into event files."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from engine.events.exchange import Taken, hand_out, take_in
from projects.errors import FileError, Problem, RunError, UserError
from projects.translation import gettext as _
from projects.translation import ngettext
from workbench.aside import aside
from workbench.runs import Runs
from workbench.toasts import Toasts
from workbench.viewer import Viewer

T = TypeVar("T")
MOST_TOLD = 3


class EventFiles(QObject):
    """Asks for folders, and has a thread read or write.

    Args:
        runs: The runs of the open project.
        viewer: Shows what was read, and what is to be written.
        toasts: Where messages appear.
        window: The window, for dialogs.
    """

    def __init__(self, runs: Runs, viewer: Viewer, toasts: Toasts, window: QWidget) -> None:
        super().__init__(window)
        self._runs = runs
        self._viewer = viewer
        self._toasts = toasts
        self._window = window
        self._busy = False

    def why_not_out(self) -> str:
        """Why no run can be written now; empty when one can."""
        run = self._viewer.shown
        if run is None or not run.path:
            return _("Choose a run in the list of runs.")
        return self.why_not_in()

    def why_not_in(self) -> str:
        """Why no runs can be read now; empty when they can."""
        return _("Event files are being read or written.") if self._busy else ""

    def ask_in(self) -> None:
        """Let a person choose a log folder, and make runs of it."""
        title = _("Choose a log folder of TensorBoard")
        name = QFileDialog.getExistingDirectory(self._window, title, str(Path.home()))
        if name:
            self.take_in(Path(name))

    def take_in(self, place: Path) -> None:
        """Make runs of the open project of the event files below a folder."""
        folder = self._runs.folder
        self._busy = True
        aside(self, lambda: _tried(lambda: take_in(place, folder)), partial(self._taken, folder))

    def ask_out(self) -> None:
        """Let a person choose a folder, and write the curves of the shown run into it."""
        run = self._viewer.shown
        if run is None:
            return
        title = _("Choose a folder for the event file")
        name = QFileDialog.getExistingDirectory(self._window, title, str(Path.home()))
        if name:
            self.hand_out(Path(run.path), Path(name) / Path(run.path).name)

    def hand_out(self, run: Path, folder: Path) -> None:
        """Write the curves of a run into a folder."""
        self._busy = True
        aside(self, lambda: _tried(lambda: hand_out(run, folder)), self._handed_out)

    def _taken(self, folder: Path, found: Taken | Problem) -> None:
        self._busy = False
        if isinstance(found, Problem):
            self._toasts.show_error(_("No runs could be read"), str(found))
            return
        count = len(found.runs)
        title = ngettext("{count} run of TensorBoard", "{count} runs of TensorBoard", count)
        text = _("They hold curves alone: they can be compared, but not resumed.")
        if found.refused:
            told = "\n".join(found.refused[:MOST_TOLD])
            self._toasts.show_warning(title.format(count=count), f"{text}\n{told}")
        else:
            self._toasts.show_info(title.format(count=count), text, "ok")
        if self._runs.lists(folder):  # else another project was opened meanwhile
            self._runs.refresh()
            self._viewer.show_path(found.runs[0])

    def _handed_out(self, found: Path | Problem) -> None:
        self._busy = False
        if isinstance(found, Problem):
            self._toasts.show_error(_("The curves could not be written"), str(found))
        else:
            words = _("tensorboard --logdir “{folder}” shows it").format(folder=found.parent)
            self._toasts.show_info(_("Event file written"), words, "ok")


def _tried(work: Callable[[], T]) -> T | Problem:
    """What comes of some work, or why nothing does."""
    try:
        return work()
    except UserError as error:
        return error.problem
    except OSError as error:
        return FileError(error.strerror or str(error), where=error.filename or "").problem
    except sqlite3.Error as error:
        return RunError(_("the run could not be written: {reason}.").format(reason=error)).problem
