"""The project file of a window: new, open, save, save as, close."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from projects import files
from projects.errors import FileError, Problem, ProjectError, UserError
from projects.schema import LONGEST_NAME, Project
from projects.translation import gettext as _
from projects.translation import phrase
from workbench.document import Document
from workbench.names import is_untitled, project_words
from workbench.project_lock import ProjectLock
from workbench.questions import CANCEL, Choice, ask
from workbench.recovery import Leftover, Recovery
from workbench.save_place import begin_in
from workbench.settings import Settings
from workbench.undoing import speak_again

SUFFIX = ".yaml"


class Files(QObject):
    """Holds the open document and its file.

    Args:
        window: The window, for questions.
        settings: Where recent projects are remembered.
        recovery: What keeps unsaved work.

    Attributes:
        document: The open project, or None.
        readonly: Why it cannot be saved under its name; empty when it can.
        guard: Asked before a project is closed: whether it may be.

    Signals:
        opened(Document): Another project is open.
        closed(): None is.
        saved(path): It was saved.
        not_opened(Problem): A file could not be opened.
        not_saved(Problem): It could not be saved.
        told(text): Something that the person should know about the opened project.
    """

    opened = Signal(object)
    closed = Signal()
    saved = Signal(object)
    not_opened = Signal(object)
    not_saved = Signal(object)
    told = Signal(str)

    def __init__(self, window: QWidget, settings: Settings, recovery: Recovery) -> None:
        super().__init__(window)
        self._window = window
        self._settings = settings
        self._recovery = recovery
        self._original: files.Loaded | None = None
        self._lock: ProjectLock | None = None
        self.document: Document | None = None
        self.readonly = ""
        self.guard: Callable[[], bool] = lambda: True

    @property
    def place(self) -> Path:
        """Folder in which file dialogs begin."""
        if self.document is not None and self.document.path is not None:
            return self.document.path.parent
        known = [path.parent for path in self._settings.recent if path.parent.is_dir()]
        return known[0] if known else Path.home()

    # ------------------------------------------------------------------------------------ open

    def new_from(self, project: Project, unsaved: bool = False) -> bool:
        """Open a project that has no file yet; return whether it is open now.

        Args:
            project: The project.
            unsaved: Whether it holds work already, which closing must not lose.
        """
        if not self.may_close():
            return False
        document = Document(project, parent=self)
        if unsaved:
            document.stack.resetClean()
        self._show(document)
        self._recovery.keep()
        return True

    def open(self, path: Path) -> bool:
        """Open a file; return whether it is open now."""
        path = path.absolute()
        # First whether it can be opened at all: closing the present project may end a training.
        if self._load(path) is None or not self.may_close():
            return False
        loaded = self._load(path)  # again: what was just saved may be this very file
        if loaded is None:
            return False
        self._show(Document(loaded.project, path, parent=self), loaded)
        self._settings.remember(path)
        if self.readonly:
            self.told.emit(self.readonly)
        return True

    def ask_open(self) -> bool:
        """Let the person choose a file and open it."""
        name, _kind = QFileDialog.getOpenFileName(
            self._window,
            _("Open project"),
            str(self.place),
            _("Ganvas projects (*.yaml *.yml)"),
        )
        return bool(name) and self.open(Path(name))

    def restore(self, leftover: Leftover) -> bool:
        """Open unsaved work that a window left behind; it is unsaved still."""
        if leftover.path is not None and leftover.path.is_file():
            current = self.document.path if self.document else None
            if current != leftover.path and not self.open(leftover.path):
                return False
            assert self.document is not None
            self.document.apply(phrase("Restore unsaved changes"), leftover.project)
        elif not self.new_from(leftover.project, unsaved=True):
            return False
        self._recovery.keep()
        leftover.remove()
        return True

    # ------------------------------------------------------------------------------------ save

    def save(self) -> bool:
        """Save under the document's name, or ask for one; return whether it is saved."""
        document = self.document
        if document is None:
            return False
        if document.path is None or self.readonly:
            return self.ask_save_as()
        answer = self._if_changed_on_disk(document.path)
        if answer == "save_as":
            return self.ask_save_as()
        return answer != CANCEL and self._write(document.path, document.project)

    def ask_save_as(self) -> bool:
        """Let the person choose a name and save; return whether it is saved."""
        if self.document is None:
            return False
        name = self.document.path.name if self.document.path else self.suggested_name()
        chosen, _kind = QFileDialog.getSaveFileName(
            self._window,
            _("Save project"),
            str(self.place / name),
            _("Ganvas projects (*.yaml *.yml)"),
        )
        return bool(chosen) and self.save_as(Path(chosen))

    def save_as(self, path: Path) -> bool:
        """Save under this name; return whether it is saved."""
        path = path.absolute()
        if path.suffix.lower() not in (".yaml", ".yml"):
            path = path.with_name(path.name + SUFFIX)
        lock = self._lock if self._is_mine(path) else ProjectLock(path)
        assert lock is not None
        if not lock.mine:
            self.not_saved.emit(_in_other_window(path))
            return False
        if not self._write(path, self._named_by(path)):
            return False
        if lock is not self._lock:
            self._release()
            self._lock = lock
        self.readonly = _why_readonly(self._original, lock)
        return True

    def suggested_name(self) -> str:
        """A file name made of the project's name."""
        assert self.document is not None
        words = "".join(c if c.isalnum() or c in "-_" else " " for c in self.document.project.name)
        return ("_".join(words.lower().split()) or "project") + SUFFIX

    # ------------------------------------------------------------------------------------ close

    def may_close(self) -> bool:
        """Ask what to do with unsaved work; return whether the document may be closed."""
        if self.document is None:
            return True
        if self.document.clean:
            return self.guard()
        name = (
            self.document.path.name
            if self.document.path
            else project_words(self.document.project.name)
        )
        answer = ask(
            self._window,
            "unsaved",
            _("Save changes to “{name}”?").format(name=name),
            _("What is not saved is lost otherwise."),
            (
                Choice("save", _("Save"), primary=True),
                Choice("discard", _("Don’t save"), destructive=True),
                Choice(CANCEL, _("Cancel")),
            ),
        )
        agreed = answer == "discard" or (answer == "save" and self.save())
        return agreed and self.guard()

    def close(self) -> None:
        """Close without asking; the start page comes."""
        self._drop()
        self.closed.emit()

    def leave(self, keep_unsaved: bool = False) -> None:
        """The window goes.

        Args:
            keep_unsaved: Leave unsaved work for the next start to offer, because nobody was asked.
        """
        if keep_unsaved:
            self._recovery.keep()
            self._release()
        else:
            self._drop()

    def take_over(self, other: Files) -> None:
        """Go on with the document of another window: the same one, with its undo steps and its lock.

        :attr:`opened` is not emitted: whoever takes over shows the document piece by piece.
        """
        document, other.document = other.document, None
        self._lock, other._lock = other._lock, None
        self._original, self.readonly = other._original, other.readonly
        other._recovery.watch(None)
        if document is not None:
            document.setParent(self)
            self.document = document
            begin_in(self._window, self.place)
            speak_again(document.stack)
            self._recovery.watch(document)
            self._recovery.keep()

    # ------------------------------------------------------------------------------------ inside

    def _load(self, path: Path) -> files.Loaded | None:
        """Read a file, or say why it cannot be opened."""
        try:
            return files.load(path)
        except UserError as error:
            self.not_opened.emit(error.problems[0])
            return None

    def _show(self, document: Document, loaded: files.Loaded | None = None) -> None:
        self._drop()
        self.document = document
        self._original = loaded
        if document.path is not None:
            self._lock = ProjectLock(document.path)
            self.readonly = _why_readonly(loaded, self._lock)
        self._recovery.watch(document)
        begin_in(self._window, self.place)
        self.opened.emit(document)

    def _drop(self) -> None:
        self._recovery.watch(None)
        self._release()
        self.readonly = ""
        self._original = None
        if self.document is not None:
            self.document.stack.blockSignals(True)  # it speaks even while it is destroyed
            self.document.deleteLater()
            self.document = None

    def _release(self) -> None:
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def _named_by(self, path: Path) -> Project:
        """The project, called like its first file where nobody has given it a name."""
        assert self.document is not None
        project = self.document.project
        unnamed = self.document.path is None and is_untitled(project.name)
        name = path.stem[:LONGEST_NAME]
        return msgspec.structs.replace(project, name=name) if unnamed else project

    def _write(self, path: Path, project: Project) -> bool:
        document = self.document
        assert document is not None
        try:
            text = files.save(project, path, self._original)
        except (FileError, ProjectError) as error:
            self.not_saved.emit(error.problem)
            return False
        document.apply(phrase("Save project"), project)
        newer = self._original is not None and self._original.readonly
        self._original = files.Loaded(document.project, text, newer, document.project.format)
        if path != document.path:
            begin_in(self._window, path.parent)
        document.saved(path)
        self._recovery.keep()
        self._settings.remember(path)
        self.saved.emit(path)
        return True

    def _if_changed_on_disk(self, path: Path) -> str:
        """Ask if somebody else has changed the file since it was opened or saved."""
        if self._original is None:
            return "save"
        try:
            present = files.read_bytes(path)
        except FileError:
            return "save"  # it is gone: saving brings it back
        if present.removeprefix(codecs.BOM_UTF8) == self._original.text.encode():
            return "save"
        return ask(
            self._window,
            "changed",
            _("“{name}” was changed by another program.").format(name=path.name),
            _("Saving now replaces what is in the file."),
            (
                Choice("save_as", _("Save under another name…"), primary=True),
                Choice("replace", _("Replace"), destructive=True),
                Choice(CANCEL, _("Cancel")),
            ),
        )

    def _is_mine(self, path: Path) -> bool:
        document = self.document
        same = document is not None and document.path is not None and document.path == path
        return same and self._lock is not None


def _why_readonly(loaded: files.Loaded | None, lock: ProjectLock) -> str:
    if not lock.mine:
        return _(
            "This project is open in another window. Here it can be looked at and saved as a copy."
        )
    if loaded is not None and loaded.readonly:
        return _(
            "This project was made by a newer Ganvas ({version}). It can be looked at, not saved."
        ).format(version=loaded.version)
    return ""


def _in_other_window(path: Path) -> Problem:
    return Problem(
        where=str(path),
        message=_("this file is open in another window."),
        hint=_("Close it there, or choose another name."),
    )
