"""The person's own table, as comma-separated values."""

from __future__ import annotations

import csv
import itertools
from collections import Counter
from collections.abc import Iterator
from gettext import gettext as _
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from engine.data.base import Dataset, Place, Source
from engine.data.cells import Cells, number_of
from engine.data.places import resolve, resolve_file, stamp
from engine.data.text import read_lines
from projects.errors import DataError, did_you_mean
from projects.fields import shown

MOST_COLUMNS = 100_000
MARKS = {"comma": ",", "semicolon": ";", "tab": "\t"}

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
        path = resolve_file(self.path, place)
        rows = read_rows(path, self.delimiter)
        header = _header(path, next(rows, (1, []))[1])
        column = self._target_column(header)
        cells = Cells(path, header, column)
        inputs, words = cells.inputs(rows)
        targets, classes = cells.targets(words, self.targets)
        return Dataset(
            kind="table",
            inputs=inputs,
            targets=targets,
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


def _header(path: Path, names: list[str]) -> list[str]:
    header = [name.strip() for name in names]
    if not any(header):
        raise DataError(
            _("there is nothing in the first row."),
            where=f"{path}:1",
            hint=_("The first row names the columns."),
        )
    if len(header) < 2:
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
