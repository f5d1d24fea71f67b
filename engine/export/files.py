"""Several files at once: all of them are there, whole, or none has changed."""

from __future__ import annotations

import contextlib
import filecmp
import os
import secrets
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from projects.atomic import PREFIX, explain, sync_folder
from projects.errors import FileError
from projects.translation import gettext as _


def need_place(out: Path, suffix: str) -> None:
    """Say so before any work where a file can't be written.

    Args:
        out: The file.
        suffix: What its name has to end in.

    Raises:
        FileError: It has another ending, or its folder is not there or can't be written.
    """
    if out.suffix.lower() != suffix:
        raise FileError(
            _("the name of the file has to end in {suffix}, not as “{name}” does.").format(
                suffix=suffix, name=out.name
            ),
            where=str(out),
        )
    if not out.parent.is_dir():
        raise FileError(
            _("the folder “{folder}” is not there.").format(folder=out.parent),
            where=str(out),
            hint=_("Make it first, or choose another one."),
        )
    if out.is_dir():
        raise FileError(
            _("this is a folder, and a file is to be written."),
            where=str(out),
            hint=_("Choose another name."),
        )
    if not os.access(out.parent, os.W_OK):
        raise FileError(
            _("nothing may be written into the folder “{folder}”.").format(folder=out.parent),
            where=str(out),
            hint=_("Choose another folder."),
        )


def write_all(files: Mapping[Path, bytes]) -> None:
    """Write several files: each beside its place first, then all are renamed.

    What was there is kept under another name until all are in their places, and put back where one of them
    can't be brought there. What can't be put back either stays under a name that is told.

    Args:
        files: Contents by path; the last one is renamed last, so where it is new the others are there.

    Raises:
        DiskFullError: There is no room; nothing has changed.
        FileError: One cannot be written; nothing has changed, but for what is named with where it lies now.
    """
    waiting: dict[Path, Path] = {}
    before: dict[Path, Path] = {}
    try:
        for path, content in files.items():
            if path.is_dir():
                raise FileError(
                    _("this is a folder, and a file is to be written."),
                    where=str(path),
                    hint=_("Choose another name."),
                )
            waiting[path] = _beside(path)
            _store(waiting[path], path, content)
        for path in files:
            if os.path.lexists(path):
                before[path] = _beside(path)
                _keep(path, before[path], len(files[path]))
        _rename(waiting, before, files)
        for folder in {path.parent for path in files}:
            sync_folder(folder)
    finally:
        for temporary in (*waiting.values(), *before.values()):
            with contextlib.suppress(OSError):
                temporary.unlink()


def _beside(path: Path) -> Path:
    return path.with_name(PREFIX + secrets.token_hex(8))


def _keep(path: Path, under: Path, size: int) -> None:
    """Give what is there a second name; a copy where a file can't have two."""
    try:
        try:
            os.link(path, under, follow_symlinks=False)
        except (OSError, NotImplementedError):
            shutil.copy2(path, under, follow_symlinks=False)
    except OSError as error:
        raise explain(error, path, size) from error


def _rename(
    waiting: Mapping[Path, Path], before: dict[Path, Path], files: Mapping[Path, bytes]
) -> None:
    """Bring all files to their places, or leave everything as it was; what couldn't be is no more in ``before``."""
    begun: list[Path] = []
    try:
        for path, temporary in waiting.items():
            begun.append(path)
            try:
                os.replace(temporary, path)
            except OSError as error:
                raise explain(error, path, len(files[path])) from error
    except BaseException as error:
        if lost := _put_back(begun, before):
            raise FileError(
                _("what was there could not be put back, and is kept here: {files}.").format(
                    files=", ".join(map(str, lost.values()))
                ),
                where=", ".join(map(str, lost)),
            ) from error
        raise


def _put_back(begun: Iterable[Path], before: dict[Path, Path]) -> dict[Path, Path]:
    """Undo what was begun; return where that lies which could not be put back, by its place."""
    lost: dict[Path, Path] = {}
    for path in begun:
        try:
            if path in before:
                os.replace(before[path], path)
            else:
                path.unlink(missing_ok=True)
        except OSError:
            if path in before and not _is_as_it_was(path, before[path]):
                lost[path] = _saved(path, before.pop(path))
    return lost


def _is_as_it_was(path: Path, kept: Path) -> bool:
    try:
        return filecmp.cmp(path, kept, shallow=False)
    except OSError:
        return False


def _saved(path: Path, under: Path) -> Path:
    """Give the only copy of a file a name that nobody sweeps; return where it lies."""
    name = path.with_name(f"{path.name}.before-{secrets.token_hex(4)}")
    try:
        os.rename(under, name)
    except OSError:
        return under
    return name


def _store(temporary: Path, path: Path, content: bytes) -> None:
    try:
        with open(temporary, "xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise explain(error, path, len(content)) from error
