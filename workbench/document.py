"""The open project: one value, an undo stack that holds older ones, and a file.

Views hold ids and ask :attr:`Document.project`; only :meth:`Document.apply` changes it. An undo
entry is the value before and the value after; both share whatever did not change.
"""

from __future__ import annotations

import zlib
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from projects.schema import Project


class _Edit(QUndoCommand):
    """Goes from one value of the project to another."""

    def __init__(
        self, document: Document, text: str, before: Project, after: Project, merge: str
    ) -> None:
        super().__init__(text)
        self._document = document
        self._before = before
        self._after = after
        self._merge = merge

    def id(self) -> int:
        """Entries of one merge key are one undo step."""
        return zlib.crc32(self._merge.encode()) & 0x7FFFFFFF if self._merge else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Swallow a later edit of the same key."""
        if not isinstance(other, _Edit) or other._merge != self._merge:
            return False
        self._after = other._after
        self.setObsolete(self._after == self._before)
        return True

    def redo(self) -> None:
        """Show the value after."""
        self._document._show(self._after)

    def undo(self) -> None:
        """Show the value before."""
        self._document._show(self._before)


class Document(QObject):
    """The open project.

    Args:
        project: The value to begin with.
        path: Its file, or None for one that was never saved.
        parent: Qt parent.

    Signals:
        changed(before, after): The value changed; both are :class:`Project`.
        path_changed(path): Saved under another name.
        clean_changed(clean): Whether everything is saved.
    """

    changed = Signal(object, object)
    path_changed = Signal(object)
    clean_changed = Signal(bool)

    def __init__(
        self, project: Project, path: Path | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._project = project
        self._path = path
        self.stack = QUndoStack(self)
        self.stack.setUndoLimit(1000)
        self.stack.cleanChanged.connect(self.clean_changed)

    @property
    def project(self) -> Project:
        """The project as it is now."""
        return self._project

    @property
    def path(self) -> Path | None:
        """The file, or None."""
        return self._path

    @property
    def folder(self) -> Path:
        """Where relative data paths start: the file's folder, or the current one."""
        return self._path.parent if self._path else Path.cwd()

    @property
    def clean(self) -> bool:
        """Whether the file holds what is shown."""
        return self.stack.isClean()

    def apply(self, text: str, after: Project, merge: str = "") -> None:
        """Make one edit that can be undone.

        Args:
            text: What the person did (``Add Linear``); shown in Edit → Undo.
            after: The project as it shall be.
            merge: Edits in a row with the same non-empty key become one undo step
                (dragging, typing into one field).
        """
        if after == self._project:
            return
        self.stack.push(_Edit(self, text, self._project, after, merge))

    def saved(self, path: Path) -> None:
        """Note that what is shown is in ``path`` now."""
        if path != self._path:
            self._path = path
            self.path_changed.emit(path)
        self.stack.setClean()

    def _show(self, project: Project) -> None:
        before, self._project = self._project, project
        self.changed.emit(before, project)
