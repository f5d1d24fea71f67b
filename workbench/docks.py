"""The docks around the tabs, shown as a person has left each workspace."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QByteArray, QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtWidgets import QDockWidget, QLayout, QMainWindow, QTabBar, QTabWidget, QWidget

from workbench.arranging import DRAWING, GUIDE, Area, Arranger
from workbench.dock_titles import DockTitles
from workbench.settings import Settings

REST_MS = 200
IN_SMALL = "_small"
NARROW = 1024  # pixels: as narrow as a window may be made, whatever stands side by side in it
LAYOUT = 5  # raised when docks come or go, so that an older arrangement is not restored into them


class Docks(QObject):
    """Makes the docks, arranges them, and remembers how a person has arranged each workspace.

    Args:
        window: The window.
        settings: Where arrangements are remembered.
    """

    def __init__(self, window: QMainWindow, settings: Settings) -> None:
        super().__init__(window)
        self._window = window
        self._settings = settings
        self._docks: dict[str, QDockWidget] = {}
        self.workspace = "design"
        self._behind: set[str] = set()
        self._away: set[str] = set()
        self._gone: list[str] = []
        self._aside: list[str] = []
        self._fronts: list[str] = []
        self._arranger = Arranger(window, self._docks)
        self.titles = DockTitles(window)
        self._bare: dict[str, QWidget] = {}
        self._tidy = QTimer(window)
        self._tidy.setSingleShot(True)
        self._tidy.setInterval(0)
        self._tidy.timeout.connect(self._trim_titles)
        self._rest: tuple[QSize, dict[str, QSize]] | None = None
        self._following = QTimer(self)
        self._following.setSingleShot(True)
        self._following.setInterval(REST_MS)
        self._too_wide = 0
        self._turning = QTimer(self)
        self._turning.setSingleShot(True)
        self._turning.setInterval(REST_MS)
        self._turning.timeout.connect(self._turn)
        self._resting = QTimer(self)
        self._resting.setSingleShot(True)
        self._resting.setInterval(REST_MS)
        self._resting.timeout.connect(self._at_rest)
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
        dock.installEventFilter(self)
        for moved in (dock.visibilityChanged, dock.topLevelChanged, dock.dockLocationChanged):
            moved.connect(self._tidy.start)
        dock.hide()  # else it would be seen until it has its place
        self._window.addDockWidget(Area.BottomDockWidgetArea, dock)
        self._docks[name] = dock
        self.titles.add(name, dock, short)
        return dock

    def __getitem__(self, name: str) -> QDockWidget:
        """The dock of a name."""
        return self._docks[name]

    def names(self) -> list[str]:
        """Names of all docks, in the order of adding."""
        return list(self._docks)

    def reveal(self, name: str) -> None:
        """Show a dock and bring it before those that share its place; none that is away."""
        if name in self._away:
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
            hidden = names | self._away
            front = next((dock for dock in others if dock.objectName()[5:] not in hidden), None)
            if front is not None and self._docks[name].isVisible():
                front.raise_()

    def set_away(self, names: set[str]) -> None:
        """Take these docks off the window: they are about other kinds of projects than this one."""
        if names != self._away:
            with self._still():
                self._return()
                self._away = names
                self._leave()

    @property
    def away(self) -> frozenset[str]:
        """Names of those that are about other kinds of projects."""
        return frozenset(self._away)

    def is_away(self, name: str) -> bool:
        """Whether a dock is about other kinds of projects."""
        return name in self._away

    def _leave(self) -> None:
        self._gone = [name for name in sorted(self._away) if not self._docks[name].isHidden()]
        for name in self._gone:
            self._docks[name].hide()

    def _return(self) -> None:
        gone, self._gone = self._gone, []
        for name in gone:
            self._docks[name].show()

    def make_room(self, wanted: bool) -> None:
        """Hide what only helps with drawing while another tab needs the room, or bring it back."""
        if wanted and not self._aside:
            self._aside = [n for n in DRAWING if not self._docks[n].isHidden()]
            self._fronts = [name for name in self._in_place() if name in DRAWING]
            for name in self._aside:
                self._docks[name].hide()
        elif self._aside and not wanted:
            aside, self._aside = self._aside, []
            for name in aside:
                self._docks[name].show()
            QTimer.singleShot(0, self, self._raise_fronts)  # tabs take their places first

    def _raise_fronts(self) -> None:
        """Bring those that were in front before they made room there again."""
        for name in self._fronts:
            self._docks[name].raise_()

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
        self._rest = None
        self._aside = []
        self._too_wide = 0
        with self._still():
            self._arrange()
            if not self._take(self._key()) and self._too_wide:
                self._take_small()
            self._settle()

    def _settle(self) -> None:
        self.set_behind(self._behind)
        self._trim_titles()  # now: a moment later everything would move once more

    def _take_small(self) -> None:
        """Arrange the docks as they were left in a small window, else as they come."""
        self._arrange()
        if not self._take(self._key(), IN_SMALL):
            self._arrange()

    def _take(self, *key: str) -> bool:
        """Arrange the docks as they were left; return whether there was something that has room here."""
        kept = self._settings.bytes_of("".join(key))
        if kept.isEmpty() or not self._window.restoreState(kept, LAYOUT):
            return False
        self._leave()
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
        if not self._pressed() or not self._in_place():
            return
        aside = bool(self._aside)
        self.remember()
        self._rest = None
        self._aside = []
        self._too_wide = self._layout().minimumSize().width() + 1
        with self._still():
            self._take_small()
            self._settle()
        self.make_room(aside)

    def _return_to_own(self) -> None:
        """The window may be wide enough again for what a person has left in a wide one: show it then."""
        if self._window.width() < self._too_wide:
            return
        aside = bool(self._aside)
        self.remember()
        self.show(self.workspace)
        self.make_room(aside)

    def _key(self) -> str:
        """Where the arrangement is remembered; with a guide there is another one than without."""
        guided = "" if GUIDE in self._away else "_guided"
        return f"layout/{self.workspace}{guided}"

    def _arrange(self) -> None:
        self._gone = []
        self._arranger.clear()
        self._show_centre(self.workspace != "analyse")
        self._arranger.arrange(self.workspace, GUIDE not in self._away)
        self._leave()

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
        self._gone = []
        self._too_wide = 0
        for dock in self._docks.values():
            dock.hide()
        self._show_centre(True)

    def _show_centre(self, there: bool) -> None:
        centre = self._window.centralWidget()
        if centre is not None:
            centre.setVisible(there)

    def keep_shares(self) -> None:
        """Let the docks shrink and grow with the window, which else gives and takes all in the middle.

        They have the shares that somebody gave them last, so that a window that is made small and
        large again shows them as they were. Palette and inspector stay as wide as their words.
        """
        if self._too_wide or self._pressed():
            self._turning.start()
        if self._rest is None:
            return
        self._following.start()
        self._resting.stop()  # the window has moved them, nobody else
        before, docks = self._rest
        for orientation, side in (
            (Qt.Orientation.Horizontal, QSize.width),
            (Qt.Orientation.Vertical, QSize.height),
        ):
            share = side(self._window.size()) / max(side(before), 1)
            sizes = {n: round(side(size) * share) for n, size in docks.items() if n not in DRAWING}
            below = {n for n in sizes if self._area(n) == Area.BottomDockWidgetArea}
            for names in (sizes.keys() - below, below):  # the sides first: they bound what is below
                there = sorted(names)
                self._window.resizeDocks(
                    [self._docks[n] for n in there], [sizes[n] for n in there], orientation
                )

    def _area(self, name: str) -> Area:
        return self._window.dockWidgetArea(self._docks[name])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Docks whose sizes change without the window's come to rest a moment later."""
        if event.type() == QEvent.Type.Resize:
            self.titles.fit_later()
            if not self._following.isActive():
                self._resting.start()
        return super().eventFilter(watched, event)

    def _at_rest(self) -> None:
        self._rest = (self._window.size(), {n: self._room_of(n) for n in self._in_place()})

    def _room_of(self, name: str) -> QSize:
        """The size of a dock's place: the dock, and below it the tabs of those that share it."""
        dock = self._docks[name]
        direct = Qt.FindChildOption.FindDirectChildrenOnly
        bars = self._window.findChildren(QTabBar, options=direct)
        shared = bool(self._window.tabifiedDockWidgets(dock)) and bool(bars)
        return QSize(dock.width(), dock.height() + (bars[0].height() if shared else 0))

    def _in_place(self) -> list[str]:
        """Docks that can be seen; one behind a tab has the size that it had elsewhere."""
        docks = self._docks.items()
        return [n for n, dock in docks if not (dock.isFloating() or dock.visibleRegion().isEmpty())]

    def remember(self) -> None:
        """Remember how the docks are arranged now, those that made room included."""
        aside, fronts = bool(self._aside), self._fronts
        with self._still():
            self.make_room(False)
            self._return()
            key = self._key() + (IN_SMALL if self._too_wide else "")
            self._settings.set_bytes(key, self._window.saveState(LAYOUT))
            self._leave()
            if aside:
                self.make_room(True)
                self._fronts = (
                    fronts  # what is brought back for a moment has no place to be asked for
                )

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

    def _trim_titles(self) -> None:
        """A dock behind a tab needs no title bar: the tab says its name, and drags it."""
        for name, dock in self._docks.items():
            tabbed = bool(self._window.tabifiedDockWidgets(dock)) and not dock.isFloating()
            if tabbed and name not in self._bare:
                self._bare[name] = QWidget()
                dock.setTitleBarWidget(self._bare[name])
            elif not tabbed and name in self._bare:
                dock.setTitleBarWidget(None)  # type: ignore[arg-type]  # brings the usual one back
                self._bare.pop(name).deleteLater()
        self.titles.fit_later()
