"""Several files at once: all of them are there, whole, or none has changed."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Mapping
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

    Args:
        files: Contents by path; the last one is renamed last, so where it is new the others are there.

    Raises:
        DiskFullError: There is no room; nothing has changed.
        FileError: One cannot be written; nothing has changed.
    """
    waiting: dict[Path, Path] = {}
    try:
        for path, content in files.items():
            if path.is_dir():
                raise FileError(
                    _("this is a folder, and a file is to be written."),
                    where=str(path),
                    hint=_("Choose another name."),
                )
            waiting[path] = path.with_name(PREFIX + secrets.token_hex(8))
            _store(waiting[path], path, content)
        for path, temporary in waiting.items():
            try:
                os.replace(temporary, path)
            except OSError as error:
                raise explain(error, path, len(files[path])) from error
        for folder in {path.parent for path in files}:
            sync_folder(folder)
    finally:
        for temporary in waiting.values():
            with contextlib.suppress(OSError):
                temporary.unlink()


def _store(temporary: Path, path: Path, content: bytes) -> None:
    try:
        with open(temporary, "xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise explain(error, path, len(content)) from error
