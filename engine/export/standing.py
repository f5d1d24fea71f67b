"""What stands where an export is to be written: whose it is, and whether anybody would miss it."""

from __future__ import annotations

import hashlib
import itertools
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from projects.errors import FileError, UserError
from projects.files import read_bytes
from projects.translation import gettext as _

MOST_REPORTS = 64
MOST_BYTES = 2**20
"""Of another export's report; reports are small where they are not of thousands of columns."""


@dataclass(frozen=True)
class Origin:
    """What an export is of; nothing but the same again replaces it unasked.

    Attributes:
        format: Tag of the format.
        run: What tells the run from all others.
        networks: Names of the networks.
    """

    format: str
    run: str
    networks: tuple[str, ...]


class _Report(msgspec.Struct, frozen=True):
    """What counts here of what stands beside an export."""

    sha256: dict[str, str]
    format: str = ""
    run: str = ""
    networks: dict[str, msgspec.Raw] = {}

    @property
    def origin(self) -> Origin:
        return Origin(self.format, self.run, tuple(self.networks))


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


def need_no_stranger(out: Path) -> None:
    """Say so before any work where what is there was surely not written by an export.

    What a report in the folder vouches for may turn out to be what is about to be written.

    Args:
        out: The main file of the export.

    Raises:
        InTheWayError: It or its report is there, and is somebody's.
    """
    about, there = report_of(out), []
    if _counts(out):
        digest = _digest(out)
        reports = _reports(out)
        if not digest or all(report.sha256.get(out.name) != digest for report in reports):
            there.append(out)
    if _counts(about) and _told(about) is None:
        there.append(about)
    if there:
        raise InTheWayError(tuple(there))


def need_free(contents: Mapping[Path, bytes], out: Path, origin: Origin) -> None:
    """Say so where files that are to be written are there already, and somebody might miss them.

    Nobody misses empty ones, those that hold the same bytes, nor those that are to the bit what the same export
    wrote here. The report of the same export is always replaced.

    Args:
        contents: What is to be written, by file.
        out: The main file of the export.
        origin: What the export is of.

    Raises:
        InTheWayError: Some are there.
    """
    about = report_of(out)
    told = _told(about)
    ours = told.sha256 if told is not None and told.origin == origin else None
    there = [
        file
        for file, content in contents.items()
        if _counts(file)
        and not (
            (digest := _digest(file))
            and digest in (hashlib.sha256(content).hexdigest(), (ours or {}).get(file.name))
        )
    ]
    if _counts(about) and ours is None:
        there.append(about)
    if there:
        raise InTheWayError(tuple(there))


def _counts(file: Path) -> bool:
    """Whether something is there that may be missed."""
    if not os.path.lexists(file) or file.is_dir():
        return False
    try:
        facts = file.lstat()
    except OSError:
        return True
    return not stat.S_ISREG(facts.st_mode) or facts.st_size > 0


def _digest(file: Path) -> str:
    """SHA-256 of an ordinary file; empty of everything else."""
    try:
        if not stat.S_ISREG(file.lstat().st_mode):
            return ""
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""


def _told(report: Path) -> _Report | None:
    try:
        return msgspec.json.decode(read_bytes(report), type=_Report)
    except (UserError, msgspec.MsgspecError, RecursionError):
        return None


def _reports(out: Path) -> Iterator[_Report]:
    """Reports of exports into this folder, its own first; of many or large files only some are read."""
    others = filter(_is_small, sorted(out.parent.glob("*.json")))
    for path in (report_of(out), *itertools.islice(others, MOST_REPORTS)):
        if (told := _told(path)) is not None:
            yield told


def _is_small(file: Path) -> bool:
    try:
        return file.stat().st_size <= MOST_BYTES
    except OSError:
        return False
