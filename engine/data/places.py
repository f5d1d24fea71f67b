"""Which files a project may read: those below its own folder, and those that the person allowed.

A project that somebody else made may name any path. One that leaves the project's folder, or lies on
a network share, is read only after the person has said so; what they allowed is kept in their home.
"""

from __future__ import annotations

import os
from pathlib import Path

from engine.data.base import Place
from projects.errors import DataError
from projects.fields import shown
from projects.home import home
from projects.translation import gettext as _

WHERE = "data.source.path"


def _list() -> Path:
    return home() / "allowed-data.txt"


def allowed() -> frozenset[Path]:
    """Return the files and folders outside of projects that the person has allowed."""
    try:
        lines = _list().read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return frozenset()
    return frozenset(Path(line) for line in lines if line)


def allow(path: Path) -> None:
    """Remember that the person allowed a file or folder."""
    known = allowed() | {Path(os.path.abspath(path))}
    _list().write_text("".join(f"{entry}\n" for entry in sorted(known)), encoding="utf-8")


def is_network(text: str) -> bool:
    """Whether a path as written lies on another machine (a UNC share, ``smb://…``)."""
    return text.startswith(("\\\\", "//")) or "://" in text


def resolve(text: str, place: Place, where: str = WHERE) -> Path:
    """Return the real path of a file or folder that a project names.

    Args:
        text: The path as the project writes it; relative ones start in the project's folder.
        place: That folder, and what is allowed outside of it.
        where: Dotted path of the setting, for messages.

    Raises:
        DataError: None was given, it does not exist, or it needs the person's word first.
    """
    if not text.strip():
        raise DataError(_("no file was chosen."), where=where, hint=_("Choose one."))
    folder = Path(os.path.abspath(place.folder))
    path, real, there = _look(text, folder, where)
    inside = real.is_relative_to(os.path.realpath(folder))
    known = place.outside | allowed()
    if is_network(text) or not inside:
        trusted = any(path.is_relative_to(entry) or real.is_relative_to(entry) for entry in known)
        if not trusted:
            raise DataError(
                _("“{path}” lies outside the project's folder.").format(path=text),
                where=where,
                hint=_("Choose it with Browse… in the Data tab, or copy it beside the project."),
            )
    if not there:
        raise DataError(
            _("there is no “{path}”.").format(path=path),
            where=where,
            hint=_("Relative paths start in the project's folder, {folder}.").format(folder=folder),
        )
    return path


def _look(text: str, folder: Path, where: str) -> tuple[Path, Path, bool]:
    """Return the full path, the path behind its links, and whether something is there."""
    try:
        path = Path(os.path.abspath(folder / Path(text).expanduser()))
        return path, Path(os.path.realpath(path)), path.exists()
    except (OSError, ValueError, RuntimeError) as error:
        raise DataError(
            _("{path} is no path that this machine knows.").format(path=shown(text)),
            where=where,
            hint=_("Choose another file."),
        ) from error


def resolve_file(text: str, place: Place, where: str = WHERE) -> Path:
    """Return the real path of an ordinary file that a project names; see :func:`resolve`.

    Raises:
        DataError: As above, or it is a folder, or something that would never end (a pipe, a device).
    """
    path = resolve(text, place, where)
    if not path.is_file():
        raise DataError(
            _("“{path}” is no file.").format(path=text), where=where, hint=_("Choose a file.")
        )
    return path


def resolve_files(text: str, other: str, place: Place, where: str) -> list[Path]:
    """Return the real paths of a file that a project names and, where it names another, of that; see :func:`resolve_file`.

    Args:
        text: The path of the first, as the project has it.
        other: The path of the second; empty for none.
        place: Where files may be looked for.
        where: The setting that holds the second.

    Raises:
        DataError: As above, of either.
    """
    first = resolve_file(text, place)
    return [first, resolve_file(other, place, where)] if other else [first]


def stamp(path: Path) -> str:
    """Return a text that changes when a file does: its size and time."""
    try:
        found = path.stat()
    except OSError:
        return "missing"
    return f"{found.st_size}-{found.st_mtime_ns}"
