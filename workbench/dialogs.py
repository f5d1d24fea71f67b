"""The dialogs that commands open."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QMessageBox

from projects.translation import gettext as _
from projects.translation import phrase
from workbench.finder import find_entries
from workbench.latent_lab import LatentLab, draws
from workbench.live_dialog import LiveDialog
from workbench.preflight_dialog import PreflightDialog
from workbench.properties import Properties
from workbench.rate_dialog import RateDialog, with_rate
from workbench.shortcuts_help import ShortcutsHelp

if TYPE_CHECKING:
    from workbench.window import MainWindow


class Dialogs(QObject):
    """Opens dialogs over a window; each says in its docstring what it is for.

    Args:
        window: The window.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window

    def find_layer(self) -> None:
        """Find a layer by name and go to it."""
        self._window.palette_popup.ask(find_entries(self._window, layers_only=True))

    def palette(self) -> None:
        """Find any command, layer or run."""
        self._window.registry.refresh()
        self._window.palette_popup.ask(find_entries(self._window))

    def shortcuts(self) -> None:
        """Show the list of keys."""
        window = self._window
        dialog = ShortcutsHelp(window.registry.commands(), window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()

    def properties(self) -> None:
        """Edit the project's name and description."""
        window = self._window
        if window.files.document is not None:
            dialog = Properties(window.files.document, window)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.open()

    def preflight(self) -> None:
        """Measure one real batch of the open project, unless it has problems."""
        window = self._window
        document, checked = window.files.document, window.desk.latest
        if document is None or checked is None or not window.flow.sound():
            return
        dialog = PreflightDialog(document.project, document.folder, checked, window.engines, window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.landed.connect(lambda flight: window.dashboard.show_flight(document, flight))
        dialog.open()

    def rate_range(self) -> None:
        """Find a learning rate for the open project, unless it has problems."""
        window = self._window
        document = window.files.document
        if document is None or window.desk.latest is None or not window.flow.sound():
            return
        dialog = RateDialog(document.project, document.folder, window.engines, window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.chosen.connect(
            lambda rate: document.apply(
                phrase("Use learning rate {rate:g}").format(rate=rate),
                with_rate(document.project, rate),
            )
        )
        dialog.open()

    def live(self) -> None:
        """Change values of the training that goes on."""
        window = self._window
        run = window.training.data
        if not window.training.active or run is None or run.project is None:
            return
        dialog = LiveDialog(run, window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.wanted.connect(window.training.set_value)
        window.training.ended.connect(dialog.close)
        dialog.show()

    def about(self) -> None:
        """Say what this is."""
        text = _("Draw a neural network, press Train, and watch it learn.")
        QMessageBox.about(self._window, _("About Ganvas"), f"Ganvas\n\n{text}")

    def latents(self) -> None:
        """Open the latent lab on the run that is shown."""
        window = self._window
        run = window.viewer.shown
        if run is None or self.why_no_latents():
            return
        lab = LatentLab(Path(run.path), run.label, window.engines, window)
        lab.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        lab.show()

    def why_no_latents(self) -> str:
        """Why the latent lab can't be opened; empty when it can."""
        run = self._window.viewer.shown
        if run is None or run.project is None or not draws(run.project):
            return _("Choose a run of a GAN or of a variational autoencoder.")
        return ""
