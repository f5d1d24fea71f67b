"""From *Export* to the dialog: which run is meant, and where its files go."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from engine.client import Engines
from projects.translation import gettext as _
from workbench.export_dialog import ExportDialog
from workbench.files import Files
from workbench.keeper import has_weights
from workbench.rundata import plain_title
from workbench.viewer import Viewer


class Exporting(QObject):
    """Opens the dialog for a run.

    Args:
        files: The open project, beside which files go.
        viewer: Knows the run that is shown.
        engines: The window's engines.
        window: The window.
    """

    def __init__(self, files: Files, viewer: Viewer, engines: Engines, window: QWidget) -> None:
        super().__init__(window)
        self._files = files
        self._viewer = viewer
        self._engines = engines
        self._window = window
        self._folder: Path | None = None

    def why_not(self) -> str:
        """Why the shown run cannot be handed over; empty when it can."""
        run = self._viewer.shown
        if run is None or not run.path:
            return _("Choose a run in the list of runs.")
        if not has_weights(Path(run.path)):
            return _("The run has no weights yet: they are written with its first checkpoint.")
        return ""

    def ask(self) -> None:
        """Open the dialog for the run that is shown."""
        if self._viewer.shown is not None:
            self.open(Path(self._viewer.shown.path))

    def open(self, run: Path) -> ExportDialog:
        """Open the dialog for a run.

        Args:
            run: The run folder.
        """
        document = self._files.document
        name = document.project.name if document is not None else run.name
        dialog = ExportDialog(
            self._engines,
            run,
            plain_title(run),
            re.sub(r"\W+", "_", name.lower()).strip("_") or "network",
            self._folder or self._files.place,
            self._window,
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(lambda _result: self._remember(dialog.folder))
        dialog.open()
        return dialog

    def _remember(self, folder: Path) -> None:
        self._folder = folder
