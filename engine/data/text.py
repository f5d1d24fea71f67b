"""Reading text files, so that a hostile one is found out before it fills the memory."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from projects.errors import DataError
from projects.translation import gettext as _

LONGEST_LINE = 2**20
MOST_BYTES = 64 * 2**20
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_MARK = b"\xef\xbb\xbf"


def read_lines(path: Path) -> Iterator[str]:
    """Yield the lines of a text file in UTF-8 with their ends, whatever these are.

    Args:
        path: The file.

    Raises:
        DataError: Unreadable, not text in UTF-8, or with an endless line; names file and line.
    """
    number = 0
    try:
        with open(path, "rb") as file:
            while raw := file.readline(LONGEST_LINE + 1):
                if number == 0:
                    _refuse_utf_16(path, raw)
                    raw = raw.removeprefix(_MARK)
                # A carriage return alone ends a line too, as old Macintoshes write it.
                for line in io.StringIO(_text(path, number + 1, raw), newline=""):
                    number += 1
                    yield line
    except OSError as error:
        raise DataError(
            _("cannot be read: {reason}.").format(reason=error.strerror or error), where=str(path)
        ) from error


def read_text(path: Path) -> str:
    """Return the whole text of a file in UTF-8; however a line ends, it ends in a line feed.

    Args:
        path: The file.

    Raises:
        DataError: Unreadable, too large, empty, or not text in UTF-8; names file and line.
    """
    try:
        with open(path, "rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise DataError(
            _("cannot be read: {reason}.").format(reason=error.strerror or error), where=str(path)
        ) from error
    if len(raw) > MOST_BYTES:
        raise DataError(
            _("the text has more than {most:,} bytes.").format(most=MOST_BYTES),
            where=str(path),
            hint=_("Give a part of it."),
        )
    _refuse_utf_16(path, raw)
    raw = raw.removeprefix(_MARK)
    strange = raw.find(b"\0")
    if strange < 0:
        try:
            text = raw.decode()
        except UnicodeDecodeError as error:
            strange = error.start
    if strange >= 0:
        line = raw.count(b"\n", 0, strange) + 1
        raise DataError(
            _("byte {byte:#04x} is no text in UTF-8.").format(byte=raw[strange]),
            where=f"{path}:{line}",
            hint=_("Save it in UTF-8."),
        )
    if not text.strip():
        raise DataError(
            _("there is no text in it."), where=str(path), hint=_("Choose another file.")
        )
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _refuse_utf_16(path: Path, start: bytes) -> None:
    if start.startswith(_UTF_16):
        raise DataError(
            _("the file is in UTF-16."), where=str(path), hint=_("Save it as CSV in UTF-8.")
        )


def _text(path: Path, number: int, raw: bytes) -> str:
    """Return one line as text."""
    where = f"{path}:{number}"
    if b"\0" in raw:
        raise DataError(
            _("the file holds zero bytes: it is not text."),
            where=where,
            hint=_("Save it as CSV in UTF-8."),
        )
    if len(raw) > LONGEST_LINE:
        raise DataError(
            _("the line has more than {most:,} bytes; that is no table.").format(most=LONGEST_LINE),
            where=where,
            hint=_("Every example is a line of its own."),
        )
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise DataError(
            _("byte {byte:#04x} is not UTF-8.").format(byte=raw[error.start]),
            where=where,
            hint=_("Save it as CSV in UTF-8."),
        ) from error
