"""The design as a dashboard: what is measured, kept and mended stands at its layers.

What engines say about the layers of the open project passes here on its way to the canvas, the
inspector, the list of problems and the status bar.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject

from engine.compression.sensitivity import Scan
from engine.protocol import Preflighted
from engine.runs.reader import Reader
from engine.runs.times import TIMES, unpack
from projects.errors import UserError
from projects.translation import gettext as _
from workbench.desk import Desk
from workbench.document import Document
from workbench.gauges import HEALTH, LOSE, TIME
from workbench.inspector import Inspector
from workbench.keeper import Keeper
from workbench.looks import Newest
from workbench.measures import Losses, Timing
from workbench.mender import Mender
from workbench.mending import Candidate
from workbench.place_words import place_words
from workbench.problems import ProblemList
from workbench.project_view import ProjectView
from workbench.rundata import Frame, RunData
from workbench.settings import Settings
from workbench.status import Status
from workbench.toasts import Toasts

CANVAS_RATE = 5.0


class Dashboard(QObject):
    """Brings what is known about layers to where they are shown.

    Args:
        desk: What checks and compares.
        settings: Where choices are remembered.
        status: The status bar.
        toasts: Where messages appear.
        parent: Qt parent.

    Attributes:
        mender: Finds fixes of problems.
        keeper: Knows which weights of the shown run would be kept.
        problems: The list of problems.
    """

    def __init__(
        self,
        desk: Desk,
        settings: Settings,
        status: Status,
        toasts: Toasts,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._status = status
        self._toasts = toasts
        self._view: ProjectView | None = None
        self._inspector: Inspector | None = None
        self._newest = Newest()
        self._seen: Frame | None = None
        self._timed: Frame | None = None
        self._ran: Timing | None = None
        self._flown: Timing | None = None
        self.mender = Mender(desk, self)
        self.keeper = Keeper(desk, self)
        self.problems = ProblemList(self.mender.fixes, self._place_words)
        self.problems.mend_wanted.connect(self.mend)
        self.mender.changed.connect(self._show_fixes)
        self.keeper.changed.connect(self._show_carried)

    def watch(
        self,
        document: Document | None,
        view: ProjectView | None = None,
        inspector: Inspector | None = None,
    ) -> None:
        """Show what is known about another project in these views, or about none."""
        self._view, self._inspector = view, inspector
        self._seen = self._timed = self._ran = self._flown = None
        self.mender.watch(document)
        if view is None or inspector is None:
            return
        self.apply_habits()
        view.set_measure(self._settings.measure)
        view.measure_chosen.connect(self._remember_measure)
        view.mend_wanted.connect(self.mend)
        inspector.mend_wanted.connect(self.mend)

    def _place_words(self, where: str) -> str:
        document = self.mender.document
        return where if document is None else place_words(document.project, where)

    def apply_habits(self) -> None:
        """Let the canvases look and behave as the person has chosen."""
        if self._view is not None:
            self._view.set_habits(self._settings.minimap, self._settings.wheel_zooms)

    def mend(self, candidate: Candidate) -> None:
        """Mend a problem, as one step of undo."""
        if not self.mender.apply(candidate):
            self._toasts.show_warning(_("The project has changed meanwhile"), _("Look again."))

    # ------------------------------------------------------------------------------ measures

    def streams(self) -> dict[str, float]:
        """What the canvas wants to see of a training, and how often; times of layers come once."""
        view = self._view
        seen = view is not None and view.measure == HEALTH and view.currentIndex() == 0
        return {TIMES: CANVAS_RATE, **({HEALTH: CANVAS_RATE} if seen else {})}

    def show_health(self, run: RunData | None) -> None:
        """Show on the layers what was measured last in a run; each measurement once."""
        frame, timed = self._newest.frame(run), _newest(run, TIMES)
        if self._view is not None and frame is not self._seen:
            self._seen = frame
            self._view.set_frame(frame)
        if self._view is not None and timed is not self._timed:
            self._timed, self._ran = timed, None
            if timed is not None and run is not None and run.project is not None:
                self._ran = Timing(unpack(timed.arrays, timed.info), run.project)
            self._show_times(self._ran, self._flown)

    def show_flight(self, document: Document, flight: Preflighted) -> None:
        """Show on the layers of a project, if it is still open, how long they work."""
        if self._view is not None and self.mender.document is document:
            times = {name: found.layers for name, found in flight.networks.items()}
            self._flown = Timing(times, document.project)
            self._show_times(self._flown, self._ran)
            self._view.set_measure(TIME)

    def show_scan(self, run: Path, scan: Scan, at_once: bool) -> None:
        """Show on the layers what each can lose.

        Args:
            run: The run that was scanned.
            scan: What was found.
            at_once: Whether that is what layers are to show from now on.
        """
        if self._view is None:
            return
        try:
            project = Reader(run).project()
        except UserError:
            return
        shares: dict[str, dict[str, float]] = {}
        for found in scan.layers:
            network, _slash, layer = found.layer.partition("/")
            shares.setdefault(network, {})[layer] = found.most
        self._view.set_losses(Losses(shares, project, scan.kind))
        if at_once:
            self._view.set_measure(LOSE)

    def _show_times(self, *timings: Timing | None) -> None:
        """Show the first of these that is about the networks as they are drawn."""
        if self._view is not None:
            self._view.set_times([timing for timing in timings if timing is not None])

    def _remember_measure(self, what: str) -> None:
        self._settings.measure = what

    def _show_carried(self) -> None:
        if self._view is not None and self._inspector is not None:
            self._view.set_carried(self.keeper.states)
            self._inspector.set_carried(self.keeper.states)
        self._status.set_carried(self.keeper.words())

    def _show_fixes(self) -> None:
        self.problems.show_fixes()
        if self._inspector is not None:
            self._inspector.show_fixes()


def _newest(run: RunData | None, stream: str) -> Frame | None:
    frames = run.frames.get(stream) if run is not None else None
    return frames.last if frames is not None else None
