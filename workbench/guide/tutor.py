"""Follows a guided experiment: which steps the open project and its trainings show to be done."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, QTimer

from engine.guides.base import CHECKS, ENDED, Facts, Finding, Trained
from engine.guides.reading import trained_of
from engine.runs.summary import Summary
from projects.errors import ProjectError, UserError
from projects.guides import Guide, Step, guide
from projects.translation import phrase
from workbench.aside import aside
from workbench.document import Document
from workbench.guide.panel import GuidePanel
from workbench.guide.progress import Progress
from workbench.metric_words import metric_words
from workbench.settings import Settings
from workbench.values import set_at

REST_MS = 300
OF_READERS = ("-shm", "-wal")  # ends of names of files that reading a database leaves
Stamp = frozenset[tuple[str, int]]
"""Names of a run's files and when they were written, in nanoseconds."""


class Tutor(QObject):
    """Knows the experiment of the open project.

    Args:
        panel: Where it is shown.
        settings: Where it is remembered how far a person has come.
        parent: Qt parent.

    Attributes:
        guide: The experiment, or None.
    """

    def __init__(
        self, panel: GuidePanel, settings: Settings, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.guide: Guide | None = None
        self._panel = panel
        self._progress = Progress(settings)
        self._document: Document | None = None
        self._runs: dict[Path, Trained] = {}
        self._told: dict[Path, Summary] = {}
        self._unread: dict[Path, Stamp] = {}
        self._order: list[Path] = []
        self._timer = QTimer(self, singleShot=True, interval=REST_MS)
        self._timer.timeout.connect(self._judge)
        panel.set_wanted.connect(self._set)
        panel.seen.connect(self._seen)
        panel.again_wanted.connect(self.begin_again)

    def watch(self, document: Document | None) -> None:
        """Follow another project, or none."""
        if self._document is not None:
            self._document.changed.disconnect(self._edited)
            self._document.path_changed.disconnect(self._moved)
        self._document = document
        self._runs, self._told, self._unread, self._order = {}, {}, {}, []
        self.guide = None
        if document is not None:
            document.changed.connect(self._edited)
            document.path_changed.connect(self._moved)
            with contextlib.suppress(ProjectError):  # one that this version doesn't have
                self.guide = guide(document.project.guide) if document.project.guide else None
        if self.guide is not None and document is not None:
            self._progress.follow(self.guide.name, document.path)
        self._panel.show_guide(self.guide)
        self._judge()

    def begin(self) -> None:
        """The experiment was opened afresh: what was done before does not count."""
        if self.guide is not None:
            self._progress.begin()
            self._judge()

    def begin_again(self) -> None:
        """Make the project what the experiment begins with, as one undoable edit, and begin at the first step."""
        if self.guide is None or self._document is None:
            return
        first = msgspec.structs.replace(self.guide.project, name=self._document.project.name)
        self._document.apply(phrase("Begin the experiment again"), first)
        self.begin()

    def set_runs(self, runs: Sequence[tuple[Path, Summary]]) -> None:
        """Look at these runs, the newest first; those that have ended are read, in the background.

        One is read again when its summary says something else: it has ended before its test metrics are known.
        So is one that could not be read, when its files are others.
        """
        if self.guide is None:
            return
        self._order = [path for path, _summary in runs]
        ended = {path: summary for path, summary in runs if summary.state in ENDED}
        mended = {path for path, stamp in self._unread.items() if _stamp(path) != stamp}
        fresh = {p: s for p, s in ended.items() if self._told.get(p) != s or p in mended}
        self._told |= fresh
        for path in fresh:
            self._unread.pop(path, None)
        if fresh:
            aside(
                self,
                lambda: {path: _read(path) for path in fresh},
                lambda found: self._took(fresh, found),
            )
        else:
            self._timer.start()

    def findings(self) -> list[Finding]:
        """What every step of the experiment finds now."""
        if self.guide is None or self._document is None:
            return []
        runs = [
            self._runs[path]
            for path in self._order
            if path in self._runs and self._progress.counts(self._told[path].started)
        ]
        facts = Facts(self._document.project, runs, metric_words)
        told = self._progress.seen
        return [_found(step, facts, number in told) for number, step in enumerate(self.guide.steps)]

    def _took(self, told: Mapping[Path, Summary], found: Mapping[Path, Trained | Stamp]) -> None:
        """Runs were read; those that are read again meanwhile count when that is done."""
        for path, one in found.items():
            if self._told.get(path) is not told[path]:
                continue
            if isinstance(one, Trained):
                self._runs[path] = one
            else:
                self._unread[path] = one
        self._judge()

    def _edited(self, *_projects: object) -> None:
        if self.guide is not None:
            self._timer.start()

    def _judge(self) -> None:
        self._panel.show_findings(self.findings())

    def _set(self, number: int) -> None:
        """Make the settings of a step, as one undoable edit."""
        if self.guide is None or self._document is None:
            return
        step = self.guide.steps[number]
        made = self._document.project
        for path, value in step.set.items():
            made = set_at(made, path, value)
        self._document.apply(phrase("Set up: {step}").format(step=phrase(step.title)), made)

    def _seen(self, number: int) -> None:
        if self.guide is not None:
            self._progress.turn(number)
            self._judge()

    def _moved(self, path: Path) -> None:
        if self.guide is not None:
            self._progress.moved(self.guide.name, path)


def _found(step: Step, facts: Facts, seen: bool) -> Finding:
    """What shows that a step is done; what is to be read counts when a person has read it."""
    if step.check is None:
        return Finding(seen, "")
    check = CHECKS.make_plug(step.check)
    found = check.look(facts)
    return Finding(found.done and seen, found.words, found.done) if check.read else found


def _read(run: Path) -> Trained | Stamp:
    """What is known of a run; where it is damaged, of when its files are."""
    stamp = _stamp(run)
    with contextlib.suppress(UserError, OSError):
        return trained_of(run)
    return stamp


def _stamp(run: Path) -> Stamp:
    with contextlib.suppress(OSError), os.scandir(run) as entries:
        kept = (entry for entry in entries if not entry.name.endswith(OF_READERS))
        return frozenset((entry.name, entry.stat().st_mtime_ns) for entry in kept)
    return frozenset()
