"""From the words of a table to its numbers: features, and targets that are values or classes."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from projects.errors import DataError
from projects.fields import shown
from projects.translation import gettext as _

LARGEST = float(np.finfo(np.float32).max)
MOST_CLASSES = 1000
FEW_VALUES = 20
MISSING = frozenset(("", "na", "nan", "null", "none", "?", "n/a"))

Words = Sequence[tuple[int, str]]


def number_of(word: str) -> float | None:
    """Return the number that a word is, or None; ``1_000`` is one to Python and not in a table."""
    try:
        return None if "_" in word else float(word)
    except ValueError:
        return None


def is_finite(word: str) -> bool:
    """Whether a word is a number that single precision can hold."""
    value = number_of(word)
    return value is not None and abs(value) <= LARGEST


def no_value(place: str) -> DataError:
    """Return what is said of a feature that is missing.

    Args:
        place: File, row and column.
    """
    hint = _("Fill it in, remove the row, or choose what happens where values are missing.")
    return DataError(_("the value is missing."), where=place, hint=hint)


def no_number(word: str, place: str, first: bool) -> DataError:
    """Return what is said of a feature that is no number, or a larger one than can be reckoned with.

    Args:
        word: The word.
        place: File, row and column.
        first: Whether no number stands above it, so that all of its column may be words.
    """
    value = number_of(word)
    if value is not None and abs(value) > LARGEST:
        message, hint = _("{value} is too large."), _("Single precision ends at about 3.4e38.")
    else:
        message = _("expected a number, got {value}.")
        hint = _("Name the column under “Columns of words”, or turn its words into numbers.")
        if "," in word and number_of(word.replace(".", "").replace(",", ".", 1)) is not None:
            hint = _("Write decimal points instead of commas: 1.5, not 1,5.")
        elif not first:
            hint = _("Numbers stand above it: correct this one, or remove the row.")
    return DataError(message.format(value=shown(word)), where=place, hint=hint)


class Cells:
    """The cells below the names of a table.

    Args:
        path: The file, for messages.
        header: Names of all columns.
        target: Which column is the target.
    """

    def __init__(self, path: Path, header: Sequence[str], target: int) -> None:
        self._path = path
        self._header = header
        self._target = target

    def inputs(
        self, rows: Iterator[tuple[int, list[str]]]
    ) -> tuple[NDArray[np.float32], list[tuple[int, str]]]:
        """Return the features ``(rows, columns)``, and the row and the word of every target.

        Args:
            rows: Every row below the names: its line in the file and its words.

        Raises:
            DataError: A row of another length, a cell that is no finite number, or no row.
        """
        numbers = array("d")
        words: list[tuple[int, str]] = []
        for line, row in rows:
            if len(row) != len(self._header):
                self._refuse_length(line, len(row))
            words.append((line, row.pop(self._target).strip()))
            try:
                values = list(map(float, row))
            except ValueError:
                self._refuse_cell(line, row, first=not numbers)
            if "_" in "".join(row) or not all(abs(value) <= LARGEST for value in values):
                self._refuse_cell(line, row, first=not numbers)
            numbers.extend(values)
        if not words:
            raise DataError(
                _("there is no row below the names."),
                where=str(self._path),
                hint=_("Every example is a row of its own."),
            )
        table = np.frombuffer(numbers, np.float64).reshape(len(words), -1)
        return table.astype(np.float32), words

    def targets(self, words: Words, how: str) -> tuple[NDArray[np.generic], tuple[str, ...]]:
        """Return the targets ``(rows,)``, classes as int64 or values as float32, and the classes.

        Args:
            words: Row and word of every target.
            how: ``auto``, ``classes`` or ``values``.

        Raises:
            DataError: A target is missing or no number, or there are too many classes.
        """
        distinct = {word for _line, word in words}
        numeric = how != "classes" and all(
            number_of(word) is not None or _is_missing(word) for word in distinct
        )
        for line, word in words:
            if not word or (numeric and not is_finite(word)):
                self._refuse_target(line, word)
        if how == "auto":
            whole = numeric and all(float(word).is_integer() for word in distinct)
            how = "values" if numeric and not (whole and len(distinct) <= FEW_VALUES) else "classes"
        return self._values(words) if how == "values" else self._classes(words, distinct)

    def _values(self, words: Words) -> tuple[NDArray[np.float32], tuple[str, ...]]:
        for line, word in words:
            if not is_finite(word):
                self._refuse_target(line, word)
        return np.array([float(word) for _line, word in words], np.float32), ()

    def _classes(
        self, words: Words, distinct: set[str]
    ) -> tuple[NDArray[np.int64], tuple[str, ...]]:
        if len(distinct) > MOST_CLASSES:
            raise DataError(
                _("the target has {count:,} different values; as classes that is too many.").format(
                    count=len(distinct)
                ),
                where=f"{self._path}, column {self._header[self._target]}",
                hint=_("Choose “values”, or another target column."),
            )
        numeric = all(map(is_finite, distinct))
        names = sorted(distinct, key=lambda word: (float(word) if numeric else 0.0, word))
        index = {word: number for number, word in enumerate(names)}
        return np.array([index[word] for _line, word in words], np.int64), tuple(names)

    def _place(self, line: int, column: int) -> str:
        return f"{self._path}, row {line}, column {self._header[column]}"

    def _refuse_length(self, line: int, found: int) -> NoReturn:
        raise DataError(
            _("the row has {found} columns, the names are {expected}.").format(
                found=found, expected=len(self._header)
            ),
            where=f"{self._path}, row {line}",
            hint=_("A word that holds the mark between columns needs quotation marks."),
        )

    def _refuse_cell(self, line: int, features: Sequence[str], first: bool) -> NoReturn:
        """Name the first feature that is not a finite number."""
        columns = [i for i in range(len(self._header)) if i != self._target]
        column, cell = next(
            (c, cell) for c, cell in zip(columns, features, strict=True) if not is_finite(cell)
        )
        word, place = cell.strip(), self._place(line, column)
        raise no_value(place) if _is_missing(word) else no_number(word, place, first)

    def _refuse_target(self, line: int, word: str) -> NoReturn:
        if _is_missing(word):
            raise DataError(
                _("the target is missing."),
                where=self._place(line, self._target),
                hint=_("Fill it in or remove the row."),
            )
        raise DataError(
            _("expected a number, got {value}.").format(value=shown(word)),
            where=self._place(line, self._target),
            hint=_("Choose “classes”, or another target column."),
        )


def _is_missing(word: str) -> bool:
    return word.lower() in MISSING
