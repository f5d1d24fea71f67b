"""Gives the tabs of an open project the tab *Inside*, and tells it of runs, layers and files."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtWidgets import QWidget

from engine.client import Engines
from engine.inside.base import WEIGHTS
from projects.translation import gettext as _
from workbench import scope
from workbench.document import Document
from workbench.inside.tab import LIVE_RATE, InsideTab
from workbench.late import Late
from workbench.project_view import ProjectView
from workbench.rundata import RunData


class Looker(QObject):
    """Hears the window.

    Args:
        engines: The window's engines.
        parent: Qt parent.

    Signals:
        train_wanted: There is no run to look into yet.
        said(title, text, good): Something was saved, or could not be.
    """

    train_wanted = Signal()
    said = Signal(str, str, bool)

    def __init__(self, engines: Engines, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engines = engines
        self._view: ProjectView | None = None
        self._place: Late[InsideTab] | None = None
        self._run: RunData | None = None
        self._layer = ""  # the one that was chosen last; a tab is told of it when it is made

    @property
    def tab(self) -> InsideTab | None:
        """The tab, or None while no project is open and as long as nobody looked at it."""
        return self._place.made if self._place is not None else None

    def watch(self, document: Document | None, view: ProjectView | None) -> None:
        """Give the tabs of an open project one more, or forget them."""
        if self.tab is not None:
            self.tab.artist.close()
        self._view, self._place, self._run, self._layer = view, None, None, ""
        if document is None or view is None:
            return
        self._place = Late(self._make)
        view.add_tab(self._place, "inside", _("Inside"))

    def _make(self, parent: QWidget) -> InsideTab:
        tab = InsideTab(self._engines, parent)
        tab.train_wanted.connect(self.train_wanted)
        tab.said.connect(self.said)
        tab.show_run(self._run)
        tab.choose_layer(self._layer)
        return tab

    def show_run(self, run: RunData | None) -> None:
        """Look into another run."""
        self._run = run
        if self.tab is not None:
            self.tab.show_run(run)

    def refresh(self) -> None:
        """Look again where the run has newer weights; called by the window's timer."""
        if self.tab is not None:
            self.tab.refresh()

    def streams(self, trained: RunData | None) -> dict[str, float]:
        """What is wanted of a training while its run is looked into: its weights, so many times a second."""
        seen = self.tab is not None and self.tab.live and self._run is trained
        return {WEIGHTS: LIVE_RATE} if seen else {}

    def choose(self, place: str, ids: tuple[str, ...]) -> None:
        """A layer was chosen on a canvas: look at that one."""
        if len(ids) != 1:
            return
        network = scope.network_of(place)
        self.choose_layer(f"{network}/{scope.head_of(place)}{ids[0]}")

    @property
    def layer(self) -> str:
        """The layer that somebody chose, ``network/node``; empty where nobody did."""
        return self.tab.layer if self.tab is not None else self._layer

    def choose_layer(self, layer: str) -> None:
        """Look at a layer."""
        self._layer = layer
        if self.tab is not None:
            self.tab.choose_layer(self._layer)

    def show(self) -> None:
        """Bring the tab to the front."""
        if self._view is not None and self._place is not None:
            self._view.setCurrentWidget(self._place)

    def takes(self, data: QMimeData) -> bool:
        """Whether what is dragged over the window is a file that could be looked at."""
        return self._place is not None and file_of(data) is not None

    def take(self, data: QMimeData) -> None:
        """Look at the file that was dropped."""
        path = file_of(data)
        if self._place is not None and path is not None:
            self.show()
            self._place.get().look_at(path)


def file_of(data: QMimeData) -> Path | None:
    """Return the one local file of what is dragged; None for anything else."""
    urls = data.urls()
    if len(urls) != 1 or not urls[0].isLocalFile():
        return None
    path = Path(urls[0].toLocalFile())
    return path if path.is_file() else None
