"""The person's own table, as Parquet; needs pyarrow, which is not installed by default."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from engine.data.columns import Row
from engine.data.csv_table import header_of
from engine.data.table import Table
from projects.errors import DataError
from projects.fields import shown
from projects.translation import gettext as _

MOST_CELLS = 200_000_000
MOST_BYTES = 8 * 2**30
ROWS_AT_ONCE = 10_000
LONGEST_WORD = 2**20


class ParquetTable(Table, frozen=True, kw_only=True, tag="parquet"):
    """A table from a Parquet file, one example a row; otherwise like a CSV file.

    Needs the package pyarrow: ``pip install ganvas[parquet]``.
    """

    title: ClassVar[str] = "Parquet file"
    category: ClassVar[str] = "Your own"
    order: ClassVar[int] = 70
    use: ClassVar[str] = (
        "As CSV file, where tables are large or come from data tools: types are kept and reading "
        "is faster."
    )
    trouble: ClassVar[str] = (
        "The whole table is read into memory. Lists and records in cells are refused, and dates "
        "read as words become a feature each: turn them into numbers beforehand. As with CSV, "
        "columns known only afterwards leak the answer."
    )
    source: ClassVar[str] = "Format: Apache Parquet, parquet.apache.org"

    def names(self, path: Path, row: list[str]) -> list[str]:
        """Return the columns' names; see :meth:`Table.names`."""
        return header_of(path, row, least=1 if self.targets == "none" else 2)

    def read(self, path: Path) -> Iterator[Row]:
        """Yield the names, then the rows of the file; see :meth:`Table.read`."""
        parquet = _parquet()
        try:
            with parquet.ParquetFile(path, memory_map=False) as file:
                _need_moderate(path, file.metadata)
                yield 0, [str(name) for name in file.schema_arrow.names]
                number = 0
                for batch in file.iter_batches(batch_size=ROWS_AT_ONCE):
                    columns = [column.to_pylist() for column in batch.columns]
                    for cells in zip(*columns, strict=True):
                        number += 1
                        yield number, [_word(path, number, cell) for cell in cells]
        except _damages() as error:
            raise DataError(
                _("this is not a readable Parquet file: {reason}.").format(
                    reason=shown(str(error) or type(error).__name__)
                ),
                where=str(path),
                hint=_("Write it anew, or give it as CSV."),
            ) from error


def _parquet() -> Any:
    try:
        return importlib.import_module("pyarrow.parquet")
    except ImportError as error:
        raise DataError(
            _("Parquet files are read by the package pyarrow, which is not installed."),
            where="data.source",
            hint=_("pip install pyarrow, or give the table as CSV."),
        ) from error


def _damages() -> tuple[type[BaseException], ...]:
    """What pyarrow raises for files that are not as they should be."""
    errors = importlib.import_module("pyarrow.lib")
    return (errors.ArrowException, OSError, ValueError, TypeError, OverflowError, UnicodeError)


def _need_moderate(path: Path, facts: Any) -> None:
    size = sum(facts.row_group(i).total_byte_size for i in range(facts.num_row_groups))
    if facts.num_rows * facts.num_columns > MOST_CELLS or size > MOST_BYTES:
        raise DataError(
            _("{rows:,} rows of {columns:,} columns are too many.").format(
                rows=facts.num_rows, columns=facts.num_columns
            ),
            where=str(path),
            hint=_("Give a part of it."),
        )


def _word(path: Path, number: int, cell: Any) -> str:
    """A cell as a CSV file would have it; lists and records have no place in a table."""
    if cell is None:
        return ""
    if isinstance(cell, (list, dict, bytes)) or len(word := str(cell)) > LONGEST_WORD:
        raise DataError(
            _("expected a number or a word, got {value}.").format(value=shown(str(cell)[:60])),
            where=f"{path}, row {number}",
            hint=_("Leave columns of lists, records and bytes out."),
        )
    return word
