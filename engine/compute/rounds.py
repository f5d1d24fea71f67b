"""The doctor's rounds during a training: verdicts are told, logged and kept as markers."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter

from engine.clinic.practice import STREAMS, Practice, marker_of
from engine.protocol import Event, Marker, Measured
from engine.runs.reader import Reader
from projects.schema import Project

BEGINNING = 200  # steps in which rounds are gone as soon as they can be
APART = 1.0  # seconds between two goings later on: many rounds at once take a third of what they take one by one


class Rounds:
    """Watches a training and says what ails it, at steps that depend on nothing but the project.

    What a round finds does not depend on when it is gone, so they are gone some at a time.

    Args:
        project: What is trained.
        run: The run folder.

    Attributes:
        seconds: What that has cost so far.
    """

    def __init__(self, project: Project, run: Path) -> None:
        self.seconds = 0.0
        self._project = project
        self._run = run
        self._practice = Practice(project)
        self._heard: list[Event] = []
        self._due = 0.0

    def catch_up(self) -> None:
        """Begin again with what the folder holds of the run; what was told then is not told again."""
        self._practice = Practice(self._project)
        self._heard.clear()
        for event in Reader(self._run).events(STREAMS):
            self._practice.hear(event)
        for _verdict in self._practice.go():
            pass

    @property
    def informed(self) -> bool:
        """Whether it is known what the data are like."""
        return self._practice.informed

    def hear(self, event: Event) -> None:
        """Take an event of the run; the doctor hears of it with the next rounds."""
        if not isinstance(event, Measured) or event.stream in STREAMS:
            self._heard.append(event)

    def go(self, at_once: bool = True) -> list[Marker]:
        """Go the rounds up to where the curves are and return what there is to tell: suspicions are kept quiet.

        Args:
            at_once: Else only at the beginning, and when the last time is long enough ago.
        """
        begun = perf_counter()
        if not at_once and begun < self._due and self._practice.reached > BEGINNING:
            return []
        heard, self._heard = self._heard, []
        for event in heard:
            self._practice.hear(event)
        found = [marker_of(v) for v in self._practice.go() if v.state != "suspected"]
        done = perf_counter()
        self._due = done + APART
        self.seconds += done - begun
        return found
