"""Tries quick fixes on the desk, one at a time, while it has nothing else to do.

A fix is offered when the check of the project that it makes finds no problem at the place any more, and not more
errors than before. Any edit of the document ends the trying: the fixes would be for a project that is gone.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QObject, Signal

from engine.protocol import Checked
from projects.errors import Problem
from projects.schema import Project
from workbench.desk import Desk
from workbench.document import Document
from workbench.mending import Candidate, candidates

MOST_PROBLEMS = 8
MOST_FIXES = 3

Key = tuple[str, str]


class Mender(QObject):
    """Finds the fixes of the open project's problems.

    Args:
        desk: What checks.
        parent: Qt parent.

    Signals:
        changed(): There are other fixes, or none any more; :meth:`fixes` has them.
    """

    changed = Signal()

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._document: Document | None = None
        self._before: Checked | None = None
        self._project: Project | None = None
        self._waiting: Iterator[tuple[Problem, Candidate]] = iter(())
        self._tried: tuple[Problem, Candidate] | None = None
        self._fixes: dict[Key, list[Candidate]] = {}
        desk.checked.connect(self._checked)
        desk.tried.connect(self._answered)

    def watch(self, document: Document | None) -> None:
        """Mend another project, or none."""
        if self._document is not None:
            self._document.changed.disconnect(self._edited)
        self._document = document
        self._forget()
        if document is not None:
            document.changed.connect(self._edited)

    @property
    def document(self) -> Document | None:
        """The project that is mended."""
        return self._document

    def fixes(self, problem: Problem) -> tuple[Candidate, ...]:
        """The fixes that are known to mend a problem, the likeliest first."""
        return tuple(self._fixes.get(_key(problem), ()))

    def apply(self, candidate: Candidate) -> bool:
        """Do it, as one step of undo; return False where the project has changed meanwhile."""
        document = self._document
        if document is None or document.project is not self._project:
            return False
        document.apply(candidate.title, candidate.project)
        return True

    # ------------------------------------------------------------------------------ trying

    def _forget(self) -> None:
        self._project = self._before = self._tried = None
        self._waiting = iter(())
        if self._fixes:
            self._fixes.clear()
            self.changed.emit()

    def _edited(self, _before: Project, _after: Project) -> None:
        self._forget()

    def _checked(self, checked: Checked) -> None:
        self._forget()
        if self._document is not None and checked.problems and self._desk.up_to_date:
            self._before, self._project = checked, self._document.project
            self._waiting = self._all(self._project, checked)
            self._next()

    def _all(self, project: Project, checked: Checked) -> Iterator[tuple[Problem, Candidate]]:
        for problem in checked.problems[:MOST_PROBLEMS]:
            for candidate in candidates(project, checked, problem):
                most = 1 if candidate.last_resort else MOST_FIXES
                if len(self.fixes(problem)) < most:
                    yield problem, candidate

    def _next(self) -> None:
        self._tried = next(self._waiting, None)
        if self._tried is not None:
            self._desk.attempt(self._tried[1].project)

    def _answered(self, project: Project, checked: Checked | None) -> None:
        if self._tried is None or self._before is None or project is not self._tried[1].project:
            return  # the answer to a question that nobody asks any more
        problem, candidate = self._tried
        if checked is not None and mends(problem, self._before, checked, candidate.strict):
            self._fixes.setdefault(_key(problem), []).append(candidate)
            self.changed.emit()
        self._next()


def mends(problem: Problem, before: Checked, after: Checked, strict: bool = False) -> bool:
    """Whether a problem is gone and no more errors are there than before.

    Another problem at the same place does not count as mended. An error that could only be found now, because
    shapes are known farther on, may take the place of the one that is gone, unless that is ``strict``.
    """
    if any(p.where == problem.where and p.severity == problem.severity for p in after.problems):
        return False
    counts = [sum(p.severity == "error" for p in c.problems) for c in (before, after)]
    if problem.severity != "error":
        return counts[1] <= counts[0] and len(after.problems) < len(before.problems)
    return counts[1] < counts[0] if strict else counts[1] <= counts[0]


def _key(problem: Problem) -> Key:
    return (problem.where, problem.message)
