"""What the tabs of a project say: as much as there is room for, so that every tab can be reached at once."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QTabWidget, QWidget

from widgets import icons, theme
from widgets.plain import plain_tip
from widgets.restyling import restyle

LITTLE = 112  # pixels: what stands beside tabs that have no room else


class Fullness(IntEnum):
    """How much tabs say, from most to least."""

    WHOLE = 0  # icons and words
    WORDS = 1
    FRONT = 2  # icons close together, and words at the tab in front
    CROWDED = 3  # the same, with little room for what stands beside
    ICONS = 4


ROOM = {Fullness.FRONT: "little", Fullness.CROWDED: "little", Fullness.ICONS: "none"}  # to styles


class TabTitles(QObject):
    """Gives tabs icons and words, or only one of both, as their width allows.

    What a tab leaves out is its tooltip; a screen reader hears all of it.

    Args:
        tabs: Whose tabs.
        beside: What stands beside them, in the corner of the tabs.
    """

    def __init__(self, tabs: QTabWidget, beside: QWidget) -> None:
        super().__init__(tabs)
        self._tabs = tabs
        self._beside = beside
        self._said: list[tuple[str, str]] = []
        self._needed: dict[tuple[Fullness, int], int] = {}
        self._shown: tuple[Fullness, int] | None = None
        tabs.installEventFilter(self)

    @property
    def fullness(self) -> Fullness:
        """How much is said now."""
        return Fullness.WHOLE if self._shown is None else self._shown[0]

    def add(self, icon: str, title: str) -> None:
        """Know the tab that was added last."""
        self._tabs.tabBar().setAccessibleTabName(len(self._said), title)
        self._said.append((icon, title))
        self.measure()

    def measure(self) -> None:
        """Words have another size, or icons another colour."""
        self._needed.clear()
        self._shown = None
        self.fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Another width has room for other titles, and so have other letters."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            self.fit()
        elif event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.measure()
        return super().eventFilter(watched, event)

    def fit(self) -> None:
        """Say as much as there is room for."""
        room = self._tabs.width()
        fitting = (full for full in Fullness if self._needs(full) <= room)
        self._show(next(fitting, Fullness.ICONS))

    def _needs(self, full: Fullness) -> int:
        """Return the width of the tabs and of what stands beside them."""
        key = (full, self._tabs.currentIndex())
        if key not in self._needed:
            self._show(full)
            self._needed[key] = self._tabs.tabBar().sizeHint().width()
        return self._needed[key] + self._aside(full)

    def _aside(self, full: Fullness) -> int:
        corner = self._tabs.cornerWidget()
        if corner is None or corner.isHidden():
            return 0
        wide = self._beside.sizeHint().width()
        around = corner.sizeHint().width() - min(wide, self._beside.maximumWidth())
        return around + (min(wide, LITTLE) if full >= Fullness.CROWDED else wide)

    def _show(self, full: Fullness) -> None:
        front = self._tabs.currentIndex()
        if self._shown == (full, front):
            return
        self._shown = (full, front)
        restyle(self._tabs.tabBar(), "room", ROOM.get(full, ""))
        self._beside.setMaximumWidth(LITTLE if full >= Fullness.CROWDED else theme.LIMITLESS)
        for place, (icon, title) in enumerate(self._said):
            worded = full <= Fullness.WORDS or (place == front and full < Fullness.ICONS)
            drawn = full != Fullness.WORDS
            self._tabs.setTabText(place, title if worded else "")
            self._tabs.setTabIcon(place, icons.icon(icon, "muted") if drawn else QIcon())
            self._tabs.setTabToolTip(place, "" if worded else plain_tip(title))
