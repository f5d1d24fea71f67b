"""From text to indices and back: characters, words or bytes, and the vocabulary of them."""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Literal

import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

PADDING, UNKNOWN = "<pad>", "<unk>"
# A word has at most 64 marks, so that a hostile text makes no endless token.
_WORD = re.compile(r"\w{1,64}(?:['’]\w{1,16})?|[^\w\s]")

Tokenizer = Annotated[
    Literal["character", "word", "byte"],
    Meta(
        title="Tokens",
        description="What one step is: a character, a word or punctuation mark, or a byte of UTF-8.",
    ),
]
MostTokens = Annotated[
    int,
    Meta(
        ge=1,
        le=100_000,
        title="Vocabulary",
        description="The most frequent tokens; others become <unk>.",
    ),
]
Lowercase = Annotated[
    bool, Meta(title="Lower case", description="Whether “The” and “the” are the same.")
]


def byte_name(value: int) -> str:
    """Return how a byte is written: ASCII as itself, others as ``<0xE2>``."""
    return chr(value) if value < 128 else f"<0x{value:02X}>"


BYTES = tuple(map(byte_name, range(256)))


def pieces(text: str, tokenizer: str, lowercase: bool = False) -> Iterator[str]:
    """Yield the tokens of a text.

    Args:
        text: The text.
        tokenizer: ``character``, ``word`` or ``byte``.
        lowercase: Whether capital letters are made small first.
    """
    if lowercase:
        text = text.lower()
    if tokenizer == "word":
        return (found[0] for found in _WORD.finditer(text))
    if tokenizer == "byte":
        return map(BYTES.__getitem__, text.encode("utf-8", "surrogatepass"))
    return iter(text)


def joined(tokens: Sequence[str], tokenizer: str) -> str:
    """Return the text of some tokens, as people read it.

    Args:
        tokens: The tokens.
        tokenizer: What made them.
    """
    if tokenizer == "byte":
        known = {name: value for value, name in enumerate(BYTES)}
        raw = bytes(known[token] for token in tokens if token in known)
        return raw.decode("utf-8", "replace")
    return (" " if tokenizer == "word" else "").join(tokens)


@dataclass(frozen=True)
class Vocabulary:
    """The tokens that a set knows.

    Attributes:
        tokenizer: What makes tokens of a text.
        lowercase: Whether capital letters are made small first.
        tokens: The text of every index.
        index: The index of every token.
    """

    tokenizer: str
    lowercase: bool
    tokens: tuple[str, ...]
    index: dict[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "index", {token: i for i, token in enumerate(self.tokens)})

    def indices(self, text: str) -> NDArray[np.int64]:
        """Return the index of every token of a text ``(tokens,)``.

        Unknown ones are left out where the vocabulary has no mark for them.
        """
        return self.indices_of(pieces(text, self.tokenizer, self.lowercase))

    def indices_of(self, tokens: Iterable[str]) -> NDArray[np.int64]:
        """Return the index of every token ``(tokens,)``; see :meth:`indices`."""
        unknown = self.index.get(UNKNOWN)
        known = self.index.get
        found = (known(token, unknown) for token in tokens)
        return np.frombuffer(array("q", (i for i in found if i is not None)) or b"", np.int64)


def learn(
    texts: Iterable[str],
    tokenizer: str,
    *,
    lowercase: bool,
    most: int,
    marks: tuple[str, ...] = (),
) -> Vocabulary:
    """Return the vocabulary of texts: marks first, then tokens by frequency, characters in order.

    Args:
        texts: What is learned from.
        tokenizer: ``character``, ``word`` or ``byte``.
        lowercase: Whether capital letters are made small first.
        most: So many tokens at most, marks not counted.
        marks: Tokens that stand for no text, such as :data:`PADDING`.
    """
    if tokenizer == "byte":
        return Vocabulary(tokenizer, lowercase, (*marks, *BYTES))
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(pieces(text, tokenizer, lowercase))
    return of_counts(counts, tokenizer, lowercase=lowercase, most=most, marks=marks)


def of_counts(
    counts: Counter[str],
    tokenizer: str,
    *,
    lowercase: bool,
    most: int,
    marks: tuple[str, ...],
) -> Vocabulary:
    """Return the vocabulary of counted tokens; see :func:`learn`."""
    for mark in marks:
        counts.pop(mark, None)
    # Ties are settled by the token itself, so that the same text always has the same vocabulary.
    kept = sorted(counts, key=lambda token: (-counts[token], token))[:most]
    if tokenizer == "character":
        kept.sort()
    return Vocabulary(tokenizer, lowercase, (*marks, *kept))


def padded(rows: Sequence[NDArray[np.int64]], length: int, fill: int) -> NDArray[np.int64]:
    """Return rows ``(rows, length)``, cut or filled up at their end.

    Args:
        rows: Indices of every example.
        length: Steps of each.
        fill: What fills short ones up.
    """
    made = np.full((len(rows), length), fill, np.int64)
    for place, row in enumerate(rows):
        some = row[:length]
        made[place, : len(some)] = some
    return made
