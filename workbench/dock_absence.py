"""Docks that are off the window for a while: what is of no use to a project, and what makes room for another tab."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QDockWidget

from workbench.arranging import DRAWING
from workbench.dock_shares import in_place


class Absence(QObject):
    """Hides docks and brings them back as they were.

    Args:
        docks: All docks by name; some may be added later.
        parent: Qt parent.

    Attributes:
        away: Names of those that are about other kinds of projects.
    """

    def __init__(self, docks: Mapping[str, QDockWidget], parent: QObject) -> None:
        super().__init__(parent)
        self._docks = docks
        self.away: frozenset[str] = frozenset()
        self._gone: list[str] = []
        self._aside: list[str] = []
        self._fronts: list[str] = []

    def leave(self) -> None:
        """Hide those that are about other kinds of projects, wherever they are now."""
        self._gone = [name for name in sorted(self.away) if not self._docks[name].isHidden()]
        for name in self._gone:
            self._docks[name].hide()

    def come_back(self) -> None:
        """Show those again that were hidden so."""
        gone, self._gone = self._gone, []
        for name in gone:
            self._docks[name].show()

    def stay_away(self) -> None:
        """Those that were hidden so are not shown again: there is no project."""
        self._gone = []

    @property
    def makes_room(self) -> bool:
        """Whether what only helps with drawing is hidden for another tab."""
        return bool(self._aside)

    def make_room(self, wanted: bool) -> None:
        """Hide what only helps with drawing while another tab needs the room, or bring it back."""
        if wanted and not self._aside:
            self._aside = [n for n in DRAWING if not self._docks[n].isHidden()]
            self._fronts = [name for name in in_place(self._docks) if name in DRAWING]
            for name in self._aside:
                self._docks[name].hide()
        elif self._aside and not wanted:
            aside, self._aside = self._aside, []
            for name in aside:
                self._docks[name].show()
            QTimer.singleShot(0, self, self._raise_fronts)  # tabs take their places first

    def need_no_room(self) -> None:
        """The docks are arranged anew, those that made room too."""
        self._aside = []

    def _raise_fronts(self) -> None:
        """Bring those that were in front before they made room there again."""
        for name in self._fronts:
            self._docks[name].raise_()

    @contextmanager
    def all_there(self) -> Iterator[None]:
        """Have every dock in its place for a moment, to see how they are arranged."""
        aside, fronts = self.makes_room, self._fronts
        self.make_room(False)
        self.come_back()
        yield
        self.leave()
        if aside:
            self.make_room(True)
            self._fronts = fronts  # what is back for a moment has no place to be asked for
