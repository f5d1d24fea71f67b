"""The open project: one value, an undo stack that holds older ones, and a file.

Views hold ids and ask :attr:`Document.project`; only :meth:`Document.apply` changes it. An undo
entry is the value before and the value after; both share whatever did not change.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from projects.schema import Project
from workbench.undoing import Change


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
        self.stack.push(Change(text, self._project, after, self._show, merge))

    def saved(self, path: Path) -> None:
        """Note that what is shown is in ``path`` now."""
        if path != self._path:
            self._path = path
            self.path_changed.emit(path)
        self.stack.setClean()

    def _show(self, project: Project) -> None:
        before, self._project = self._project, project
        self.changed.emit(before, project)
