"""Files in one folder per class, whatever they hold."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from engine.data.base import Place
from engine.data.places import resolve, stamp
from projects.errors import DataError
from projects.fields import shown
from projects.translation import gettext as _

MOST_FILES = 200_000


class Words(NamedTuple):
    """What messages call the files.

    Attributes:
        choose: What to choose.
        sort: What to put into folders.
        none: That a class, ``{name}``, holds none.
        many: That there are more than ``{count}``.
    """

    choose: str
    sort: str
    none: str
    many: str


class ClassFiles(NamedTuple):
    """The files of a folder.

    Attributes:
        paths: The files, class by class, by name.
        labels: The class of each.
        classes: Names of the classes.
    """

    paths: list[Path]
    labels: list[int]
    classes: list[str]

    def fingerprint(self) -> str:
        """Names, sizes and times of all files."""
        return stamps(self.paths)


def stamps(paths: Iterable[Path]) -> str:
    """Return a text that changes when a name, the size or the time of a file does."""
    total = 0
    for path in paths:
        total = zlib.crc32(os.fsencode(f"{path}{stamp(path)}"), total)
    return f"{total:08x}"


def class_files(
    folder: Path, place: Place, endings: tuple[str, ...], words: Words, most: int = MOST_FILES
) -> ClassFiles:
    """Return the files in the folders of a folder.

    Args:
        folder: Holds one folder per class.
        place: Where files may be looked for: a link that leaves the project needs the person's word.
        endings: Of the names, in small letters.
        words: What messages call the files.
        most: So many files at most.

    Raises:
        DataError: It is no folder, holds none, or a class is empty.
    """
    if not folder.is_dir():
        raise DataError(_("this is not a folder."), where=str(folder), hint=words.choose)
    entries = listed(folder, place)
    classes = [e.name for e in entries if e.is_dir() and not e.name.startswith(".")]
    if not classes:
        raise DataError(_("the folder holds no folder."), where=str(folder), hint=words.sort)
    found = ClassFiles([], [], classes)
    for label, name in enumerate(classes):
        paths = [
            Path(entry.path)
            for entry in listed(folder / name, place)
            if entry.name.lower().endswith(endings) and entry.is_file()
        ]
        if not paths:
            raise DataError(
                words.none.format(name=shown(name)),
                where=str(folder / name),
                hint=_("Put some into it or remove the folder."),
            )
        found.paths.extend(paths)
        found.labels.extend([label] * len(paths))
        if len(found.paths) > most:
            raise DataError(
                words.many.format(count=most), where=str(folder), hint=_("Leave some out.")
            )
    return found


def listed(folder: Path, place: Place) -> list[os.DirEntry[str]]:
    """Return what a folder holds, by name; a link that leaves the project needs the person's word.

    Args:
        folder: The folder.
        place: Where files may be looked for.

    Raises:
        DataError: It cannot be read, or a name is no text.
    """
    try:
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        raise DataError(
            _("the folder cannot be read: {reason}.").format(reason=error.strerror or error),
            where=str(folder),
        ) from error
    for entry in found:
        if not _is_text(entry.name):
            raise DataError(
                _("the name {name} is not UTF-8.").format(name=repr(os.fsencode(entry.name))),
                where=ascii(str(folder)),
                hint=_("Give it another name."),
            )
        if entry.is_symlink():
            resolve(entry.path, place)
    return found


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
