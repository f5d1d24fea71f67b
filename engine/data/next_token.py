"""Text as a task of its own: from the tokens so far, the next one is foretold."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, ClassVar, Literal

import numpy as np
from msgspec import Meta
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from engine.data.base import Dataset, Place, Source
from engine.data.places import resolve_files, stamp
from engine.data.shipped import shipped_text
from engine.data.table import Path_
from engine.data.text import read_text
from engine.data.tokens import UNKNOWN, Lowercase, MostTokens, Tokenizer, Vocabulary, learn
from engine.declare import own_first
from projects.errors import DataError
from projects.fields import Field
from projects.translation import gettext as _

MOST_NUMBERS = 100_000_000


class NextToken(Source, frozen=True, kw_only=True):
    """What sources of running text have in common: tokens, and how examples are cut."""

    tokenizer: Tokenizer = "character"
    most: MostTokens = 5000
    lowercase: Lowercase = False
    steps: Annotated[
        int, Meta(ge=2, le=10_000, title="Steps", description="Tokens of an example.")
    ] = 64
    stride: Annotated[
        int,
        Meta(
            ge=0,
            le=10_000,
            title="Stride",
            description="From the start of one example to the next; 0: they follow each other.",
        ),
    ] = 0

    @classmethod
    def fields(cls) -> tuple[Field, ...]:
        """What is read comes first, how it is cut after that; see :meth:`Declared.fields`."""
        return own_first(cls, NextToken)

    def cut(self, text: str, title: str, test: str | None = None) -> Dataset:
        """Return the examples of a text, and of another one that is a test part of its own.

        Args:
            text: What is learned from.
            title: Name that people read.
            test: A text to be tested on, or None.

        Raises:
            DataError: A text is too short, or makes too many examples.
        """
        marks = (UNKNOWN,) if test is not None or self.tokenizer == "word" else ()
        known = learn([text], self.tokenizer, lowercase=self.lowercase, most=self.most, marks=marks)
        inputs, targets = self._examples(known.indices(text), title)
        test_from = None
        if test is not None:
            more, after = self._examples(known.indices(test), _("the test text"))
            test_from = len(inputs)
            inputs, targets = np.concatenate([inputs, more]), np.concatenate([targets, after])
        return _dataset(
            known, inputs, targets, title, -(-(self.steps + 1) // self._stride()) - 1, test_from
        )

    def _stride(self) -> int:
        return self.stride or self.steps

    def _examples(
        self, indices: NDArray[np.int64], title: str
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Tokens ``(examples, steps)`` and those that follow each of them, of the same shape."""
        if len(indices) <= self.steps:
            raise DataError(
                _("{title} has {count:,} tokens; an example takes {steps:,}.").format(
                    title=title, count=len(indices), steps=self.steps + 1
                ),
                where="data.source.steps",
                hint=_("Choose fewer steps or a longer text."),
            )
        count = (len(indices) - self.steps - 1) // self._stride() + 1
        if count * self.steps > MOST_NUMBERS:
            raise DataError(
                _("{count:,} examples of {steps:,} tokens are too many.").format(
                    count=count, steps=self.steps
                ),
                where="data.source.stride",
                hint=_("Choose a greater stride."),
            )
        views = sliding_window_view(indices, self.steps + 1)[:: self._stride()]
        return np.ascontiguousarray(views[:, :-1]), np.ascontiguousarray(views[:, 1:])


def _dataset(
    known: Vocabulary,
    inputs: NDArray[np.int64],
    targets: NDArray[np.int64],
    title: str,
    overlap: int,
    test_from: int | None,
) -> Dataset:
    return Dataset(
        kind="text",
        inputs=inputs,
        targets=targets,
        classes=known.tokens,
        vocabulary=len(known.tokens),
        tokens=known.tokens,
        tokenizer=known.tokenizer,
        lowercase=known.lowercase,
        overlap=overlap,
        test_from=test_from,
        title=title,
    )


class Book(NextToken, frozen=True, kw_only=True, tag="book"):
    """A whole book, cut into examples: after each token, the next one is foretold.

    *Alice's Adventures in Wonderland* (Lewis Carroll 1865, 148,000 characters) or *Paradise Lost* (John
    Milton 1667, 457,000 characters), both in the public domain, from the Canterbury corpus. The
    beginning is learned from, the end is the test. The vocabulary is that of the whole book.
    """

    title: ClassVar[str] = "A book"
    category: ClassVar[str] = "Text"
    order: ClassVar[int] = 66
    use: ClassVar[str] = (
        "For a Language model that trains in minutes: characters to see spelling and names "
        "appear, words for style. A Text file of your own is the next step."
    )
    trouble: ClassVar[str] = (
        "One book is little: large networks know it by heart, and validation rises after a few "
        "epochs. The test is the book's end, with scenes and words of its own. Between tokenizers "
        "compare bits per character only."
    )
    source: ClassVar[str] = (
        "Lewis Carroll 1865, Alice's Adventures in Wonderland; John Milton 1667, Paradise Lost; "
        "both in the public domain, from the Canterbury corpus"
    )

    which: Annotated[
        Literal["alice", "paradise_lost"],
        Meta(
            title="Book",
            extra={"names": {"alice": "Alice in Wonderland", "paradise_lost": "Paradise Lost"}},
        ),
    ] = "alice"

    def load(self, place: Place) -> Dataset:
        """Read and cut the book; see :meth:`Source.load`."""
        titles = {"alice": "Alice in Wonderland", "paradise_lost": "Paradise Lost"}
        return self.cut(shipped_text(self.which), titles[self.which])


class TextFile(NextToken, frozen=True, kw_only=True, tag="text_file"):
    """A text file in UTF-8, cut into examples: after each token, the next one is foretold.

    The beginning is learned from, the end is the test, unless a file of its own is named for that: then the
    vocabulary is that of the first file alone, and what else the second one holds is ``<unk>``. Without
    one the vocabulary is that of the whole file.
    """

    title: ClassVar[str] = "Text file"
    category: ClassVar[str] = "Your own"
    order: ClassVar[int] = 74
    use: ClassVar[str] = (
        "For a Language model on a text of your own: letters, code, songs, chess games. From some "
        "100,000 characters on it begins to make sense."
    )
    trouble: ClassVar[str] = (
        "Headers, licences and repeated passages are learned as well; cut them out. Without a "
        "test file the vocabulary has seen the test, a small leak for words. Overlapping examples "
        "(a stride below the steps) make an epoch long, not the text."
    )

    path: Path_ = ""
    test: Annotated[
        str,
        Meta(
            title="Test file",
            description="Nothing: the end of the file is the test.",
            max_length=4096,
            extra={"widget": "path"},
        ),
    ] = ""

    def fingerprint(self, place: Place) -> str:
        """Sizes and times of the files; see :meth:`Source.fingerprint`."""
        return " ".join(stamp(path) for path in self._paths(place))

    def load(self, place: Place) -> Dataset:
        """Read and cut the text; see :meth:`Source.load`."""
        paths = self._paths(place)
        texts = [read_text(path) for path in paths]
        return self.cut(texts[0], paths[0].name, texts[1] if self.test else None)

    def _paths(self, place: Place) -> list[Path]:
        return resolve_files(self.path, self.test, place, "data.source.test")
