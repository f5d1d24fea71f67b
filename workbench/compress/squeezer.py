"""Gives the tabs of an open project the tab *Compress*, and does in the window what is asked there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from engine.client import Engines
from engine.runs.reader import Reader
from engine.runs.summary import Summary
from projects.errors import UserError
from projects.translation import gettext as _
from projects.translation import phrase
from widgets.timers import single_shot
from workbench.compress.tab import CompressTab
from workbench.document import Document
from workbench.late import Late
from workbench.project_view import ProjectView
from workbench.rundata import RunData, run_title


class Squeezer(QObject):
    """Hears the window.

    Args:
        engines: The window's engines.
        parent: Qt parent.

    Signals:
        undo_changed: There is something else to undo or to redo here.
        train_wanted: There is no run to make smaller yet.
        train_on_wanted(path): Train a run on, as it is.
        show_wanted(path): Show a run.
        export_wanted(path): Hand a run over to other programs.
        listed_anew: There is another run.
        scanned(path, Scan, show): What the layers of a run can lose; to be shown on the canvas at once, or not.
        said(title, text, good): Something was done, or could not be.
    """

    undo_changed = Signal()
    train_wanted = Signal()
    train_on_wanted = Signal(object)
    show_wanted = Signal(object)
    export_wanted = Signal(object)
    listed_anew = Signal()
    scanned = Signal(object, object, bool)
    said = Signal(str, str, bool)

    def __init__(self, engines: Engines, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engines = engines
        self._view: ProjectView | None = None
        self._document: Document | None = None
        self._place: Late[CompressTab] | None = None
        self._run: RunData | None = None
        self._runs: Sequence[tuple[Path, Summary]] = ()
        self._later = single_shot(self, 0, self.undo_changed)

    @property
    def tab(self) -> CompressTab | None:
        """The tab, or None while no project is open and as long as nobody looked at it."""
        return self._place.made if self._place is not None else None

    def watch(self, document: Document | None, view: ProjectView | None) -> None:
        """Give the tabs of an open project one more, or forget them."""
        if self.tab is not None:
            self.tab.close_engines()
        self._view, self._document, self._place = view, document, None
        self._run, self._runs = None, ()
        if document is None or view is None:
            return
        self._place = Late(self._make)
        view.add_tab(self._place, "compress", _("Compress"))

    def why_not_moved(self) -> str:
        """Why another window can't go on with the tab now; empty when it can."""
        return self.tab.why_not_moved() if self.tab is not None else ""

    def _make(self, parent: QWidget) -> CompressTab:
        tab = CompressTab(self._engines, parent)
        # Not the stack's own signal: it is sent from its end, too, when nobody may be called any more.
        tab.side.steps.changed.connect(self._later.start)
        tab.train_wanted.connect(self.train_wanted)
        tab.kept.connect(self.listed_anew)
        tab.said.connect(self.said)
        tab.board.open_wanted.connect(self.open_network)
        tab.board.train_wanted.connect(self.train_on_wanted)
        tab.board.shrink_wanted.connect(self.show_wanted)
        tab.board.export_wanted.connect(self.export_wanted)
        tab.scan.scanned.connect(lambda path, scan: self.scanned.emit(path, scan, False))
        tab.scan.canvas_wanted.connect(self._show_on_canvas)
        tab.set_runs(self._runs)
        tab.show_run(self._run)
        return tab

    def show_run(self, run: RunData | None) -> None:
        """Make another run smaller."""
        self._run = run
        if self.tab is not None:
            self.tab.show_run(run)

    def set_runs(self, runs: Sequence[tuple[Path, Summary]]) -> None:
        """These runs are listed now."""
        self._runs = runs
        if self.tab is not None:
            self.tab.set_runs(runs)

    def refresh(self) -> None:
        """Look again where the run has ended; called by the window's timer."""
        if self.tab is not None:
            self.tab.refresh()

    def show(self) -> None:
        """Bring the tab to the front."""
        if self._view is not None and self._place is not None:
            self._view.setCurrentWidget(self._place)

    @property
    def _shown(self) -> Path | None:
        return Path(self._run.path) if self._run is not None and self._run.path else None

    def open_network(self, path: Path) -> None:
        """Put the layers of a run on the canvas, as one step of undo, and show the run."""
        document, view = self._document, self._view
        if document is None or view is None:
            return
        try:
            drawn = Reader(path).project()
        except UserError as error:
            self.said.emit(_("This network cannot be opened"), str(error), False)
            return
        project = document.project
        if drawn.objective.type != project.objective.type:
            words = _("The open project trains for something else than this run did.")
            self.said.emit(_("This network cannot be opened"), words, False)
            return
        after = msgspec.structs.replace(project, networks=drawn.networks, blocks=drawn.blocks)
        name = run_title(path)
        if after == project:
            words = _("Only its weights are others. Continue training begins with them.")
            self.said.emit(
                _("The canvas has the design of {run} already").format(run=name), words, True
            )
        else:
            document.apply(phrase("Open the network of {run}").format(run=name), after)
        view.setCurrentIndex(0)
        view.begin()
        if path != self._shown:
            self.show_wanted.emit(path)

    def _show_on_canvas(self) -> None:
        if self.tab is None or self._view is None or self._shown is None:
            return
        scan = self.tab.scan.scan_of(self._shown)
        if scan is not None:
            self._view.setCurrentIndex(0)
            self.scanned.emit(self._shown, scan, True)
