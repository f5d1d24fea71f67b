"""The doctor's rounds during a training: verdicts are told, logged and kept as markers."""

from __future__ import annotations

from pathlib import Path

from engine.clinic.practice import STREAMS, Practice, marker_of
from engine.protocol import Event, Marker
from engine.runs.reader import Reader
from projects.schema import Project


class Rounds:
    """Watches a training and says what ails it, at steps that depend on nothing but the project.

    Args:
        project: What is trained.
        run: The run folder.
    """

    def __init__(self, project: Project, run: Path) -> None:
        self._project = project
        self._run = run
        self._practice = Practice(project)

    def catch_up(self) -> None:
        """Begin again with what the folder holds of the run; what was told then is not told again."""
        self._practice = Practice(self._project)
        for event in Reader(self._run).events(STREAMS):
            self._practice.hear(event)
        for _verdict in self._practice.go():
            pass

    @property
    def informed(self) -> bool:
        """Whether it is known what the data are like."""
        return self._practice.informed

    def hear(self, event: Event) -> None:
        """Take an event of the run."""
        self._practice.hear(event)

    def go(self) -> list[Marker]:
        """Go the rounds that are due and return what there is to tell: suspicions are kept quiet."""
        return [marker_of(v) for v in self._practice.go() if v.state != "suspected"]
