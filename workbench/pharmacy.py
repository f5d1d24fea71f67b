"""Remedies for the open project, each tried on the desk before it is offered."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal

from engine.protocol import Checked
from projects.schema import Project
from projects.translation import phrase, written
from workbench.desk import Desk
from workbench.difference_words import difference_words
from workbench.document import Document
from workbench.remedies import REMEDIES, Remedy


class Pharmacy(QObject):
    """Knows which remedies the open project can take.

    A remedy is offered where it changes the project and the check of the changed one finds neither an error nor more
    warnings than before. An edit of the project ends all knowledge; what is asked about next is tried anew.

    Args:
        desk: What checks.
        parent: Qt parent.

    Signals:
        changed(): More is known of the remedies that were asked about.
    """

    changed = Signal()

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._document: Document | None = None
        self._project: Project | None = None
        self._made: dict[str, Project] = {}
        self._good: dict[str, bool] = {}
        self._deeds: dict[str, tuple[str, ...]] = {}
        self._waiting: list[str] = []
        self._tried = ""
        desk.tried.connect(self._answered)
        desk.checked.connect(self._checked)
        desk.died.connect(self._lost)

    def watch(self, document: Document | None) -> None:
        """Serve another project, or none."""
        self._document = document
        self._forget()

    def offers(self, tags: Iterable[str]) -> tuple[Remedy, ...]:
        """Return those of some remedies that are known to suit the project; others are tried from now on.

        While the project has errors, or is being checked, there are none.
        """
        latest = self._desk.latest
        if self._document is None or latest is None or not (latest.ok and self._desk.up_to_date):
            return ()
        if self._document.project is not self._project:
            self._forget()
            self._project = self._document.project
        wanted = [tag for tag in tags if tag in REMEDIES]
        for tag in wanted:
            if tag not in self._made:
                self._made[tag] = REMEDIES.make(tag, {}).apply(self._document.project)
                self._good.pop(tag, None)
                if self._made[tag] is not self._project:
                    self._waiting.append(tag)
        self._next()
        return tuple(REMEDIES.make(tag, {}) for tag in wanted if self._good.get(tag))

    def deeds(self, remedies: Iterable[Remedy]) -> dict[str, tuple[str, ...]]:
        """Return by tag what offered remedies change in the project, in the words of forms."""
        document = self._document
        if document is None or document.project is not self._project:
            return {}
        for tag in (remedy.tag() for remedy in remedies):
            if tag in self._made and tag not in self._deeds:
                told, _as_files = difference_words(document.project, self._made[tag])
                self._deeds[tag] = tuple(told)
        return dict(self._deeds)

    def apply(self, remedy: Remedy) -> bool:
        """Give it to the project, as one step of undo; return False where the project has changed meanwhile."""
        document = self._document
        if document is None or document.project is not self._project:
            return False
        document.apply(phrase(written(type(remedy), "title")), self._made[remedy.tag()])
        return True

    # ------------------------------------------------------------------------------- trying

    def _forget(self) -> None:
        self._project = None
        self._made.clear()
        self._good.clear()
        self._deeds.clear()
        self._waiting.clear()
        self._tried = ""

    def _checked(self, _checked: Checked) -> None:
        self._next()
        self.changed.emit()

    def _next(self) -> None:
        if not self._tried and self._waiting and self._desk.up_to_date:
            self._tried = self._waiting.pop(0)
            self._desk.attempt(self._made[self._tried])

    def _lost(self, _death: object) -> None:
        """Whoever was asked is gone: ask again when there is another one."""
        if self._tried:
            self._waiting.insert(0, self._tried)
            self._tried = ""

    def _answered(self, project: Project, checked: Checked | None) -> None:
        if not self._tried or project is not self._made.get(self._tried):
            return  # the answer to another question
        tag, self._tried = self._tried, ""
        before = self._desk.latest
        known = len(before.problems) if before is not None else 0
        self._good[tag] = checked is not None and checked.ok and len(checked.problems) <= known
        self.changed.emit()
        self._next()
