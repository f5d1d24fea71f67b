"""Where docks say what they are: in a title bar of their own, or on a tab, in fewer words where there is little room."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabBar, QWidget

from widgets.timers import single_shot

SPACE = 30  # pixels around the words of a tab; see :mod:`workbench.styles`


@dataclass(frozen=True)
class Titled:
    """A dock and what its tab may say."""

    dock: QDockWidget
    title: str
    short: str


class DockTitles(QObject):
    """Takes title bars off docks behind tabs, and shortens titles in a place which is too narrow for them.

    Args:
        window: The window.
    """

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._titled: dict[str, Titled] = {}
        self._bare: dict[str, QWidget] = {}
        self._trim_later = single_shot(self, 0, self.trim)
        self._fit_later = single_shot(self, 0, self._fit)

    def add(self, name: str, dock: QDockWidget, short: str) -> None:
        """Know another dock, which has its whole title; ``short`` is empty where there is no shorter one."""
        self._titled[name] = Titled(dock, dock.windowTitle(), short or dock.windowTitle())
        dock.installEventFilter(self)
        for moved in (dock.visibilityChanged, dock.topLevelChanged, dock.dockLocationChanged):
            moved.connect(self._trim_later.start)

    def whole(self, name: str) -> str:
        """The whole title of a dock."""
        return self._titled[name].title

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Another width has room for other titles."""
        if event.type() == QEvent.Type.Resize:
            self._fit_later.start()
        return super().eventFilter(watched, event)

    def trim(self) -> None:
        """A dock behind a tab needs no title bar: the tab says its name, and drags it."""
        for name, one in self._titled.items():
            dock = one.dock
            tabbed = bool(self._window.tabifiedDockWidgets(dock)) and not dock.isFloating()
            if tabbed and name not in self._bare:
                self._bare[name] = QWidget()
                dock.setTitleBarWidget(self._bare[name])
            elif not tabbed and name in self._bare:
                dock.setTitleBarWidget(None)  # type: ignore[arg-type]  # brings the usual one back
                self._bare.pop(name).deleteLater()
        self._fit_later.start()

    def _fit(self) -> None:
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


def dock_of_tab(window: QMainWindow, pixel: QPoint) -> QDockWidget | None:
    """Return the dock whose tab is at a place, in global coordinates; None where there is no tab."""
    bar = window.childAt(window.mapFromGlobal(pixel))
    if not isinstance(bar, QTabBar) or bar.parent() is not window:
        return None
    title = bar.tabText(bar.tabAt(bar.mapFromGlobal(pixel)))
    docks = window.findChildren(QDockWidget)
    return next((dock for dock in docks if title and dock.windowTitle() == title), None)
