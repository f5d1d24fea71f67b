"""The three arrangements of the docks as they come: Design, Train, Analyse."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow

Area = Qt.DockWidgetArea
MEANT = (1440, 900)
ROOMY = 1280  # pixels: from here on guide, palette, canvas and inspector stand side by side
DRAWING = ("layers", "outline", "inspector", "history")
GUIDE = "guide"
GUIDE_WIDTH = 320  # pixels
PLACED = (*DRAWING, GUIDE, "curves", "health", "samples", "confusion", "runs", "problems")
WORKSPACES = ("design", "train", "analyse")


class Arranger:
    """Puts docks into the places that they have before a person moves them.

    Args:
        window: The window.
        docks: All docks by name; some may be added later.
    """

    def __init__(self, window: QMainWindow, docks: Mapping[str, QDockWidget]) -> None:
        self._window = window
        self._docks = docks
        self._placed: set[str] = set()

    def clear(self) -> None:
        """Take all docks out of their places."""
        for dock in self._docks.values():
            self._window.removeDockWidget(dock)
        self._placed.clear()

    def arrange(self, workspace: str, guided: bool) -> None:
        """Put all docks, which have no places yet, into those of a workspace.

        Args:
            workspace: One of ``WORKSPACES``.
            guided: Whether there is a guide to be seen.
        """
        plans: dict[str, Callable[[bool], None]] = {
            "design": self._design,
            "train": self._train,
            "analyse": self._analyse,
        }
        plans[workspace](guided)
        for name in self._docks.keys() - self._placed:
            # Hidden, not gone: a dock outside of the layout is no part of what is remembered.
            self._window.addDockWidget(Area.BottomDockWidgetArea, self._docks[name])
            self._docks[name].hide()

    def _place(self, name: str, area: Area) -> None:
        self._window.addDockWidget(area, self._docks[name])
        self._show_dock(name)

    def _beside(self, first: str, second: str, orientation: Qt.Orientation) -> None:
        self._window.splitDockWidget(self._docks[first], self._docks[second], orientation)
        self._show_dock(second)

    def _together(self, first: str, *others: str) -> None:
        """Stack docks in one place, the first one on top."""
        for name in others:
            self._window.tabifyDockWidget(self._docks[first], self._docks[name])
            self._show_dock(name)
        self._docks[first].raise_()

    def _show_dock(self, name: str) -> None:
        self._docks[name].show()
        self._placed.add(name)

    def _sizes(self, orientation: Qt.Orientation, **sizes: int) -> None:
        """Give docks sizes; they are meant for a window of 1440 × 900 and shrink with it."""
        wide = orientation == Qt.Orientation.Horizontal
        share = self._window.width() / MEANT[0] if wide else self._window.height() / MEANT[1]
        docks = [self._docks[name] for name in sizes]
        scaled = [round(size * min(1.0, share)) for size in sizes.values()]
        self._window.resizeDocks(docks, scaled, orientation)

    def _others(self) -> list[str]:
        """Panels that have no place of their own in a workspace; they share one."""
        return [name for name in self._docks if name not in PLACED]

    def _design(self, guided: bool) -> None:
        shared = guided and self._window.width() < ROOMY
        if guided:
            self._place(GUIDE, Area.LeftDockWidgetArea)
        if shared:
            self._together(GUIDE, "layers", "outline")
        elif guided:
            self._beside(GUIDE, "layers", Qt.Orientation.Horizontal)
        else:
            self._place("layers", Area.LeftDockWidgetArea)
        if not shared:
            self._together("layers", "outline")
        self._place("inspector", Area.RightDockWidgetArea)
        self._together("inspector", "history")
        self._place("curves", Area.BottomDockWidgetArea)
        panels = [name for name in self._docks if name not in (*DRAWING, GUIDE, "curves")]
        self._together("curves", *panels)
        left = {GUIDE: GUIDE_WIDTH} if guided else {}
        if not shared:
            left["layers"] = 216
        self._sizes(Qt.Orientation.Horizontal, **left, inspector=300)
        self._sizes(Qt.Orientation.Vertical, curves=250)

    def _train(self, guided: bool) -> None:
        left = {GUIDE: GUIDE_WIDTH} if guided else {}
        if guided:
            self._place(GUIDE, Area.LeftDockWidgetArea)
        self._place("health", Area.RightDockWidgetArea)
        self._beside("health", "confusion", Qt.Orientation.Vertical)
        self._together("confusion", *self._others(), "runs", "problems")
        self._place("curves", Area.BottomDockWidgetArea)
        self._beside("curves", "samples", Qt.Orientation.Horizontal)
        self._sizes(Qt.Orientation.Horizontal, **left, health=540)
        self._sizes(Qt.Orientation.Vertical, curves=400, health=400, confusion=400)
        self._sizes(Qt.Orientation.Horizontal, curves=520, samples=460)

    def _analyse(self, guided: bool) -> None:
        if guided:
            self._place(GUIDE, Area.LeftDockWidgetArea)
            self._beside(GUIDE, "runs", Qt.Orientation.Vertical)
        else:
            self._place("runs", Area.LeftDockWidgetArea)
        self._place("curves", Area.RightDockWidgetArea)
        self._beside("curves", "health", Qt.Orientation.Vertical)
        self._beside("curves", "samples", Qt.Orientation.Horizontal)
        self._beside("health", "confusion", Qt.Orientation.Horizontal)
        self._together("confusion", *self._others())
        self._sizes(Qt.Orientation.Horizontal, runs=380, curves=560, samples=500)
        self._sizes(Qt.Orientation.Horizontal, health=560, confusion=500)
        self._sizes(Qt.Orientation.Vertical, curves=430, health=400)
        if guided:
            self._sizes(Qt.Orientation.Vertical, guide=430, runs=400)
