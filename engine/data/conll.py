"""Sentences with a tag for every token, in the form of the CoNLL shared tasks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from engine.data.base import NO_TARGET, Dataset, Place, Source
from engine.data.cells import MOST_CLASSES
from engine.data.places import resolve_files, stamp
from engine.data.table import Path_
from engine.data.text import read_lines
from engine.data.tokens import (
    PADDING,
    UNKNOWN,
    Lowercase,
    MostTokens,
    Vocabulary,
    of_counts,
    padded,
)
from projects.errors import DataError
from projects.fields import shown
from projects.translation import gettext as _

MOST_TOKENS = 20_000_000
MOST_NUMBERS = 100_000_000
LONGEST_TOKEN = 64
Sentence = list[tuple[str, str]]


class Conll(Source, frozen=True, kw_only=True, tag="conll"):
    """Sentences whose every token has a tag: a token a line, its tag last, a blank line between sentences.

    Columns are separated by spaces or tabs; the first is the token, the last its tag, for example in the
    scheme BIO: ``B-PER``, ``I-PER``, ``O``. Lines that begin with ``# `` and ``-DOCSTART-`` are left out.

    Longer sentences lose their end, shorter ones are filled up with ``<pad>``, where no tag is asked for.
    Where a test file is named, the vocabulary is that of the first file alone, else that of all sentences.
    """

    title: ClassVar[str] = "Tagged sentences (CoNLL)"
    category: ClassVar[str] = "Your own"
    order: ClassVar[int] = 76
    use: ClassVar[str] = (
        "For Sequence labelling of words: names, parts of speech, chunks. BIO tags are scored as "
        "whole entities."
    )
    trouble: ClassVar[str] = (
        "Nine in ten tokens are O in usual sets: accuracy says nothing. A blank line missing "
        "between sentences joins them. Names of the test are unknown words for a vocabulary of "
        "training: expect lower figures there, or add features of letters."
    )
    source: ClassVar[str] = (
        "Format: Tjong Kim Sang & De Meulder 2003, Introduction to the CoNLL-2003 shared task"
    )

    path: Path_ = ""
    test: Annotated[
        str,
        Meta(
            title="Test file",
            description="Nothing: a share of the first file.",
            max_length=4096,
            extra={"widget": "path"},
        ),
    ] = ""
    most: MostTokens = 20_000
    lowercase: Lowercase = False
    longest: Annotated[
        int,
        Meta(ge=1, le=10_000, title="Longest", description="Tokens of a sentence at most."),
    ] = 64

    def fingerprint(self, place: Place) -> str:
        """Sizes and times of the files; see :meth:`Source.fingerprint`."""
        return " ".join(stamp(path) for path in self._paths(place))

    def load(self, place: Place) -> Dataset:
        """Read the sentences; see :meth:`Source.load`."""
        paths = self._paths(place)
        own = list(self._sentences(paths[0]))
        test = list(self._sentences(paths[1])) if self.test else []
        known = of_counts(
            Counter(token for sentence in own for token, _tag in sentence),
            "word",
            lowercase=self.lowercase,
            most=self.most,
            marks=(PADDING, UNKNOWN),
        )
        tags = _tags(paths[0], own + test)
        inputs, targets = arranged(own + test, known, tags)
        return Dataset(
            kind="text",
            inputs=inputs,
            targets=targets,
            classes=tags,
            vocabulary=len(known.tokens),
            tokens=known.tokens,
            tokenizer="word",
            lowercase=self.lowercase,
            padding=0,
            test_from=len(own) if self.test else None,
            title=paths[0].name,
        )

    def _paths(self, place: Place) -> list[Path]:
        return resolve_files(self.path, self.test, place, "data.source.test")

    def _sentences(self, path: Path) -> Iterator[Sentence]:
        """Yield the sentences of a file, cut to the longest that is wanted.

        Raises:
            DataError: A line without tag, too many tokens, or no sentence.
        """
        count = sentences = 0
        sentence: Sentence = []
        for number, line in enumerate(read_lines(path), 1):
            row = line.split()
            if not row and sentence:
                sentences += 1
                yield sentence
                sentence = []
            if not row or row[0] == "-DOCSTART-" or line.startswith("# "):
                continue
            if len(row) < 2:
                raise _untagged(path, number, row[0])
            count += 1
            if count > MOST_TOKENS:
                raise DataError(
                    _("there are more than {most:,} tokens.").format(most=MOST_TOKENS),
                    where=f"{path}:{number}",
                    hint=_("Give a part of it."),
                )
            if len(sentence) < self.longest:
                token = row[0][:LONGEST_TOKEN]
                sentence.append((token.lower() if self.lowercase else token, row[-1]))
        if sentence:
            yield sentence
        elif not sentences:
            raise DataError(
                _("there is no sentence in it."), where=str(path), hint=_("Choose another file.")
            )


def _untagged(path: Path, number: int, token: str) -> DataError:
    return DataError(
        _("the token {token} has no tag.").format(token=shown(token)),
        where=f"{path}:{number}",
        hint=_("A token and its tag stand on one line, with a space or a tab between them."),
    )


def _tags(path: Path, sentences: Iterable[Sentence]) -> tuple[str, ...]:
    """The tags, “O” first."""
    found = {tag for sentence in sentences for _token, tag in sentence}
    if len(found) > MOST_CLASSES:
        raise DataError(
            _("there are {count:,} different tags; that is too many.").format(count=len(found)),
            where=str(path),
            hint=_("The tag is the last word of a line."),
        )
    return tuple(sorted(found, key=lambda tag: (tag != "O", tag)))


def arranged(
    sentences: list[Sentence], known: Vocabulary, tags: tuple[str, ...]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return tokens and tags ``(sentences, steps)``, filled up to the longest sentence.

    Args:
        sentences: Tokens with their tags.
        known: The vocabulary; its first entry fills up.
        tags: Names of the tags.

    Raises:
        DataError: They would not fit into memory.
    """
    steps = max(map(len, sentences))
    if steps * len(sentences) > MOST_NUMBERS:
        raise DataError(
            _("{count:,} sentences of {steps:,} tokens are too many.").format(
                count=len(sentences), steps=steps
            ),
            where="data.source.longest",
            hint=_("Let long sentences be cut earlier."),
        )
    index = {tag: i for i, tag in enumerate(tags)}
    inputs = [known.indices_of(token for token, _tag in sentence) for sentence in sentences]
    targets = [np.array([index[tag] for _token, tag in sentence]) for sentence in sentences]
    return padded(inputs, steps, 0), padded(targets, steps, NO_TARGET)
