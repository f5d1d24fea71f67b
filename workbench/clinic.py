"""The doctor in the window: follows the run that is shown, and gives remedies to project and training."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.clinic.base import AILMENTS
from projects.errors import Problem
from projects.translation import gettext as _
from workbench.bedside import Bedside, bedside_of
from workbench.brancher import Brancher
from workbench.desk import Desk
from workbench.document import Document
from workbench.panels.doctor import DoctorPanel
from workbench.pharmacy import Pharmacy
from workbench.remedies import Remedy
from workbench.status import Status
from workbench.toasts import Toasts
from workbench.training import Training
from workbench.viewer import Viewer


class Clinic(QObject):
    """Puts doctor, remedies, panel and badge together.

    Args:
        desk: What checks.
        training: The training that may go on.
        viewer: The panels, and the run in them.
        brancher: Lets runs branch off.
        status: Where the badge is.
        toasts: Where messages appear.
        parent: Qt parent.

    Signals:
        panel_wanted(name): Show the doctor's panel.
    """

    panel_wanted = Signal(str)

    def __init__(
        self,
        desk: Desk,
        training: Training,
        viewer: Viewer,
        brancher: Brancher,
        status: Status,
        toasts: Toasts,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._training = training
        self._viewer = viewer
        self._brancher = brancher
        self._status = status
        self._toasts = toasts
        self._document: Document | None = None
        self._bedside: Bedside | None = None
        self._told: tuple[str, str] | None = None
        self._fate: tuple[str, Problem | None] | None = None
        self.pharmacy = Pharmacy(desk, self)
        self.pharmacy.changed.connect(self._again)
        self._panels = [panel for panel in viewer.panels if isinstance(panel, DoctorPanel)]
        for panel in self._panels:
            panel.pharmacy = self.pharmacy
            panel.edit_wanted.connect(self.edit)
            panel.cure_wanted.connect(self.branch)
            panel.now_wanted.connect(self.change)
        status.doctor_wanted.connect(lambda: self.panel_wanted.emit(DoctorPanel.name))

    def watch(self, document: Document | None) -> None:
        """Give remedies to another project, or to none."""
        if self._document is not None:
            self._document.changed.disconnect(self._again)
        self._document = document
        if document is not None:
            document.changed.connect(self._again)
        self.pharmacy.watch(document)

    def go(self) -> None:
        """Go a few of the rounds that are due; called by the window's one timer."""
        run = self._viewer.shown
        bedside, fate = bedside_of(run), (run.state, run.damage) if run is not None else None
        if bedside is not self._bedside or fate != self._fate:
            self._bedside, self._fate = bedside, fate
            self._tell()
        if self._bedside is not None and self._bedside.go():
            self._tell()

    # ------------------------------------------------------------------------------- remedies

    def edit(self, remedy: Remedy) -> bool:
        """Give a remedy to the open project, as one step of undo."""
        if self.pharmacy.apply(remedy):
            text = _("The next training has it; Undo takes it back.")
            self._toasts.show_info(_("Done: {title}").format(title=remedy.title), text, "ok")
            return True
        self._toasts.show_warning(_("The project has changed meanwhile"), _("Look again."))
        return False

    def branch(self, remedy: Remedy, step: int) -> None:
        """Give it to the project, and ask where a run with it is to branch off."""
        run = self._viewer.shown
        if run is not None and run.path and self.edit(remedy):
            self._brancher.ask(Path(run.path), step)

    def change(self, remedy: Remedy) -> None:
        """Give it to the training that goes on; the engine marks it on the curves."""
        run = self._training.data
        pace = remedy.pace(run.project) if run is not None and run.project is not None else None
        rates = run.progress.learning_rates if run is not None and run.progress is not None else {}
        if pace is None or not self._training.active or not rates:
            self._toasts.show_warning(_("No training goes on that could be changed"), "")
            return
        for network, rate in rates.items():
            if pace.network in ("", network):
                self._training.set_learning_rate(rate * pace.factor, network)

    # ------------------------------------------------------------------------------- telling

    def _again(self, *_args: object) -> None:
        """Other remedies are known, or others can be: let the panel ask anew."""
        for panel in self._panels:
            panel.invalidate()

    def _tell(self) -> None:
        """Show on the badge how the training is."""
        verdicts = self._bedside.verdicts() if self._bedside is not None else ()
        sick = [verdict for verdict in verdicts if verdict.state == "confirmed"]
        state, damage = self._fate or ("", None)
        if damage is not None:
            told = ("sick", _("This run is damaged"))
        elif sick:
            more = f" +{len(sick) - 1}" if len(sick) > 1 else ""
            told = ("sick", AILMENTS.get(sick[0].ailment).title + more)
        elif state == "failed":
            told = ("sick", _("Training failed"))
        elif self._bedside is None or not self._bedside.looks():
            told = ("", "")
        elif self._bedside.unread:
            told = ("sick", _("Measurements are damaged"))
        else:
            told = ("well", _("Training is healthy"))
        if told != self._told:
            self._told = told
            self._status.set_health(*told)
