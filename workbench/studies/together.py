"""Runs that the panels draw together: the two of a comparison, or those of a study that were chosen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from engine.runs.folder import RunFolder
from workbench.rundata import RunData
from workbench.runs import Runs
from workbench.viewer import Viewer


class Together:
    """Says to the panels which runs they show.

    Args:
        runs: The runs of the project.
        viewer: The panels.
    """

    def __init__(self, runs: Runs, viewer: Viewer) -> None:
        self._runs = runs
        self._viewer = viewer
        self._drawn: tuple[Path, ...] = ()

    def forget(self) -> None:
        """Whatever is to be drawn next is drawn."""
        self._drawn = ()

    def take_over(self, other: Together) -> None:
        """Know which runs are drawn together already in another window of the same project."""
        self._drawn = other._drawn

    def draw(self, paths: Sequence[Path]) -> None:
        """Draw the curves of these runs together, of those that have begun."""
        there = tuple(p for p in paths if self._runs.get(p) is not None or RunFolder(p).exists)
        if there and there != self._drawn:
            self._drawn = there
            self._viewer.overlay(there)
            self._viewer.show_path(there[0])  # panels of one run show the first one

    def show_alone(self, path: Path, data: RunData | None) -> None:
        """Show one run and no other.

        Args:
            path: The run.
            data: What it has said so far, if it is trained now.
        """
        self._viewer.overlay(())
        self._drawn = ()
        if data is not None:
            self._viewer.show(data)
        else:
            self._viewer.show_path(path)
