"""The person's own series, as a CSV file: a row for each time, the oldest first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, ClassVar, Literal

import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from engine.data.base import Dataset, Place
from engine.data.columns import Columns, Row
from engine.data.csv_table import Delimiter, header_of, read_rows
from engine.data.places import resolve, resolve_file, stamp
from engine.data.table import Path_, columns_of
from engine.data.windows import Windowed
from projects.errors import DataError
from projects.translation import gettext as _


class SeriesCsv(Windowed, frozen=True, kw_only=True, tag="series_csv"):
    """A series from a CSV or TSV file in UTF-8: a row for each time, the oldest first.

    Values of a window are seen, those that follow are foretold. Columns that hold text, such as dates,
    are left out unless they are named. The oldest windows are learned from, the newest are the test;
    windows at a border share values with both sides and are left out. Scaling is fitted on training
    windows.
    """

    title: ClassVar[str] = "Series from a CSV file"
    category: ClassVar[str] = "Your own"
    order: ClassVar[int] = 73
    use: ClassVar[str] = (
        "For measurements of your own over time: Forecasting one or several columns from all of "
        "them. Gaps can be filled; irregular times should be made regular first."
    )
    trouble: ClassVar[str] = (
        "Rows must be in order, oldest first: sorted the other way the future foretells the past. "
        "A trend needs differences. Columns of which the value is not yet known at that time leak "
        "the future; a horizon of 1 on a slow series is too easy."
    )

    path: Path_ = ""
    columns: Annotated[
        str,
        Meta(
            title="Columns",
            description="That are seen, with commas between them; nothing: all that hold numbers.",
            max_length=2000,
        ),
    ] = ""
    missing: Annotated[
        Literal["error", "linear"],
        Meta(
            title="Missing values",
            description="Refuse them, or draw a line across the gap.",
            extra={"names": {"error": "refuse", "linear": "draw a line"}},
        ),
    ] = "error"
    delimiter: Delimiter = "auto"

    def fingerprint(self, place: Place) -> str:
        """Size and time of the file; see :meth:`Source.fingerprint`."""
        return stamp(resolve(self.path, place))

    def load(self, place: Place) -> Dataset:
        """Read and cut the series; see :meth:`Source.load`."""
        path = resolve_file(self.path, place)
        header = header_of(path, next(read_rows(path, self.delimiter), (1, []))[1], least=1)

        def again() -> Iterator[Row]:
            rows = read_rows(path, self.delimiter)
            next(rows, None)
            return rows

        found = Columns(path, header, again)
        chosen = columns_of(self.columns, header, "data.source.columns")
        chosen = chosen or [
            i for i, c in enumerate(found.columns) if c.stray is None and c.gaps < found.count
        ]
        if not chosen:
            raise DataError(
                _("no column holds numbers."), where=str(path), hint=_("Choose another file.")
            )
        gaps = self.missing != "error"
        values, names = found.features(chosen, (), found.rows(), gaps)
        return self.cut(bridged(values.astype(np.float64), path, names), names, path.name)


def bridged(values: NDArray[np.float64], path: Path, names: tuple[str, ...]) -> NDArray[np.float64]:
    """Return ``(times, columns)`` with gaps (NaN) filled in by straight lines.

    Raises:
        DataError: A column holds nothing else.
    """
    made = values.copy()
    times = np.arange(len(values))
    for column in np.flatnonzero(np.isnan(values).any(axis=0)):
        there = ~np.isnan(values[:, column])
        if not there.any():
            raise DataError(
                _("the column holds no value."),
                where=f"{path}, column {names[column]}",
                hint=_("Name the columns that are to be seen."),
            )
        made[:, column] = np.interp(times, times[there], values[there, column])
    return made
