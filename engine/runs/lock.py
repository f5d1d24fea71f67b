"""Who is training into a run folder: a lock that the system releases when its holder dies."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from projects.atomic import explain
from projects.errors import RunError
from projects.translation import gettext as _

LOCK = ".lock"
ATTEMPTS, PAUSE = 5, 0.02


class RunLock:
    """Held while a process trains into a run folder.

    Args:
        run: The run folder.

    Raises:
        RunError: Another process holds it.
        FileError: Nothing can be written there.
    """

    def __init__(self, run: Path) -> None:
        self._descriptor = _taken(run)

    def renew(self, run: Path) -> None:
        """Hold the lock of a run folder that was deleted meanwhile and is there again.

        Raises:
            RunError: Another process holds it.
            FileError: Nothing can be written there.
        """
        if not (run / LOCK).exists():
            before, self._descriptor = self._descriptor, _taken(run)
            os.close(before)

    def release(self) -> None:
        """Let others train here."""
        os.close(self._descriptor)


def _taken(run: Path) -> int:
    """Take the lock and return its file; who only asks :func:`is_training` holds it for a moment too."""
    try:
        descriptor = os.open(run / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise explain(error, run / LOCK, 0) from error
    for _attempt in range(ATTEMPTS):
        if _try_lock(descriptor):
            return descriptor
        time.sleep(PAUSE)
    os.close(descriptor)
    raise RunError(
        _("Another process is training in this run folder."),
        where=str(run),
        hint=_("Stop that training first, or start a new run."),
    )


def is_training(run: Path) -> bool:
    """Whether some living process trains into a run folder now."""
    try:
        descriptor = os.open(run / LOCK, os.O_RDWR)
    except OSError:
        return False
    try:
        return not _try_lock(descriptor)
    finally:
        os.close(descriptor)


if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
