"""The person's own table, as comma-separated values."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator
from gettext import gettext as _
from pathlib import Path
from typing import Annotated, ClassVar, Literal

import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from engine.data.base import Dataset, Place, Source
from engine.data.places import resolve, stamp
from projects.errors import DataError, did_you_mean
from projects.fields import shown

LARGEST_FILE = 2 * 2**30
LONGEST_LINE = 2**20
MOST_COLUMNS = 100_000
MOST_CLASSES = 1000
FEW_VALUES = 20

Path_ = Annotated[
    str,
    Meta(
        title="File",
        description="Relative paths start in the project's folder.",
        max_length=4096,
        extra={"widget": "path"},
    ),
]


class CsvTable(Source, frozen=True, tag="csv"):
    """A table of numbers from a CSV or TSV file in UTF-8, one example a row, names in the first row.

    One column is the target: text, or whole numbers with few different values, make classes; other
    numbers are values to predict.
    """

    title: ClassVar[str] = "CSV file"
    category: ClassVar[str] = "Your own"
    order: ClassVar[int] = 70

    path: Path_ = ""
    target: Annotated[
        str,
        Meta(title="Target column", description="Its name; nothing: the last one.", max_length=500),
    ] = ""
    targets: Annotated[
        Literal["auto", "classes", "values"],
        Meta(title="The target holds", description="Auto: classes when text or few whole numbers."),
    ] = "auto"
    delimiter: Annotated[
        Literal["auto", "comma", "semicolon", "tab"], Meta(title="Between columns")
    ] = "auto"

    def fingerprint(self, place: Place) -> str:
        """Size and time of the file; see :meth:`Source.fingerprint`."""
        return stamp(resolve(self.path, place))

    def load(self, place: Place) -> Dataset:
        """Read the file; see :meth:`Source.load`."""
        path = resolve(self.path, place)
        rows = read_rows(path, self.delimiter)
        header = _header(path, next(rows, []))
        column = self._target_column(header)
        table, words = _numbers(path, rows, header, column)
        if not words:
            raise DataError(_("there is no row below the names."), where=str(path))
        values, classes = _targets(path, words, self.targets, header[column])
        return Dataset(
            kind="table",
            inputs=table,
            targets=values,
            classes=classes,
            features=tuple(name for i, name in enumerate(header) if i != column),
            title=path.name,
        )

    def _target_column(self, header: list[str]) -> int:
        if not self.target:
            return len(header) - 1
        if self.target not in header:
            raise DataError(
                _("the table has no column “{name}”.").format(name=self.target),
                where="data.source.target",
                hint=did_you_mean(self.target, header),
            )
        return header.index(self.target)


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise DataError(_("the file is larger than 2 GiB."), where=str(path))
        content = path.read_bytes()
    except OSError as error:
        raise DataError(
            _("cannot be read: {reason}.").format(reason=error.strerror or error), where=str(path)
        ) from error
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise DataError(
            _("the file is in UTF-16."), where=str(path), hint=_("Save it as CSV in UTF-8.")
        )
    if b"\0" in content:
        raise DataError(_("the file holds zero bytes: it is not text."), where=str(path))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DataError(
            _("byte {byte:#04x} is not UTF-8.").format(byte=content[error.start]),
            where=f"{path}:{line}",
            hint=_("Save it as CSV in UTF-8."),
        ) from error


def read_rows(path: Path, delimiter: str) -> Iterator[list[str]]:
    """Yield the rows of a table as words, empty ones left out.

    Args:
        path: The file.
        delimiter: ``comma``, ``semicolon``, ``tab`` or ``auto``.

    Raises:
        DataError: Not a text file of rows; names file and line.
    """
    text = _text(path)
    longest = max(map(len, text.splitlines()), default=0)
    if longest > LONGEST_LINE:
        raise DataError(
            _("one line has {length:,} characters; that is no table.").format(length=longest),
            where=str(path),
        )
    marks = {"comma": ",", "semicolon": ";", "tab": "\t"}
    first = text.split("\n", 1)[0]
    mark = marks.get(delimiter) or max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    try:
        for row in reader:
            if row:
                yield row
    except csv.Error as error:
        raise DataError(
            _("the row cannot be read: {reason}.").format(reason=error),
            where=f"{path}:{reader.line_num}",
        ) from error


def _header(path: Path, names: list[str]) -> list[str]:
    header = [name.strip() for name in names]
    if len(header) < 2:
        raise DataError(
            _("a table needs at least two columns, one of them the target."),
            where=f"{path}:1",
            hint=_("Choose what stands between the columns."),
        )
    if len(header) > MOST_COLUMNS:
        raise DataError(
            _("{count:,} columns are too many.").format(count=len(header)), where=f"{path}:1"
        )
    twice = next((name for name in header if header.count(name) > 1), None)
    if twice is not None:
        raise DataError(
            _("two columns are called {name}.").format(name=shown(twice)), where=f"{path}:1"
        )
    if all(_is_number(name) for name in header):
        raise DataError(
            _("the first row holds numbers where the columns' names belong."),
            where=f"{path}:1",
            hint=_("Put a row of names above it."),
        )
    return header


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True


def _numbers(
    path: Path, rows: Iterator[list[str]], header: list[str], target: int
) -> tuple[NDArray[np.float32], list[str]]:
    """Return the features ``(rows, columns)`` and the target column as words."""
    features: list[NDArray[np.float32]] = []
    words: list[str] = []
    for number, row in enumerate(rows, start=2):
        if len(row) != len(header):
            raise DataError(
                _("the row has {found} columns, the names are {expected}.").format(
                    found=len(row), expected=len(header)
                ),
                where=f"{path}, row {number}",
            )
        cells = row[:target] + row[target + 1 :]
        try:
            values = np.array(cells, dtype=np.float32)
        except ValueError:
            values = np.full(len(cells), np.nan, np.float32)
        if not np.isfinite(values).all():
            _complain(path, number, row, header, target)
        features.append(values)
        words.append(row[target].strip())
    table = np.stack(features) if features else np.zeros((0, len(header) - 1), np.float32)
    return table, words


def _complain(path: Path, number: int, row: list[str], header: list[str], target: int) -> None:
    """Name the cell that is not a finite number."""
    for column, cell in enumerate(row):
        word = cell.strip()
        fine = _is_number(word) and math.isfinite(float(word)) and abs(float(word)) < 3e38
        if column == target or fine:
            continue
        where = f"{path}, row {number}, column {header[column]}"
        if not word or word.lower() in ("na", "nan", "null", "none", "?", "n/a"):
            raise DataError(
                _("the value is missing."), where=where, hint=_("Fill it in or remove the row.")
            )
        raise DataError(
            _("expected a number, got {value}.").format(value=shown(word)),
            where=where,
            hint=_("Turn words into numbers or remove the column."),
        )


def _targets(
    path: Path, words: list[str], how: str, column: str
) -> tuple[NDArray[np.generic], tuple[str, ...]]:
    empty = next((row for row, word in enumerate(words, start=2) if not word), None)
    if empty is not None:
        raise DataError(_("the target is missing."), where=f"{path}, row {empty}, column {column}")
    numeric = all(_is_number(word) and math.isfinite(float(word)) for word in words)
    distinct = sorted(set(words), key=(lambda w: (float(w), w)) if numeric else (lambda w: (0, w)))
    whole = numeric and all(float(word).is_integer() for word in distinct)
    if how == "auto":
        how = "classes" if not numeric or (whole and len(distinct) <= FEW_VALUES) else "values"
    if how == "values":
        if not numeric:
            row = next(i for i, word in enumerate(words, start=2) if not _is_number(word))
            raise DataError(
                _("expected a number, got {value}.").format(value=shown(words[row - 2])),
                where=f"{path}, row {row}, column {column}",
            )
        return np.array(words, dtype=np.float32), ()
    if len(distinct) > MOST_CLASSES:
        raise DataError(
            _("the target has {count:,} different values; as classes that is too many.").format(
                count=len(distinct)
            ),
            where=f"{path}, column {column}",
            hint=_("Choose “values”, or another target column."),
        )
    index = {word: i for i, word in enumerate(distinct)}
    return np.array([index[word] for word in words], np.int64), tuple(distinct)
