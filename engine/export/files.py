"""Several files at once: all of them are there, whole, or none has changed."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from projects.atomic import PREFIX, explain, sync_folder
from projects.errors import FileError, UserError
from projects.files import read_bytes
from projects.translation import gettext as _


class InTheWayError(FileError):
    """Files are there already, and nobody said that they may be replaced.

    Attributes:
        files: Which.
    """

    def __init__(self, files: tuple[Path, ...]) -> None:
        super().__init__(
            _("there is a file of this name already."),
            where=", ".join(map(str, files)),
            hint=_("Choose another name, or replace it with --force."),
        )
        self.files = files


def report_of(out: Path) -> Path:
    """Return where what is told of an export stands, beside its main file."""
    return out.with_name(f"{out.name}.json")


def need_free(files: Iterable[Path], out: Path) -> None:
    """Say so where files that are to be written are there already, and somebody might miss them.

    Nobody misses empty ones, nor those that are to the bit what an earlier export to this place wrote.

    Args:
        files: Which are to be written.
        out: The main file of the export.

    Raises:
        InTheWayError: Some are there.
    """
    ours = _written_before(report_of(out))
    if there := tuple(
        file
        for file in files
        if os.path.lexists(file) and not file.is_dir() and not _replaceable(file, ours)
    ):
        raise InTheWayError(there)


def _written_before(report: Path) -> dict[str, str]:
    """SHA-256 by name of the files of an earlier export, its report included."""
    try:
        content = read_bytes(report)
        told = json.loads(content)["sha256"]
        return {**told, report.name: hashlib.sha256(content).hexdigest()}
    except (UserError, ValueError, KeyError, TypeError):
        return {}


def _replaceable(file: Path, ours: Mapping[str, str]) -> bool:
    if file.is_symlink() or not file.is_file():
        return False
    try:
        if not file.stat().st_size:
            return True
        with file.open("rb") as stream:
            return ours.get(file.name) == hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return False


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
    can't be brought there.

    Args:
        files: Contents by path; the last one is renamed last, so where it is new the others are there.

    Raises:
        DiskFullError: There is no room; nothing has changed.
        FileError: One cannot be written; nothing has changed.
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
    waiting: Mapping[Path, Path], before: Mapping[Path, Path], files: Mapping[Path, bytes]
) -> None:
    """Bring all files to their places, or leave everything as it was."""
    done: list[Path] = []
    try:
        for path, temporary in waiting.items():
            try:
                os.replace(temporary, path)
            except OSError as error:
                raise explain(error, path, len(files[path])) from error
            done.append(path)
    except BaseException:
        for path in done:
            with contextlib.suppress(OSError):
                if path in before:
                    os.replace(before[path], path)
                else:
                    path.unlink()
        raise


def _store(temporary: Path, path: Path, content: bytes) -> None:
    try:
        with open(temporary, "xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise explain(error, path, len(content)) from error
