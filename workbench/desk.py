"""Asks the desk engine about the open project: shapes, counts, problems, previews."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from engine.client import Died, Engines
from engine.framing import FrameError
from engine.protocol import Check, Checked, Failed, Preview, Previewed, Ready
from projects.schema import Project
from workbench.document import Document

SETTLE_MS = 40


class Desk(QObject):
    """Keeps what is known about the document up to date.

    Args:
        engines: The window's engines.
        parent: Qt parent.

    Attributes:
        latest: The last answer about the project as it is now or was a moment ago, or None.

    Signals:
        checked(Checked): The project was checked.
        check_failed(Problem): It could not be checked: what is shown is old.
        previewed(Previewed): Examples of the data came.
        preview_failed(Problem): They could not be shown.
        died(Died): The desk engine is gone.
        ready(Ready): The desk engine can answer.
        tried(project, Checked): Another project was checked, see :meth:`attempt`; None: it could not be.
    """

    checked = Signal(object)
    check_failed = Signal(object)
    previewed = Signal(object)
    preview_failed = Signal(object)
    died = Signal(object)
    ready = Signal(object)
    tried = Signal(object, object)

    def __init__(self, engines: Engines, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engines = engines
        self._document: Document | None = None
        self._number = 0
        self._check = 0
        self._preview = 0
        self._wanted: Preview | None = None
        self._attempt: tuple[int, Project] | None = None
        self._lost = False
        self.latest: Checked | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SETTLE_MS)
        self._timer.timeout.connect(self._ask)

    def watch(self, document: Document | None) -> None:
        """Check this document from now on, whenever it changes."""
        if self._document is not None:
            self._document.changed.disconnect(self._changed)
            self._document.path_changed.disconnect(self._moved)
        self._document = document
        self.latest = None
        self._attempt = None
        self._wanted = None
        self._check = self._preview = 0
        if document is not None:
            document.changed.connect(self._changed)
            document.path_changed.connect(self._moved)
            self._ask()

    def check(self) -> None:
        """Check again now: something outside of the project has changed."""
        self._ask()

    def attempt(self, project: Project) -> None:
        """Check a project that the document might become; :attr:`tried` answers.

        The answer to an earlier attempt no longer counts.
        """
        if self._document is not None:
            folder = str(self._document.folder)
            number = self._say(lambda n: Check(id=n, project=project, folder=folder))
            self._attempt = (number, project) if number else None

    def preview(self, wanted: Preview) -> None:
        """Ask for examples; the answer to an earlier question no longer counts."""
        self._wanted = wanted
        self._preview = self._say(
            lambda number: Preview(
                id=number,
                data=wanted.data,
                folder=wanted.folder,
                count=wanted.count,
                split=wanted.split,
            )
        )

    def poll(self) -> None:
        """Fetch what the desk said; called by the window's one timer."""
        for event in self._engines.desk.mailbox.drain():
            match event:
                case Ready():
                    self.ready.emit(event)
                    self._again()
                case Checked() if event.id == self._check:
                    self.latest = event
                    self.checked.emit(event)
                case Checked() | Failed() if self._attempt and event.id == self._attempt[0]:
                    project, self._attempt = self._attempt[1], None
                    self.tried.emit(project, event if isinstance(event, Checked) else None)
                case Previewed() if event.id == self._preview:
                    self.previewed.emit(event)
                case Failed() if event.id == self._check:
                    self.check_failed.emit(event.problems[0])
                case Failed() if event.id == self._preview:
                    self.preview_failed.emit(event.problems[0])
                case Died():
                    self._lost = True
                    self.died.emit(event)
                case _:
                    pass

    def _changed(self, _before: Project, _after: Project) -> None:
        self._timer.start()

    def _moved(self, _path: Path) -> None:
        """Relative data paths start in another folder now."""
        self._timer.start()

    def _ask(self) -> None:
        document = self._document
        if document is None:
            return
        folder = str(document.folder)
        project = document.project
        self._check = self._say(lambda n: Check(id=n, project=project, folder=folder))
        self._engines.expect(project.data, folder)

    def _say(self, make: Callable[[int], Check | Preview]) -> int:
        self._number += 1
        try:
            self._engines.desk.send(make(self._number))
        except FrameError as error:
            self.check_failed.emit(error.problem)
            return 0
        return self._number

    def _again(self) -> None:
        """Ask once more when another desk has taken the place of a dead one."""
        if not self._lost:
            return
        self._lost = False
        self._ask()
        if self._wanted is not None:
            self.preview(self._wanted)


def writable(folder: Path) -> bool:
    """Whether runs and projects can be written to a folder (or to the nearest one that exists)."""
    import os

    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return os.access(folder, os.W_OK)
