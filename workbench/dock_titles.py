"""What the tabs of docks say: their whole titles where there is room for all of them, else shorter ones."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabBar

SPACE = 30  # pixels around the words of a tab; see :mod:`workbench.styles`


@dataclass(frozen=True)
class Titled:
    """A dock and what its tab may say."""

    dock: QDockWidget
    title: str
    short: str


class DockTitles(QObject):
    """Shortens the titles of docks that share a place which is too narrow for them.

    Args:
        window: The window.
    """

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._titled: dict[str, Titled] = {}
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self.fit)

    def add(self, name: str, dock: QDockWidget, short: str) -> None:
        """Know another dock, which has its whole title; ``short`` is empty where there is no shorter one."""
        self._titled[name] = Titled(dock, dock.windowTitle(), short or dock.windowTitle())

    def whole(self, name: str) -> str:
        """The whole title of a dock."""
        return self._titled[name].title

    def fit_later(self) -> None:
        """Fit them when what happens now is over."""
        self._later.start()

    def fit(self) -> None:
        """Give every dock the title that there is room for."""
        for one in self._titled.values():
            others = self._window.tabifiedDockWidgets(one.dock)
            said = one.short if others and self._is_narrow([one.dock, *others]) else one.title
            if one.dock.windowTitle() != said:
                one.dock.setWindowTitle(said)
        self._tell()

    def _is_narrow(self, docks: list[QDockWidget]) -> bool:
        """Whether the whole titles of docks in one place need more room than it has."""
        titles = [one.title for one in self._titled.values() if one.dock in docks]
        words = self._window.fontMetrics()
        seen = [dock.width() for dock in docks if not dock.visibleRegion().isEmpty()]
        needed = sum(words.horizontalAdvance(title) + SPACE for title in titles)
        return bool(seen) and needed > max(seen)

    def _tell(self) -> None:
        """Say the whole title of a tab to whoever points at it."""
        whole = {one.short: one.title for one in self._titled.values()}
        direct = Qt.FindChildOption.FindDirectChildrenOnly
        for bar in self._window.findChildren(QTabBar, options=direct):
            for place in range(bar.count()):
                text = bar.tabText(place)
                bar.setTabToolTip(place, whole.get(text, text))
