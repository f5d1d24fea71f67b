"""The docks around the tabs, shown as a person has left each workspace."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QByteArray, QObject, Qt
from PySide6.QtWidgets import QDockWidget, QLayout, QMainWindow, QTabWidget, QWidget

from widgets.timers import single_shot
from workbench.arranging import GUIDE, Area, Arranger
from workbench.dock_absence import Absence
from workbench.dock_shares import REST_MS, DockShares, in_place
from workbench.dock_titles import DockTitles
from workbench.settings import Settings

IN_SMALL = "_small"
SIZES = "_sizes"
NARROW = 1024  # pixels: as narrow as a window may be made, whatever stands side by side in it
LAYOUT = 5  # raised when docks come or go, so that an older arrangement is not restored into them


class Docks(QObject):
    """Makes the docks, arranges them, and remembers how a person has arranged each workspace.

    Args:
        window: The window.
        settings: Where arrangements are remembered.

    Attributes:
        workspace: The one that is shown: ``design``, ``train`` or ``analyse``.
        titles: What their tabs say.
    """

    def __init__(self, window: QMainWindow, settings: Settings) -> None:
        super().__init__(window)
        self._window = window
        self._settings = settings
        self._docks: dict[str, QDockWidget] = {}
        self.workspace = "design"
        self._behind: set[str] = set()
        self._arranger = Arranger(window, self._docks)
        self._absence = Absence(self._docks, self)
        self.titles = DockTitles(window)
        self._shares = DockShares(window, self._docks)
        # Pixels that what a person has left needs; 0 where there is room for it.
        self._too_wide = 0
        self._turning = single_shot(self, REST_MS, self._turn)
        window.setDockNestingEnabled(True)
        window.setTabPosition(Area.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        window.setCorner(Qt.Corner.BottomLeftCorner, Area.BottomDockWidgetArea)
        window.setCorner(Qt.Corner.BottomRightCorner, Area.RightDockWidgetArea)

    def add(self, name: str, title: str, content: QWidget, short: str = "") -> QDockWidget:
        """Make a dock; :meth:`show` places it.

        Args:
            name: Its name in settings.
            title: What its tab says.
            content: What is in it.
            short: What its tab says where there is no room for that; empty for the same.
        """
        dock = QDockWidget(title, self._window)
        dock.setObjectName(f"dock_{name}")
        dock.setAccessibleName(title)
        content.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        dock.setWidget(content)
        self.titles.add(name, dock, short)
        self._shares.watch(dock)
        dock.hide()  # else it would be seen until it has its place
        self._window.addDockWidget(Area.BottomDockWidgetArea, dock)
        self._docks[name] = dock
        return dock

    def __getitem__(self, name: str) -> QDockWidget:
        """The dock of a name."""
        return self._docks[name]

    def names(self) -> list[str]:
        """Names of all docks, in the order of adding."""
        return list(self._docks)

    def reveal(self, name: str) -> None:
        """Show a dock and bring it before those that share its place; none that is away."""
        if self.is_away(name):
            return
        self._docks[name].show()
        self._docks[name].raise_()

    def give_way(self, name: str, others: Iterable[str]) -> None:
        """Bring the first of some docks that share a place before the one that is in front there."""
        dock = self._docks[name]
        together = self._window.tabifiedDockWidgets(dock)
        if not dock.visibleRegion().isEmpty():
            for other in others:
                if self._docks[other] in together:
                    self._docks[other].raise_()
                    return

    def set_behind(self, names: set[str]) -> None:
        """Keep these docks behind others of their place; they have nothing to show."""
        self._behind = names
        for name in names & self._docks.keys():
            others = self._window.tabifiedDockWidgets(self._docks[name])
            hidden = names | self.away
            front = next((dock for dock in others if dock.objectName()[5:] not in hidden), None)
            if front is not None and self._docks[name].isVisible():
                front.raise_()

    def set_away(self, names: set[str]) -> None:
        """Take these docks off the window: they are about other kinds of projects than this one."""
        if names != self.away:
            with self._still():
                self._absence.come_back()
                self._absence.away = frozenset(names)
                self._absence.leave()

    @property
    def away(self) -> frozenset[str]:
        """Names of those that are about other kinds of projects."""
        return self._absence.away

    def is_away(self, name: str) -> bool:
        """Whether a dock is about other kinds of projects."""
        return name in self.away

    def make_room(self, wanted: bool) -> None:
        """Hide what only helps with drawing while another tab needs the room, or bring it back."""
        self._absence.make_room(wanted)

    def toggle(self, name: str) -> None:
        """Show a dock, or hide it."""
        if self._docks[name].isHidden():
            self.reveal(name)
        else:
            self._docks[name].hide()

    # ------------------------------------------------------------------------------- workspaces

    def show(self, workspace: str) -> None:
        """Arrange the docks as the person left this workspace, else as it comes.

        What was left in a wider window is not taken where it would widen this one. It is kept: small windows have
        arrangements of their own until there is room again.
        """
        self.workspace = workspace
        self._shares.forget()
        self._absence.need_no_room()
        self._too_wide = 0
        with self._still():
            self._arrange()
            if not self._take(self._key()) and self._too_wide:
                self._take_small()
            self._settle()

    def _settle(self) -> None:
        self.set_behind(self._behind)
        self.titles.trim()  # now: a moment later everything would move once more

    def _take_small(self) -> None:
        """Arrange the docks as they were left in a small window, else as they come."""
        self._arrange()
        if not self._take(self._key(), IN_SMALL):
            self._arrange()

    def _take(self, *key: str) -> bool:
        """Arrange the docks as they were left; return whether there was something that has room here."""
        where = "".join(key)
        kept = self._settings.bytes_of(where)
        if kept.isEmpty() or not self._window.restoreState(kept, LAYOUT):
            return False
        self._absence.leave()
        self._shares.give(bytes(self._settings.bytes_of(where + SIZES).data()))
        needed = self._layout().minimumSize().width()
        fits = needed <= self._window.width()
        if not fits and not self._too_wide:
            self._too_wide = needed
        return fits

    def _pressed(self) -> bool:
        """Whether the window is as narrow as its docks let it be though it should become narrower, or was forced to be."""
        needed, width = self._layout().minimumSize().width(), self._window.width()
        return not self._too_wide and (width < needed or NARROW < width == needed)

    def _turn(self) -> None:
        """The window has come to rest: show what there is room for."""
        if self._too_wide:
            self._return_to_own()
        else:
            self._leave_own()

    def _leave_own(self) -> None:
        """What was made in a wide window has no room any more, and would overlap: show what small windows have."""
        if not self._pressed() or not in_place(self._docks):
            return
        room, front = self._absence.makes_room, in_place(self._docks)
        self.remember()
        self._shares.forget()
        self._absence.need_no_room()
        self._too_wide = self._layout().minimumSize().width() + 1
        with self._still():
            self._take_small()
            self._settle()
            self._bring(front)
        self.make_room(room)

    def _return_to_own(self) -> None:
        """The window may be wide enough again for what a person has left in a wide one: show it then."""
        if self._window.width() < self._too_wide:
            return
        room, front = self._absence.makes_room, in_place(self._docks)
        self.remember()
        self.show(self.workspace)
        self._bring(front)
        self.make_room(room)

    def _bring(self, names: Iterable[str]) -> None:
        """What was in front in another arrangement is in this one, where it is there; the guide before all."""
        for name in sorted(names, key=lambda name: name == GUIDE):
            if self._docks[name].isVisible():
                self._docks[name].raise_()

    def _key(self) -> str:
        """Where the arrangement is remembered; with a guide there is another one than without."""
        guided = "" if self.is_away(GUIDE) else "_guided"
        return f"layout/{self.workspace}{guided}"

    def _arrange(self) -> None:
        self._arranger.clear()
        self._show_centre(self.workspace != "analyse")
        self._arranger.arrange(self.workspace, not self.is_away(GUIDE))
        self._absence.leave()

    def _layout(self) -> QLayout:
        layout = self._window.layout()
        assert layout is not None  # a main window makes its own
        return layout

    @contextmanager
    def _still(self) -> Iterator[None]:
        """Let the window keep its size while docks come that others will make room for."""
        layout = self._layout()
        before = layout.sizeConstraint()
        layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        try:
            yield
        finally:
            layout.setSizeConstraint(before)

    def hide_all(self) -> None:
        """Show the centre alone."""
        self._absence.stay_away()
        self._too_wide = 0
        for dock in self._docks.values():
            dock.hide()
        self._show_centre(True)

    def _show_centre(self, there: bool) -> None:
        centre = self._window.centralWidget()
        if centre is not None:
            centre.setVisible(there)

    def keep_shares(self) -> None:
        """The window has another size: let the docks shrink and grow with it."""
        if self._too_wide:
            self._turning.start(REST_MS)
        elif self._pressed():
            self._turning.start(0)  # at once: who draws the window smaller has not let go of it
        self._shares.keep()

    def remember(self) -> None:
        """Remember how the docks are arranged now, those that made room included."""
        key = self._key() + (IN_SMALL if self._too_wide else "")
        self._settings.set_bytes(key + SIZES, QByteArray(self._shares.told()))
        with self._still(), self._absence.all_there():
            self._settings.set_bytes(key, self._window.saveState(LAYOUT))

    def reset(self) -> None:
        """Arrange the docks of this workspace as they come."""
        for dock in self._docks.values():
            dock.setFloating(False)
        self._too_wide = 0
        with self._still():
            self._arrange()
            self.remember()
        self._settings.set_bytes(self._key() + IN_SMALL, QByteArray())

    def float_current(self) -> None:
        """Float the dock that has the focus, or put it back."""
        focused = self._window.focusWidget()
        for dock in self._docks.values():
            if focused is not None and dock.isAncestorOf(focused):
                dock.setFloating(not dock.isFloating())
                return
