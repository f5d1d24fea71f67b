"""Replacing a file so that the old or the new one is there, whole, whatever happens in between; folders, too.

The order is: a temporary file beside the target, its bytes forced to the disk, renamed over the
target, the folder forced to the disk. What a kill leaves behind is swept at a later start.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from projects.errors import FileError
from projects.translation import gettext as _

PREFIX = ".ganvas-tmp-"
FORGOTTEN = 3600.0
"""Seconds after which nobody is writing any more what lies beside its place."""

_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}


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
            hint=_("Free some space, then continue; what was written before is whole."),
        )
        self.path = path
        self.size = size


def write(path: Path, content: bytes, follow_link: bool = True, lasting: bool = True) -> None:
    """Replace a file so that it is never seen half written.

    The permissions of an existing file are kept.

    Args:
        path: The file; its folder exists.
        content: Everything that it shall hold.
        follow_link: Whether the target of a link is replaced. Not in folders that a stranger may
            have made: there the link itself is, lest it lead to a file outside.
        lasting: Whether it is forced to the disk, so that a power cut leaves the old or the new file. That takes
            longer than writing.

    Raises:
        DiskFullError: There is no room.
        FileError: It cannot be written for another reason.
    """
    target = Path(os.path.realpath(path)) if follow_link else path
    temporary = target.with_name(PREFIX + secrets.token_hex(8))
    try:
        with open(temporary, "xb") as file:
            file.write(content)
            file.flush()
            _keep_permissions(target, file.fileno())
            if lasting:
                os.fsync(file.fileno())
        os.replace(temporary, target)
        if lasting:
            sync_folder(target.parent)
    except OSError as error:
        raise explain(error, path, len(content)) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()


@contextlib.contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """Make a folder that is never seen half written: it is filled beside its place and renamed at the end.

    What a kill has left there before is swept.

    Args:
        target: The folder; not there yet, or empty. Folders above it are made.

    Yields:
        Where to put its files.

    Raises:
        FileError: It cannot be written; nothing of it is left.
    """
    target = Path(os.path.abspath(target))
    temporary = target.with_name(PREFIX + secrets.token_hex(8))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        sweep(target.parent, FORGOTTEN)
        temporary.mkdir()
        yield temporary
        if target.is_dir():
            target.rmdir()
        os.rename(temporary, target)
        sync_folder(target.parent)
    except OSError as error:
        raise explain(error, target, 0) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def explain(error: OSError, path: Path, size: int) -> FileError:
    """Return the error for people behind an error of the operating system."""
    if error.errno in _FULL:
        return DiskFullError(path, size)
    return FileError(
        _("cannot be written: {reason}.").format(reason=error.strerror or str(error)),
        where=str(path),
        hint=_("What was there is as it was. Choose another name or another folder."),
    )


def sync_folder(folder: Path) -> None:
    """Force a folder's entries to the disk, where the system knows how."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno != errno.EINVAL:  # some network file systems cannot
            raise
    finally:
        os.close(descriptor)


def sweep(folder: Path, older_than: float = 0.0) -> None:
    """Remove temporary files and folders that a kill has left in ``folder``.

    Args:
        folder: Where to look.
        older_than: Seconds since the last change, so that a save in progress is left alone.
    """
    for stray in folder.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            if time.time() - stray.lstat().st_mtime < older_than:
                continue
            if stray.is_dir() and not stray.is_symlink():
                shutil.rmtree(stray, ignore_errors=True)
            else:
                stray.unlink()


def _keep_permissions(target: Path, descriptor: int) -> None:
    if hasattr(os, "fchmod") and not target.is_symlink():
        with contextlib.suppress(OSError):
            os.fchmod(descriptor, target.stat().st_mode & 0o777)
