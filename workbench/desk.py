"""Asks the desk engine about the open project: shapes, counts, problems, previews.

An edit is asked about at once. Edits made while an answer is under way are asked about together when it
has come, so that a slow check never has a queue behind it. What the desk says wakes the window.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from engine.client import Died, Engines
from engine.framing import FrameError
from engine.protocol import (
    Carried,
    Carry,
    Check,
    Checked,
    Event,
    Failed,
    Import,
    Imported,
    Preview,
    Previewed,
    Ready,
)
from projects.schema import Project
from workbench.aside import in_window
from workbench.document import Document

PATIENCE_MS = 2_000


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
        carried(Carried or None): Which weights of a run the project would keep, see :meth:`carry`.
        imported(Imported): A file was imported, see :meth:`import_file`.
        import_failed(Failed or Died): It could not be.
        tried(project, Checked): Another project was checked, see :meth:`attempt`; None: it could not be.
    """

    checked = Signal(object)
    check_failed = Signal(object)
    previewed = Signal(object)
    preview_failed = Signal(object)
    died = Signal(object)
    ready = Signal(object)
    carried = Signal(object)
    imported = Signal(object)
    import_failed = Signal(object)
    tried = Signal(object, object)

    def __init__(self, engines: Engines, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engines = engines
        self._document: Document | None = None
        self._number = 0
        self._check: int | None = None  # whose answer is under way
        self._preview: int | None = None
        self._edited = False
        self._wanted: Preview | None = None
        self._attempts: dict[int, Project] = {}
        self._carry: int | None = None
        self._import: int | None = None
        self._lost = False
        self._deaf = False
        self._waiting = False
        self.latest: Checked | None = None
        engines.desk.mailbox.wake_with(self._wake)

    def take_over(self, other: Desk) -> None:
        """Hear the desk engine instead of another window's desk; what that one has asked is not answered."""
        other._deaf = True
        self._number = other._number
        self._lost = other._lost

    def listen(self) -> None:
        """Hear the desk engine after another desk did; what that one may have heard is asked once more."""
        self._engines.desk.mailbox.wake_with(self._wake)
        self._lost = True
        self._again()

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Let answers wait meanwhile: not everybody who shows them is there."""
        self._waiting = True
        try:
            yield
        finally:
            self._waiting = False
            self._wake()

    def watch(self, document: Document | None) -> None:
        """Check this document from now on, whenever it changes."""
        if self._document is not None:
            self._document.changed.disconnect(self._changed)
            self._document.path_changed.disconnect(self._moved)
        self._document = document
        self.latest = None
        self._attempts.clear()
        self._carry = None
        self._wanted = None
        self._check = self._preview = None
        self._edited = False
        if document is not None:
            document.changed.connect(self._changed)
            document.path_changed.connect(self._moved)
            self._ask()

    def check(self) -> None:
        """Check again now: something outside of the project has changed."""
        self._ask()

    @property
    def up_to_date(self) -> bool:
        """Whether what is known is about the project as it is now."""
        return self.latest is not None and self._check is None and not self._edited

    def attempt(self, project: Project) -> None:
        """Check a project that the document might become; :attr:`tried` answers, in the order of asking."""
        if self._document is not None:
            folder = str(self._document.folder)
            number = self._say(lambda n: Check(id=n, project=project, folder=folder))
            if number is not None:
                self._attempts[number] = project

    def carry(self, run: Path) -> None:
        """Ask which weights of a run the project as it is would keep."""
        document = self._document
        if document is not None:
            folder, project = str(document.folder), document.project
            self._carry = self._say(
                lambda n: Carry(id=n, project=project, folder=folder, run=str(run))
            )

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

    @property
    def importing(self) -> bool:
        """Whether a file is being imported."""
        return self._import is not None

    def import_file(self, path: Path, document: Document | None = None) -> bool:
        """Draw a project from a file, or give one the weights of a file.

        It goes on when another document is watched meanwhile.

        Args:
            path: The file.
            document: The project that gets the weights; None to draw a project.

        Returns:
            Whether an answer will come.
        """
        project = document.project if document is not None else None
        folder = str(document.folder) if document is not None else ""
        file = str(document.path or "") if document is not None else ""
        self._import = self._say(
            lambda n: Import(id=n, path=str(path), project=project, folder=folder, file=file)
        )
        return self.importing

    def break_off(self) -> None:
        """End the import; :attr:`import_failed` follows, unless its answer is on the way already."""
        if self.importing:
            self._engines.desk.interrupt()
            QTimer.singleShot(PATIENCE_MS, self, partial(self._insist, self._import))

    def _insist(self, number: int | None) -> None:
        """It does not listen: what reads the file can be deep inside of a library."""
        if self.importing and self._import == number:
            self._engines.desk.kill()

    # ------------------------------------------------------------------ what the desk says

    def _wake(self) -> None:
        """Something lies in the mailbox; called from a background thread."""
        in_window(self, self._listen)

    def _listen(self) -> None:
        while not (self._deaf or self._waiting) and (events := self._engines.desk.mailbox.drain()):
            for event in events:
                self._hear(event)

    def _hear(self, event: Event) -> None:
        match event:
            case Ready():
                self.ready.emit(event)
                self._again()
            case Checked() if event.id == self._check:
                self._answered()
                self.latest = event
                self.checked.emit(event)
            case Checked() | Failed() if event.id in self._attempts:
                project = self._attempts.pop(event.id)
                self.tried.emit(project, event if isinstance(event, Checked) else None)
            case Carried() | Failed() if event.id == self._carry:
                self.carried.emit(event if isinstance(event, Carried) else None)
            case Imported() if event.id == self._import:
                self._import = None
                self.imported.emit(event)
            case Failed() if event.id == self._import:
                self._import = None
                self.import_failed.emit(event)
            case Previewed() if event.id == self._preview:
                self.previewed.emit(event)
            case Failed() if event.id == self._check:
                self._answered()
                self.check_failed.emit(event.problems[0])
            case Failed() if event.id == self._preview:
                self.preview_failed.emit(event.problems[0])
            case Died():
                self._lost = True
                self._check = None
                self._attempts.clear()
                self.died.emit(event)
                if self.importing:
                    self._import = None
                    self.import_failed.emit(event)
            case _:
                pass

    def _answered(self) -> None:
        """The desk is free: let it work on what was edited meanwhile while its answer is shown."""
        self._check = None
        if self._edited:
            self._ask()

    # ------------------------------------------------------------------ what the desk is asked

    def _changed(self, _before: Project, _after: Project) -> None:
        self._edited = True
        if self._check is None:
            self._ask()

    def _moved(self, _path: Path) -> None:
        """Relative data paths start in another folder now."""
        document = self._document
        assert document is not None
        self._changed(document.project, document.project)

    def _ask(self) -> None:
        document = self._document
        if document is None:
            return
        self._edited = False
        folder = str(document.folder)
        project = document.project
        self._check = self._say(lambda n: Check(id=n, project=project, folder=folder))
        self._engines.expect(project.data, folder)

    def _say(self, make: Callable[[int], Check | Preview | Carry | Import]) -> int | None:
        """Return the number of the request, or None when no answer to it will come."""
        self._number += 1
        try:
            sent = self._engines.desk.send(make(self._number))
        except FrameError as error:
            self.check_failed.emit(error.problem)
            return None
        return self._number if sent else None

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
