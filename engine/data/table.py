"""What tables of every file format have in common: which columns are seen, which are foretold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from engine.data.base import Dataset, Place, Source
from engine.data.cells import Cells
from engine.data.columns import Columns, Row
from engine.data.places import resolve, resolve_file, stamp
from projects.errors import DataError, did_you_mean
from projects.fields import shown
from projects.translation import gettext as _

ALL = "*"

Path_ = Annotated[
    str,
    Meta(
        title="File",
        description="Relative paths start in the project's folder.",
        max_length=4096,
        extra={"widget": "path"},
    ),
]

Words = Annotated[
    str,
    Meta(
        title="Columns of words",
        description="Names with commas; each word becomes a column of 0 and 1. *: all with text.",
        max_length=2000,
    ),
]
Missing = Annotated[
    Literal["error", "drop", "mean", "most frequent"],
    Meta(
        title="Missing values",
        description="Refuse them, drop the row, or fill in from the training part.",
        extra={"names": {"error": "refuse"}},
    ),
]
Targets = Annotated[
    Literal["auto", "classes", "values", "labels", "none"],
    Meta(
        title="The target holds",
        description="Auto: classes when text or few whole numbers; labels: columns of 0 and 1.",
    ),
]


class Table(Source, frozen=True, kw_only=True):
    """Base of sources that read a table with named columns."""

    path: Path_ = ""
    target: Annotated[
        str,
        Meta(
            title="Target column",
            description="Its name, or several with commas between them; nothing: the last one.",
            max_length=2000,
        ),
    ] = ""
    targets: Targets = "auto"
    words: Words = ""
    missing: Missing = "error"

    def fingerprint(self, place: Place) -> str:
        """Size and time of the file; see :meth:`Source.fingerprint`."""
        return stamp(resolve(self.path, place))

    def read(self, path: Path) -> Iterator[Row]:
        """Yield rows as their place in the file and their words; the first is that of the names.

        Args:
            path: The file.

        Raises:
            DataError: It is damaged or no such file.
        """
        raise NotImplementedError

    def names(self, path: Path, row: list[str]) -> list[str]:
        """Return the columns' names of the first row.

        Raises:
            DataError: It cannot name columns.
        """
        raise NotImplementedError

    def load(self, place: Place) -> Dataset:
        """Read the file; see :meth:`Source.load`."""
        path = resolve_file(self.path, place)
        rows = self.read(path)
        header = self.names(path, next(rows, (1, []))[1])
        targets = self._targets(header)
        plain = self.targets not in ("labels", "none") and len(targets) == 1
        if plain and self.missing == "error" and not self.words.strip():
            return _plain(path, header, targets[0], self.targets, rows)
        return self._mixed(path, header, targets)

    def _targets(self, header: list[str]) -> list[int]:
        if self.targets == "none":
            return []
        found = columns_of(self.target, header, "data.source.target") or [len(header) - 1]
        if self.targets == "classes" and len(found) > 1:
            raise DataError(
                _("{count} columns cannot be one class.").format(count=len(found)),
                where="data.source.target",
                hint=_("Name one column, or choose “values” or “labels”."),
            )
        return found

    def _mixed(self, path: Path, header: list[str], targets: list[int]) -> Dataset:
        """Read a table with words, gaps, or not exactly one target."""

        def again() -> Iterator[Row]:
            rows = self.read(path)
            next(rows, None)
            return rows

        columns = Columns(path, header, again)
        chosen = [i for i in range(len(header)) if i not in targets]
        if not chosen:
            raise DataError(
                _("every column is a target; nothing is left to look at."),
                where="data.source.target",
                hint=_("Name fewer columns."),
            )
        by_word = [i for i in self._by_word(columns) if i in chosen]
        needed = range(len(header)) if self.missing == "drop" else ()
        inputs, features = columns.features(
            chosen, by_word, columns.rows(needed), self.missing != "error"
        )
        if not len(inputs):
            raise DataError(
                _("every row has a missing value."),
                where=str(path),
                hint=_("Choose another way with missing values."),
            )
        made = Dataset(
            kind="table",
            inputs=inputs,
            features=features,
            fill="" if self.missing in ("error", "drop") else self.missing,
            strays=tuple(columns.strays(by_word)) if self.words.strip() == ALL else (),
            title=path.name,
        )
        return self._with_targets(made, columns, targets, needed) if targets else made

    def _by_word(self, columns: Columns) -> list[int]:
        if self.words.strip() == ALL:
            return [i for i, c in enumerate(columns.columns) if c.stray is not None]
        return columns_of(self.words, list(columns.names), "data.source.words")

    def _with_targets(
        self, made: Dataset, columns: Columns, targets: list[int], needed: range | tuple[()]
    ) -> Dataset:
        names = tuple(columns.names[i] for i in targets)
        values: NDArray[Any]
        if self.targets == "labels":
            values = columns.yes_or_no(targets, columns.rows(needed))
            return replace(made, targets=values, labels=names)
        if len(targets) == 1:
            column = targets[0]
            words = [(line, row[column]) for line, row in columns.rows(needed)]
            cells = Cells(columns.path, columns.names, column)
            values, classes = cells.targets(words, self.targets)
            return replace(made, targets=values, classes=classes, names=() if classes else names)
        values, _names = columns.features(targets, (), columns.rows(needed), gaps=False)
        return replace(made, targets=np.ascontiguousarray(values), names=names)


def _plain(path: Path, header: list[str], column: int, how: str, rows: Iterator[Row]) -> Dataset:
    """Read a table of numbers alone, in one go."""
    cells = Cells(path, header, column)
    inputs, words = cells.inputs(rows)
    targets, classes = cells.targets(words, how)
    return Dataset(
        kind="table",
        inputs=inputs,
        targets=targets,
        classes=classes,
        names=() if classes else (header[column],),
        features=tuple(name for i, name in enumerate(header) if i != column),
        title=path.name,
    )


def columns_of(text: str, header: list[str], where: str) -> list[int]:
    """Return the columns that a text names, each once; a name may hold a comma itself.

    Args:
        text: A name, or several with commas between them.
        header: Names that there are.
        where: Dotted path of the setting, for messages.

    Raises:
        DataError: There is no such column.
    """
    if text in header:
        return [header.index(text)]
    names = list(dict.fromkeys(part for part in map(str.strip, text.split(",")) if part))
    for name in names:
        if name not in header:
            raise DataError(
                _("the table has no column {name}.").format(name=shown(name)),
                where=where,
                hint=did_you_mean(name, header) or _("Look at the file's first row."),
            )
    return [header.index(name) for name in names]
