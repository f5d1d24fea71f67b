"""The person's own table, as comma-separated values."""

from __future__ import annotations

import csv
import itertools
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from engine.data.cells import number_of
from engine.data.columns import Row
from engine.data.table import Table
from engine.data.text import read_lines
from projects.errors import DataError
from projects.fields import shown
from projects.translation import gettext as _

MOST_COLUMNS = 100_000
MARKS = {"comma": ",", "semicolon": ";", "tab": "\t"}
Delimiter = Annotated[Literal["auto", "comma", "semicolon", "tab"], Meta(title="Between columns")]


class CsvTable(Table, frozen=True, kw_only=True, tag="csv"):
    """A table from a CSV or TSV file in UTF-8, one example a row, names in the first row.

    One column is the target: text, or whole numbers with few different values, make classes; other
    numbers are values to foretell. Several columns can be numbers to foretell, or labels that say yes
    or no. Columns of words become a feature of 0 or 1 for each word. Empty cells, ``NA``, ``NaN``,
    ``null``, ``none`` and ``?`` are missing; what fills them in is the mean or the most frequent value
    of the training part, and a missing word is none of the words.
    """

    title: ClassVar[str] = "CSV file"
    category: ClassVar[str] = "Your own"
    order: ClassVar[int] = 70
    use: ClassVar[str] = (
        "For your own table: Classification, Regression or, with several columns of zeros and "
        "ones, Multi-label classification. Standardise it; features in different units are the "
        "rule."
    )
    trouble: ClassVar[str] = (
        "Leave numbers of rows, dates and whatever is known only afterwards out: they leak the "
        "answer or mean nothing. A target of whole numbers with few values becomes classes, also "
        "where amounts are meant. A column of many different words becomes as many features."
    )

    delimiter: Delimiter = "auto"

    def read(self, path: Path) -> Iterator[Row]:
        """Yield the rows of the file; see :meth:`Table.read`."""
        return read_rows(path, self.delimiter)

    def names(self, path: Path, row: list[str]) -> list[str]:
        """Return the names in the first row; see :meth:`Table.names`."""
        return header_of(path, row, least=1 if self.targets == "none" else 2)


def read_rows(path: Path, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a table as their line in the file and their words, empty ones left out.

    Args:
        path: The file.
        delimiter: ``comma``, ``semicolon``, ``tab`` or ``auto``.

    Raises:
        DataError: Not a text file of rows; names file and line.
    """
    lines = read_lines(path)
    first = next(lines, "")
    mark = MARKS.get(delimiter) or max(",;\t", key=first.count)
    reader = csv.reader(itertools.chain([first], lines), delimiter=mark, strict=True)
    try:
        for row in reader:
            if row:
                yield reader.line_num, row
    except csv.Error as error:
        raise DataError(
            _("the row cannot be read: {reason}.").format(reason=error),
            where=f"{path}:{reader.line_num}",
            hint=_("Look for a quotation mark that is never closed."),
        ) from error


def header_of(path: Path, names: list[str], least: int = 2) -> list[str]:
    """Return the names of a table's columns.

    Args:
        path: The file, for messages.
        names: Words of the first row.
        least: So many columns are needed.

    Raises:
        DataError: They cannot name columns: too few, too many, two alike, or all numbers.
    """
    header = [name.strip() for name in names]
    if not any(header):
        raise DataError(
            _("there is nothing in the first row."),
            where=f"{path}:1",
            hint=_("The first row names the columns."),
        )
    if len(header) < least:
        raise DataError(
            _("a table needs at least two columns, one of them the target."),
            where=f"{path}:1",
            hint=_("Choose what stands between the columns."),
        )
    if len(header) > MOST_COLUMNS:
        raise DataError(
            _("{count:,} columns are too many.").format(count=len(header)),
            where=f"{path}:1",
            hint=_("Give it as an NPZ file."),
        )
    name, times = Counter(header).most_common(1)[0]
    if times > 1:
        raise DataError(
            _("{count} columns are called {name}.").format(count=times, name=shown(name)),
            where=f"{path}:1",
            hint=_("Give every column a name of its own."),
        )
    if all(number_of(name) is not None for name in header):
        raise DataError(
            _("the first row holds numbers where the columns' names belong."),
            where=f"{path}:1",
            hint=_("Put a row of names above it."),
        )
    return header
