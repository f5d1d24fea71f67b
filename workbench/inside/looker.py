"""Gives the tabs of an open project the tab *Inside*, and tells it of runs, layers and files."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Signal

from engine.client import Engines
from projects.translation import gettext as _
from workbench import scope
from workbench.document import Document
from workbench.inside.tab import InsideTab
from workbench.project_view import ProjectView
from workbench.rundata import RunData


class Looker(QObject):
    """Hears the window.

    Args:
        engines: The window's engines.
        parent: Qt parent.

    Attributes:
        tab: The tab, or None while no project is open.

    Signals:
        train_wanted: There is no run to look into yet.
    """

    train_wanted = Signal()

    def __init__(self, engines: Engines, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engines = engines
        self._view: ProjectView | None = None
        self.tab: InsideTab | None = None

    def watch(self, document: Document | None, view: ProjectView | None) -> None:
        """Give the tabs of an open project one more, or forget them."""
        if self.tab is not None:
            self.tab.artist.close()
        self._view, self.tab = view, None
        if document is None or view is None:
            return
        self.tab = InsideTab(self._engines)
        self.tab.train_wanted.connect(self.train_wanted)
        view.add_tab(self.tab, "inside", _("Inside"))

    def show_run(self, run: RunData | None) -> None:
        """Look into another run."""
        if self.tab is not None:
            self.tab.show_run(run)

    def refresh(self) -> None:
        """Look again where the run has a newer checkpoint; called by the window's timer."""
        if self.tab is not None:
            self.tab.refresh()

    def choose(self, place: str, ids: tuple[str, ...]) -> None:
        """A layer was chosen on a canvas: look at that one."""
        if self.tab is not None and len(ids) == 1:
            network = scope.network_of(place)
            self.tab.choose_layer(f"{network}/{scope.head_of(place)}{ids[0]}")

    def show(self) -> None:
        """Bring the tab to the front."""
        if self._view is not None and self.tab is not None:
            self._view.setCurrentWidget(self.tab)

    def takes(self, data: QMimeData) -> bool:
        """Whether what is dragged over the window is a file that could be looked at."""
        return self.tab is not None and file_of(data) is not None

    def take(self, data: QMimeData) -> None:
        """Look at the file that was dropped."""
        path = file_of(data)
        if self.tab is not None and path is not None:
            self.show()
            self.tab.look_at(path)


def file_of(data: QMimeData) -> Path | None:
    """Return the one local file of what is dragged; None for anything else."""
    urls = data.urls()
    if len(urls) != 1 or not urls[0].isLocalFile():
        return None
    path = Path(urls[0].toLocalFile())
    return path if path.is_file() else None
