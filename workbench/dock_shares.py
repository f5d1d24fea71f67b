"""The shares that docks have of the window, which they keep when its size changes."""

from __future__ import annotations

import json
from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabBar

from widgets.timers import single_shot
from workbench.arranging import DRAWING, Area

REST_MS = 200
WINDOW = ""  # under which the window's own size is told, among those of docks


def in_place(docks: Mapping[str, QDockWidget]) -> list[str]:
    """Return the names of docks that can be seen; one behind a tab has the size that it had elsewhere."""
    return [
        name
        for name, dock in docks.items()
        if not (dock.isFloating() or dock.visibleRegion().isEmpty())
    ]


class DockShares(QObject):
    """Lets docks shrink and grow with the window, which else gives and takes all in the middle.

    They have the shares that somebody gave them last, so that a window that is made small and
    large again shows them as they were. Palette and inspector stay as wide as their words.

    Args:
        window: The window.
        docks: All docks by name; some may be added later.
    """

    def __init__(self, window: QMainWindow, docks: Mapping[str, QDockWidget]) -> None:
        super().__init__(window)
        self._window = window
        self._docks = docks
        self._rest: tuple[QSize, dict[str, QSize]] | None = None
        self._following = QTimer(self)
        self._following.setSingleShot(True)
        self._following.setInterval(REST_MS)
        self._resting = single_shot(self, REST_MS, self._come_to_rest)

    def watch(self, dock: QDockWidget) -> None:
        """Hear when somebody gives a dock another size."""
        dock.installEventFilter(self)

    def forget(self) -> None:
        """The docks are arranged anew: they have other shares as soon as they have come to rest."""
        self._rest = None

    def keep(self) -> None:
        """The window has another size: give the docks their shares of it."""
        if self._rest is None:
            return
        self._following.start()
        self._resting.stop()  # the window has moved them, nobody else
        self._share_out(*self._rest)

    def told(self) -> bytes:
        """Return the sizes that window and docks have now, for :meth:`give`; nothing where no dock can be seen."""
        rooms = {name: self._room_of(name) for name in in_place(self._docks)}
        sizes = {WINDOW: self._window.size(), **rooms}
        pairs = {name: (size.width(), size.height()) for name, size in sizes.items()}
        return json.dumps(pairs).encode() if rooms else b""

    def give(self, told: bytes) -> None:
        """Give docks, which have the places that they had, the shares that they had of a window of another size."""
        try:
            sizes = {name: QSize(*pair) for name, pair in json.loads(told).items()}
            before = sizes.pop(WINDOW)
        except (ValueError, TypeError, AttributeError, KeyError, OverflowError):
            return  # nothing was told, or by another program
        if before != self._window.size():
            self._share_out(before, {n: size for n, size in sizes.items() if n in self._docks})

    def _share_out(self, before: QSize, docks: Mapping[str, QSize]) -> None:
        """Give docks the shares that they had of a window of this size."""
        for orientation, side in (
            (Qt.Orientation.Horizontal, QSize.width),
            (Qt.Orientation.Vertical, QSize.height),
        ):
            share = side(self._window.size()) / max(side(before), 1)
            sizes = {n: round(side(size) * share) for n, size in docks.items() if n not in DRAWING}
            below = {n for n in sizes if self._is_below(n)}
            for names in (sizes.keys() - below, below):  # the sides first: they bound what is below
                there = sorted(names)
                self._window.resizeDocks(
                    [self._docks[n] for n in there], [sizes[n] for n in there], orientation
                )

    def _is_below(self, name: str) -> bool:
        return self._window.dockWidgetArea(self._docks[name]) == Area.BottomDockWidgetArea

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Docks whose sizes change without the window's come to rest a moment later."""
        if event.type() == QEvent.Type.Resize and not self._following.isActive():
            self._resting.start()
        return super().eventFilter(watched, event)

    def _come_to_rest(self) -> None:
        self._rest = (self._window.size(), {n: self._room_of(n) for n in in_place(self._docks)})

    def _room_of(self, name: str) -> QSize:
        """The size of a dock's place: the dock, and below it the tabs of those that share it."""
        dock = self._docks[name]
        direct = Qt.FindChildOption.FindDirectChildrenOnly
        bars = self._window.findChildren(QTabBar, options=direct)
        shared = bool(self._window.tabifiedDockWidgets(dock)) and bool(bars)
        return QSize(dock.width(), dock.height() + (bars[0].height() if shared else 0))
