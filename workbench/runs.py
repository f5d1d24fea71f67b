"""The runs of the open project: listed from their folders, read in the background, kept for panels."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.runs.folder import list_runs, runs_folder
from engine.runs.reader import Reader
from engine.runs.summary import DAMAGED, Summary, summary_or_damage, was_never_trained
from projects.errors import Problem, UserError
from projects.translation import gettext as _
from workbench.aside import aside
from workbench.branch_dialog import checkpoint_steps
from workbench.document import Document
from workbench.rundata import RunData, run_title


class Runs(QObject):
    """What is known of the runs of a document.

    Args:
        parent: Qt parent.

    Signals:
        listed(runs): Pairs of path and :class:`Summary`, newest first.
        loaded(path, RunData): A run was read.
        failed(path, Problem): A run could not be read.
        homeless_changed(): Another run waits for the project's first save.
        renamed(): Runs that were read are called something else.
    """

    listed = Signal(object)
    loaded = Signal(object, object)
    failed = Signal(object, object)
    homeless_changed = Signal()
    renamed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document: Document | None = None
        self._known: dict[Path, RunData] = {}
        self._reading: set[Path] = set()
        self._own: list[Path] = []
        self._added: list[Path] = []
        self._homeless: list[Path] = []
        self._stamp = 0
        self.loaded.connect(self._keep)

    def watch(self, document: Document | None) -> None:
        """List the runs of this document from now on; what is kept of others is dropped.

        A run that this window trains stays known: its last words are still to come.
        """
        self._document = document
        self._own = [path for path in self._own if self._known[path].active]
        self._known = {path: self._known[path] for path in self._own}
        self._added = []
        self._homeless = []
        self.refresh()

    @property
    def folder(self) -> Path:
        """The folder of the document's runs."""
        assert self._document is not None
        return runs_folder(self._document.path, self._document.project.name)

    def lists(self, folder: Path) -> bool:
        """Whether this is the folder of the open document's runs."""
        return self._document is not None and self.folder == folder

    def refresh(self) -> None:
        """List the folder again."""
        self._stamp = self._stamp_now()
        self.listed.emit(self.summaries() if self._document is not None else [])

    def look(self) -> None:
        """List the folder again if another program has put runs there, or taken some away."""
        if self._stamp != self._stamp_now():
            self.refresh()

    def _stamp_now(self) -> int:
        """What changes when something is put into the folder or taken away."""
        if self._document is None:
            return 0
        try:
            return self.folder.stat().st_mtime_ns
        except OSError:
            return 0

    def summaries(self) -> list[tuple[Path, Summary]]:
        """Paths and summaries, newest first; what can't be read of a run is said in the place of its summary."""
        here = list_runs(self.folder) if self.folder.is_dir() else []
        strays = [path for path in self._added if path not in here and path.is_dir()]
        paths = sorted((*here, *strays), key=lambda path: path.name, reverse=True)
        return [(path, summary_or_damage(path)) for path in paths]

    def newest(self) -> Path | None:
        """The newest run that was trained; where there are only weights, the newest of these."""
        runs = [(path, one) for path, one in self.summaries() if one.state != DAMAGED]
        trained = [path for path, summary in runs if not was_never_trained(summary.state)]
        return next(iter([*trained, *(path for path, _summary in runs)]), None)

    def add(self, path: Path, data: RunData) -> None:
        """Keep the data of a living run; it is listed wherever the project is saved meanwhile."""
        self._known[path] = data
        if path not in self._own:
            self._own.append(path)
        if self._document is None or path in self._added:
            return
        self._added.append(path)
        if self._document.path is None and path.parent == self.folder:
            self._homeless.append(path)
            self.homeless_changed.emit()

    def take_over(self, other: Runs) -> None:
        """Know what another window knows of the runs of this document."""
        self._known = dict(other._known)
        self._own, self._added = list(other._own), list(other._added)
        self._homeless = list(other._homeless)
        self.homeless_changed.emit()
        self.refresh()

    def homeless(self) -> list[Path]:
        """Runs of the document from before its first save, which will bring them beside it."""
        return [path for path in self._homeless if path.is_dir()]  # the others are in the bin

    def adopt(self, paths: Iterable[Path]) -> None:
        """Take over the homeless runs of a document that was restored."""
        for path in paths:
            if path.is_dir() and path not in self._added:
                self._added.append(path)
                self._homeless.append(path)
        self.homeless_changed.emit()
        self.refresh()

    def settle(self) -> None:
        """No training goes on: bring runs from before the project's first save to it, and list all."""
        if self._document is not None and self._document.path is not None and self._homeless:
            homeless, self._homeless = self._homeless, []
            for path in homeless:
                self._move(path)
        self.refresh()

    def _move(self, path: Path) -> None:
        """Move a run folder beside the project's others; where that fails it stays and is listed."""
        target = self.folder / path.name
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(path, target)
        except OSError:
            self._homeless.append(path)
            return
        self._own = [target if own == path else own for own in self._own]
        self._added.remove(path)
        data = self._known.pop(path, None)
        if data is not None:
            data.path = str(target)
            self._known[target] = data

    def get(self, path: Path) -> RunData | None:
        """The data of a run, if it was read already."""
        return self._known.get(path)

    def load(self, path: Path) -> None:
        """Read a run in the background; :attr:`loaded` follows.

        One that another process trains is read again every time.
        """
        known = self._known.get(path)
        if known is not None and (path in self._own or not known.active):
            self.loaded.emit(path, known)
        elif path not in self._reading:
            self._reading.add(path)
            aside(self, lambda: _read(path), lambda read: self._take(path, *read))

    def rename(self, paths: Iterable[Path]) -> None:
        """What is said about runs has changed: call them by what they are called now, and list all."""
        for path in paths:
            if path in self._known:
                self._known[path].label = run_title(path)
        self.renamed.emit()
        self.refresh()

    def forget(self, path: Path) -> None:
        """Drop what was read of a run that is thrown away; where it belongs stays known, should it come back."""
        self._known.pop(path, None)
        if path in self._own:
            self._own.remove(path)

    def vanished(self, path: Path) -> None:
        """The folder of a run is gone, and nobody here has thrown it away."""
        self.forget(path)
        self.refresh()
        message = _("the folder of this run is gone: it was deleted or moved.")
        hint = _("Put it back, or choose another run.")
        self.failed.emit(path, Problem(str(path), message, hint))

    def _take(self, path: Path, data: RunData, problem: Problem | None) -> None:
        """A run was read, or could not be."""
        self._reading.discard(path)
        if path in self._own:  # became this window's own while it was read: its training tells more
            self.loaded.emit(path, self._known[path])
        elif problem is None:
            self.loaded.emit(path, data)
        else:
            self.failed.emit(path, problem)

    def _keep(self, path: Path, data: RunData) -> None:
        if path not in self._own:
            self._known[path] = data


def _read(path: Path) -> tuple[RunData, Problem | None]:
    """Everything that a run has recorded, and why it could not be read."""
    data = RunData(label=run_title(path), path=str(path))
    try:
        reader = Reader(path)
        for event in reader.events():
            data.feed(event)
        data.checkpoints = list(checkpoint_steps(path))
        # Where it cannot be read, its curves can be shown all the same.
        with contextlib.suppress(UserError, OSError, ValueError, TypeError):
            data.project = reader.project()
    except UserError as error:
        return data, error.problem
    except (OSError, ValueError, TypeError) as error:  # it went, or is not what it says
        return data, Problem(str(path), _("this run cannot be read: {why}.").format(why=error))
    return data, None
