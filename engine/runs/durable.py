"""Writing files that are either the old ones or the new ones, whole, after a kill or a power cut.

The order is: a temporary file beside the target, its bytes forced to the disk, renamed over the
target, the folder forced to the disk. What a kill leaves behind is swept at the next start.
"""

from __future__ import annotations

import contextlib
import errno
import os
from gettext import gettext as _
from pathlib import Path

from projects.errors import FileError

PREFIX = ".ganvas-tmp-"

_FULL = {errno.ENOSPC, errno.EDQUOT} if hasattr(errno, "EDQUOT") else {errno.ENOSPC}


class DiskFullError(FileError):
    """There is no room for a file.

    Attributes:
        path: The file that did not fit.
        size: Its size in bytes.
    """

    def __init__(self, path: Path, size: int) -> None:
        super().__init__(
            _("The disk is full: {size:,} bytes for {path} do not fit.").format(
                size=size, path=path
            ),
            where=str(path),
            hint=_("Free some space, then continue; nothing is lost."),
        )
        self.path = path
        self.size = size


def write(path: Path, content: bytes) -> None:
    """Replace a file so that it is never seen half written.

    Args:
        path: The file; its folder exists.
        content: Everything that it shall hold.

    Raises:
        DiskFullError: There is no room.
        FileError: It cannot be written for another reason.
    """
    temporary = path.with_name(f"{PREFIX}{path.name}")
    try:
        with open(temporary, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
        sync_folder(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise explain(error, path, len(content)) from error


def explain(error: OSError, path: Path, size: int) -> FileError:
    """Return the error for people behind an error of the operating system."""
    if error.errno in _FULL:
        return DiskFullError(path, size)
    return FileError(
        _("cannot be written: {reason}.").format(reason=error.strerror or str(error)),
        where=str(path),
    )


def sync_folder(folder: Path) -> None:
    """Force a folder's entries to the disk, where the system knows how."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sweep(folder: Path) -> None:
    """Remove temporary files that a kill has left in ``folder``."""
    for stray in folder.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            stray.unlink()
