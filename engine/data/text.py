"""Reading a text file line by line, so that a hostile one is found out before it fills the memory."""

from __future__ import annotations

import io
from collections.abc import Iterator
from gettext import gettext as _
from pathlib import Path

from projects.errors import DataError

LONGEST_LINE = 2**20
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
