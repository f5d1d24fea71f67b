"""One window a project file: a second one that opens it is told and cannot save over the first."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from PySide6.QtCore import QLockFile

from projects.home import home


class ProjectLock:
    """Marks a project file as open in this window, until released or until the program ends.

    The mark lies in the person's home, not beside the file: folders may be read-only or shared.

    Args:
        path: The project file.
    """

    def __init__(self, path: Path) -> None:
        folder = home() / "locks"
        folder.mkdir(exist_ok=True)
        name = hashlib.sha256(os.fsencode(os.path.realpath(path))).hexdigest()[:32]
        self._lock = QLockFile(str(folder / f"{name}.lock"))
        self._lock.setStaleLockTime(
            0
        )  # a lock is stale when its process is gone, however old it is
        self.mine = self._lock.tryLock(0)

    def release(self) -> None:
        """Take the mark away."""
        if self.mine:
            self._lock.unlock()
            self.mine = False
