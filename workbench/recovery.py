"""Keeps unsaved work in a folder of its own, so that neither a crash nor a power cut can take it.

Never touches the person's file. What a window keeps is removed when its project is saved or closed; a
window that died leaves it behind, and the next start offers it.
"""

from __future__ import annotations

import contextlib
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
from PySide6.QtCore import QLockFile, QObject

from projects import atomic
from projects.errors import FileError, ProjectError, UserError
from projects.files import dumps, loads
from projects.home import home
from projects.schema import Project
from widgets.timers import single_shot
from workbench.document import Document

KEEP_AFTER_MS = 1_500


class _Kept(msgspec.Struct):
    """What one recovery file holds."""

    path: str
    name: str
    time: float
    text: str
    runs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Leftover:
    """Unsaved work of a window that is gone.

    Attributes:
        file: The recovery file.
        path: The project file that it belongs to, or None for one that was never saved.
        name: The project's name.
        time: When it was kept, seconds since the epoch.
        project: The work.
        runs: Runs that wait for its first save.
    """

    file: Path
    path: Path | None
    name: str
    time: float
    project: Project
    runs: tuple[Path, ...] = ()

    def remove(self) -> None:
        """Throw it away."""
        for file in (self.file, self.file.with_suffix(".lock")):
            with contextlib.suppress(OSError):
                file.unlink()


class Recovery(QObject):
    """Keeps the document of one window.

    Args:
        parent: Qt parent.
        runs: Gives the runs that wait for the document's first save.
    """

    def __init__(
        self, parent: QObject | None = None, runs: Callable[[], Sequence[Path]] = tuple
    ) -> None:
        super().__init__(parent)
        self._runs = runs
        self._folder = home() / "recovery"
        self._folder.mkdir(exist_ok=True)
        self._file = self._folder / f"{secrets.token_hex(8)}.json"
        self._lock = QLockFile(str(self._file.with_suffix(".lock")))
        self._lock.setStaleLockTime(0)
        self._document: Document | None = None
        self._timer = single_shot(self, KEEP_AFTER_MS, self.keep)

    def watch(self, document: Document | None) -> None:
        """Keep this document from now on; what was kept of the one before is removed."""
        if self._document is not None:
            self._document.changed.disconnect(self._changed)
            self._document.clean_changed.disconnect(self._changed)
        self.forget()
        self._document = document
        if document is not None:
            document.changed.connect(self._changed)
            document.clean_changed.connect(self._changed)

    def keep(self) -> None:
        """Write down what is not saved, or remove it when everything is."""
        document = self._document
        if document is None or document.clean:
            self.forget()
            return
        try:
            text = dumps(document.project)
            kept = _Kept(
                path=str(document.path or ""),
                name=document.project.name,
                time=time.time(),
                text=text,
                runs=tuple(str(path) for path in self._runs()),
            )
            self._lock.tryLock(0)
            atomic.write(self._file, msgspec.json.encode(kept))
        except (FileError, ProjectError):
            return  # no room, or a newer format: the window says so when the person saves

    def forget(self) -> None:
        """Remove what was kept."""
        self._timer.stop()
        with contextlib.suppress(OSError):
            self._file.unlink()
        self._lock.unlock()

    def leftovers(self) -> list[Leftover]:
        """Return the unsaved work of windows that are gone, the newest first."""
        found = []
        for file in self._folder.glob("*.json"):
            if file == self._file or not _abandoned(file):
                continue
            leftover = _read(file)
            if leftover is not None:
                found.append(leftover)
        return sorted(found, key=lambda leftover: -leftover.time)

    def _changed(self, *_what: object) -> None:
        if not self._timer.isActive():
            self._timer.start()


def _abandoned(file: Path) -> bool:
    """Whether the window that wrote a recovery file is gone."""
    lock = QLockFile(str(file.with_suffix(".lock")))
    lock.setStaleLockTime(0)
    if not lock.tryLock(0):
        return False
    lock.unlock()
    return True


def _read(file: Path) -> Leftover | None:
    """Read one recovery file; a damaged one is set aside, never deleted."""
    try:
        kept = msgspec.json.decode(file.read_bytes(), type=_Kept)
        project = loads(kept.text, file.name)
    except (OSError, msgspec.MsgspecError, UserError):
        with contextlib.suppress(OSError):
            file.rename(file.with_suffix(".damaged"))
        return None
    path = Path(kept.path) if kept.path else None
    runs = tuple(Path(run) for run in kept.runs)
    return Leftover(file, path, kept.name, kept.time, project, runs)
