"""Which run the panels show, and when they paint."""

from __future__ import annotations

import time
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.runs.summary import DAMAGED, state_of
from projects.errors import Problem
from widgets import theme
from workbench.panels.base import Panel, can_be_seen
from workbench.preparing import Preparing
from workbench.rundata import RunData, run_title
from workbench.runs import Runs

BEHIND_RATE = 0.5  # pictures a second of what lies behind a tab


class Viewer(QObject):
    """All live panels and the runs in them.

    Args:
        runs: Where runs are read from.
        parent: Qt parent.

    Attributes:
        panels: All of them, in the order of their tabs.
        shown: The run that they show, or None.

    Signals:
        action_wanted(name): An empty panel's action was pressed.
        branch_wanted(path, step): A new run is to branch off here.
        run_changed(RunData): Another run is shown; None for none.
        overlay_changed(paths): The curves of these runs are drawn together.
        said(title, text, good): A panel has done something that was asked for, or could not.
    """

    action_wanted = Signal(str)
    branch_wanted = Signal(object, int)
    run_changed = Signal(object)
    overlay_changed = Signal(object)
    said = Signal(str, str, bool)

    def __init__(self, runs: Runs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runs = runs
        self._wanted: Path | None = None
        self._ticked: Sequence[Path] = ()
        self._due: dict[str, float] = {}
        self.shown: RunData | None = None
        self.panels: list[Panel] = []
        self._preparing = Preparing(self)
        runs.loaded.connect(self._loaded)
        runs.failed.connect(self._not_loaded)
        theme.notifier().changed.connect(self._draw_overlay)

    def add(self, panel: Panel) -> None:
        """Have another panel show the runs."""
        panel.staggered = True
        panel.action_wanted.connect(self.action_wanted)
        panel.branch_wanted.connect(self.branch_wanted)
        panel.said.connect(self.said)
        self.panels.append(panel)

    def prepare(self, away: AbstractSet[str]) -> None:
        """Make panels that a training may need, those that can be seen first.

        Args:
            away: Names of those that it can't need.
        """
        needed = [panel for panel in self.panels if panel.measured and panel.name not in away]
        self._preparing.begin(sorted(needed, key=lambda panel: not can_be_seen(panel)))

    def take_over(self, other: Viewer) -> None:
        """Have the panels show what they have in another window in the way that was chosen there."""
        for mine, theirs in zip(self.panels, other.panels, strict=True):
            mine.restore(theirs.remembered())

    def show(self, run: RunData | None) -> None:
        """Show a run in every panel."""
        self._wanted = Path(run.path) if run is not None and run.path else None
        if run is self.shown:
            return
        self.shown = run
        for panel in self.panels:
            panel.show_run(run)
        self.run_changed.emit(run)

    def show_path(self, path: Path) -> None:
        """Show the run of a folder, as soon as it is read."""
        self._wanted = path
        self._runs.load(path)

    def overlay(self, paths: Sequence[Path]) -> None:
        """Draw the curves of these runs together, each in the colour of its place."""
        self._ticked = tuple(paths)
        for path in paths:
            self._runs.load(path)
        self._draw_overlay()
        self.overlay_changed.emit(self._ticked)

    @property
    def ticked(self) -> Sequence[Path]:
        """The runs whose curves are drawn together."""
        return self._ticked

    def rename(self) -> None:
        """Runs are called something else: say so beside their curves."""
        if self._ticked:
            self._draw_overlay()

    def refresh(self) -> bool:
        """Paint what can be seen and has changed, each panel at its own rate at most.

        One panel at a call, the one that has waited longest: painting all of them at once would hold
        up a click for as long as all take together. Called by the window's one timer.

        Returns:
            Whether a panel was due.
        """
        now = time.monotonic()
        due = [
            (self._due.get(panel.name, 0.0), panel) for panel in self.panels if can_be_seen(panel)
        ]
        when, panel = min(due, key=lambda pair: pair[0], default=(now, None))
        if panel is None or now < when:
            return False
        self._due[panel.name] = now + 1 / panel.rate
        panel.refresh()
        return True

    def streams(self) -> dict[str, float]:
        """What can be seen now or lies behind a tab, and how often each stream may come.

        Of what lies behind a tab pictures are wanted now and then, so that whoever turns to it finds a time line.
        """
        found: dict[str, float] = {}
        for panel in self.panels:
            if panel.isVisible() and panel.stream != "scalars":
                rate = panel.rate if can_be_seen(panel) else min(panel.rate, BEHIND_RATE)
                found[panel.stream] = max(rate, found.get(panel.stream, 0.0))
        return found

    def _loaded(self, path: Path, run: RunData) -> None:
        if path == self._wanted:
            self.show(run)
        if path in self._ticked:
            self._draw_overlay()

    def _not_loaded(self, path: Path, problem: Problem) -> None:
        """What cannot be read is shown as that, lest another run stands in its place."""
        if path == self._wanted:
            state = state_of(path) or DAMAGED
            self.show(RunData(label=run_title(path), path=str(path), state=state, damage=problem))

    def _draw_overlay(self) -> None:
        tokens = theme.current()
        found = [(self._runs.get(path), place) for place, path in enumerate(self._ticked)]
        overlay = [(run, tokens.series_color(place)) for run, place in found if run is not None]
        for panel in self.panels:
            panel.set_overlay(overlay)
