"""The person's own texts with an answer each, as a table."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, ClassVar, Literal

import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from engine.data.base import Dataset, Place, Source
from engine.data.cells import Cells
from engine.data.csv_table import Delimiter, header_of, read_rows
from engine.data.places import resolve_files, stamp
from engine.data.table import Path_, columns_of
from engine.data.tokens import (
    BYTES,
    PADDING,
    UNKNOWN,
    Lowercase,
    MostTokens,
    Tokenizer,
    Vocabulary,
    of_counts,
    pieces,
)
from projects.errors import DataError
from projects.translation import gettext as _

MOST_NUMBERS = 100_000_000
Answers = list[tuple[int, str]]


class TextTable(Source, frozen=True, kw_only=True, tag="text_table"):
    """Texts from a column of a CSV or TSV file in UTF-8; another column holds the answer.

    Each text is cut into tokens, and cut or filled up with ``<pad>`` to the same length. The answer is a
    class where the column holds text or few whole numbers, else a number to foretell. Where a test file
    is named, the vocabulary is that of the first file alone; otherwise it is that of all texts.
    """

    title: ClassVar[str] = "Texts from a CSV file"
    category: ClassVar[str] = "Your own"
    order: ClassVar[int] = 75
    use: ClassVar[str] = (
        "For Classification or Regression of short texts: reviews, subject lines, comments. An "
        "Embedding first; pooling, convolution or LSTM after it."
    )
    trouble: ClassVar[str] = (
        "Texts are cut at the length: if the point comes last, raise it. Copies of a text in "
        "training and test flatter the result. Rare words become <unk>; a vocabulary as large as "
        "the set is learned by heart."
    )

    path: Path_ = ""
    text: Annotated[
        str, Meta(title="Text column", description="Nothing: the first one.", max_length=500)
    ] = ""
    target: Annotated[
        str, Meta(title="Target column", description="Nothing: the last one.", max_length=500)
    ] = ""
    targets: Annotated[
        Literal["auto", "classes", "values"],
        Meta(title="The target holds", description="Auto: classes when text or few whole numbers."),
    ] = "auto"
    test: Annotated[
        str,
        Meta(
            title="Test file",
            description="With the same columns; nothing: a share of the first file.",
            max_length=4096,
            extra={"widget": "path"},
        ),
    ] = ""
    tokenizer: Tokenizer = "word"
    most: MostTokens = 5000
    lowercase: Lowercase = True
    length: Annotated[
        int,
        Meta(
            ge=1,
            le=10_000,
            title="Length",
            description="Longer texts lose their end.",
            extra={"unit": "tokens"},
        ),
    ] = 64
    delimiter: Delimiter = "auto"

    def fingerprint(self, place: Place) -> str:
        """Sizes and times of the files; see :meth:`Source.fingerprint`."""
        return " ".join(stamp(path) for path in self._paths(place))

    def load(self, place: Place) -> Dataset:
        """Read the texts; see :meth:`Source.load`."""
        paths = self._paths(place)
        header = self._header(paths[0])
        counts: Counter[str] = Counter()
        for _row, text, _answer in self._rows(paths[0], header):
            counts.update(pieces(text, self.tokenizer, self.lowercase))
        known = self._vocabulary(counts)
        inputs, answers = self._encoded(paths[0], header, known)
        test_from = None
        if self.test:
            more, their = self._encoded(paths[1], self._header(paths[1]), known)
            test_from = len(answers)
            inputs, answers = np.concatenate([inputs, more]), answers + their
        cells = Cells(paths[0], header, self._column(header, self.target, "target", -1))
        targets, classes = cells.targets(answers, self.targets)
        return Dataset(
            kind="text",
            inputs=inputs,
            targets=targets,
            classes=classes,
            vocabulary=len(known.tokens),
            tokens=known.tokens,
            tokenizer=self.tokenizer,
            lowercase=self.lowercase,
            padding=0,
            test_from=test_from,
            title=paths[0].name,
        )

    def _vocabulary(self, counts: Counter[str]) -> Vocabulary:
        marks = (PADDING, UNKNOWN)
        if self.tokenizer == "byte":
            return Vocabulary("byte", self.lowercase, (PADDING, *BYTES))
        return of_counts(
            counts, self.tokenizer, lowercase=self.lowercase, most=self.most, marks=marks
        )

    def _paths(self, place: Place) -> list[Path]:
        return resolve_files(self.path, self.test, place, "data.source.test")

    def _header(self, path: Path) -> list[str]:
        header = header_of(path, next(read_rows(path, self.delimiter), (1, []))[1])
        text = self._column(header, self.text, "text", 0)
        if text == self._column(header, self.target, "target", -1):
            raise DataError(
                _("the text and the answer are the same column."),
                where="data.source.target",
                hint=_("Name another column."),
            )
        return header

    def _column(self, header: list[str], name: str, setting: str, usual: int) -> int:
        if not name:
            return usual % len(header)
        return (
            header.index(name)
            if name in header
            else columns_of(name, header, f"data.source.{setting}")[0]
        )

    def _rows(self, path: Path, header: list[str]) -> Iterator[tuple[int, str, str]]:
        """Yield row, text and answer."""
        text = self._column(header, self.text, "text", 0)
        target = self._column(header, self.target, "target", -1)
        rows = read_rows(path, self.delimiter)
        next(rows, None)
        for line, row in rows:
            if len(row) != len(header):
                raise DataError(
                    _("the row has {found} columns, the names are {expected}.").format(
                        found=len(row), expected=len(header)
                    ),
                    where=f"{path}, row {line}",
                    hint=_("A text that holds the mark between columns needs quotation marks."),
                )
            yield line, row[text], row[target].strip()

    def _encoded(
        self, path: Path, header: list[str], known: Vocabulary
    ) -> tuple[NDArray[np.int64], Answers]:
        """Indices ``(texts, length)``, and row and word of every answer."""
        flat = array("q")
        answers: Answers = []
        filler = array("q", [0]) * self.length
        for line, text, answer in self._rows(path, header):
            flat.frombytes(known.indices(text)[: self.length].tobytes())
            answers.append((line, answer))
            flat.extend(filler[: len(answers) * self.length - len(flat)])
            if len(flat) > MOST_NUMBERS:
                raise DataError(
                    _("there are more than {most:,} tokens.").format(most=MOST_NUMBERS),
                    where=f"{path}, row {line}",
                    hint=_("Choose a shorter length."),
                )
        if not answers:
            raise DataError(
                _("there is no row below the names."),
                where=str(path),
                hint=_("Every example is a row of its own."),
            )
        return np.frombuffer(flat, np.int64).reshape(-1, self.length), answers
