"""Tables whose columns are not all whole numbers: words, gaps, several targets.

The rows are gone through twice: first to learn what each column holds, then to make numbers of them. So a
table takes no more memory than its numbers do.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.data.base import Strays
from engine.data.cells import (
    LARGEST,
    MISSING,
    MOST_CLASSES,
    is_finite,
    no_number,
    no_value,
    number_of,
)
from projects.errors import DataError
from projects.fields import shown
from projects.translation import gettext as _

MOST_NUMBERS = 400_000_000
Row = tuple[int, list[str]]
YES, NO = frozenset(("1", "1.0", "true", "yes")), frozenset(("0", "0.0", "false", "no"))


def is_missing(word: str) -> bool:
    """Whether a word stands for a value that is not there."""
    return word.strip().lower() in MISSING


@dataclass
class Column:
    """What is known of a column after the first look.

    Attributes:
        name: Its name.
        gaps: How many values are missing.
        stray: Row and word of the first that is no finite number; None where all are.
        strays: How many are no finite number.
        numbers: How many are.
        begins_with_numbers: Whether a number stands above the stray word.
        words: Distinct words; no more are kept than a column of words may have, and one.
    """

    name: str
    gaps: int = 0
    stray: tuple[int, str] | None = None
    strays: int = 0
    numbers: int = 0
    begins_with_numbers: bool = False
    words: set[str] = field(default_factory=set)

    def take(self, line: int, word: str) -> None:
        """Look at a word that is there."""
        if is_finite(word):
            self.numbers += 1
            self.begins_with_numbers |= self.stray is None
        else:
            self.strays += 1
            self.stray = self.stray or (line, word)
        if len(self.words) <= MOST_CLASSES:
            self.words.add(word)


class Columns:
    """The columns of a table.

    Args:
        path: The file, for messages.
        header: Names of the columns.
        rows: Gives every row below the names, from the first, each time it is called.

    Attributes:
        path: The file.
        columns: What each holds.
        count: How many rows there are.

    Raises:
        DataError: A row of another length, or no row.
    """

    def __init__(
        self, path: Path, header: Sequence[str], rows: Callable[[], Iterator[Row]]
    ) -> None:
        self.path = path
        self._rows = rows
        self.columns = [Column(name) for name in header]
        self.count = 0
        for line, row in rows():
            if len(row) != len(header):
                raise DataError(
                    _("the row has {found} columns, the names are {expected}.").format(
                        found=len(row), expected=len(header)
                    ),
                    where=f"{path}, row {line}",
                    hint=_("A word that holds the mark between columns needs quotation marks."),
                )
            self.count += 1
            for column, word in zip(self.columns, row, strict=True):
                if is_missing(word):
                    column.gaps += 1
                else:
                    column.take(line, word.strip())
        if not self.count:
            raise DataError(
                _("there is no row below the names."),
                where=str(path),
                hint=_("Every example is a row of its own."),
            )

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(column.name for column in self.columns)

    def place(self, line: int, column: int) -> str:
        """Return where a cell is, as people read it."""
        return f"{self.path}, row {line}, column {self.columns[column].name}"

    def strays(self, chosen: Iterable[int]) -> Iterator[Strays]:
        """Yield, of some columns, the few words of those that hold mostly numbers."""
        for column in (self.columns[i] for i in chosen):
            if column.stray is not None and column.numbers > column.strays:
                yield Strays(column.name, column.strays, column.numbers, *column.stray)

    def rows(self, needed: Iterable[int] = ()) -> Iterator[Row]:
        """Yield the rows, trimmed; those with a gap in one of the ``needed`` columns are left out."""
        needed = tuple(needed)
        for line, row in self._rows():
            words = [word.strip() for word in row]
            if not any(is_missing(words[column]) for column in needed):
                yield line, words

    def features(
        self, chosen: Sequence[int], by_word: Sequence[int], rows: Iterator[Row], gaps: bool
    ) -> tuple[NDArray[np.float32], tuple[str, ...]]:
        """Return the numbers ``(rows, features)`` of some columns, gaps as NaN, and the features' names.

        Args:
            chosen: Which columns, in order.
            by_word: Those of them that become a yes-or-no feature for each word.
            rows: The rows.
            gaps: Whether values may be missing.

        Raises:
            DataError: A cell is no finite number or missing, or there are too many words.
        """
        words = {column: self._words(column) for column in by_word}
        names: list[str] = []
        for column in chosen:
            name = self.columns[column].name
            names += [f"{name}={word}" for word in words[column]] if column in words else [name]
        if len(names) * self.count > MOST_NUMBERS:
            raise DataError(
                _("{rows:,} rows of {features:,} features are too many.").format(
                    rows=self.count, features=len(names)
                ),
                where=str(self.path),
                hint=_("Leave columns out."),
            )
        index = {c: {w: i for i, w in enumerate(found)} for c, found in words.items()}
        numbers = array("f")
        for line, row in rows:
            for column in chosen:
                if column in index:
                    numbers.extend(self._one_hot(line, column, row[column], index[column], gaps))
                else:
                    numbers.append(self._number(line, column, row[column], gaps))
        table = np.frombuffer(numbers, np.float32) if len(numbers) else np.zeros(0, np.float32)
        return table.reshape(-1, len(names)), tuple(names)

    def yes_or_no(self, chosen: Sequence[int], rows: Iterator[Row]) -> NDArray[np.float32]:
        """Return zeros and ones ``(rows, columns)`` of columns that say yes or no.

        Raises:
            DataError: A cell says neither.
        """
        said = bytearray()
        for line, row in rows:
            for column in chosen:
                word = row[column].lower()
                if word not in YES and word not in NO:
                    raise DataError(
                        _("expected 0 or 1, got {value}.").format(value=shown(row[column])),
                        where=self.place(line, column),
                        hint=_("Labels say yes or no: 1 or 0, true or false."),
                    )
                said.append(word in YES)
        return np.frombuffer(said, np.uint8).reshape(-1, len(chosen)).astype(np.float32)

    def _words(self, column: int) -> list[str]:
        """The words of a column in order, numbers by size."""
        found = self.columns[column]
        if len(found.words) > MOST_CLASSES:
            raise DataError(
                _("the column has more than {most:,} different words.").format(most=MOST_CLASSES),
                where=f"{self.path}, column {found.name}",
                hint=_("Leave it out, or give it as numbers."),
            )
        numeric = found.stray is None
        return sorted(found.words, key=lambda word: (float(word) if numeric else 0.0, word))

    def _one_hot(
        self, line: int, column: int, word: str, index: dict[str, int], gaps: bool
    ) -> list[float]:
        made = [0.0] * len(index)
        if not is_missing(word):
            made[index[word]] = 1.0
        elif not gaps:
            raise no_value(self.place(line, column))
        return made

    def _number(self, line: int, column: int, word: str, gaps: bool) -> float:
        value = number_of(word)
        if value is not None and abs(value) <= LARGEST:
            return value
        if not is_missing(word):
            first = not self.columns[column].begins_with_numbers
            raise no_number(word, self.place(line, column), first)
        if not gaps:
            raise no_value(self.place(line, column))
        return float("nan")
