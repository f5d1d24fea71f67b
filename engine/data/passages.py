"""Passages of two books: which one are they from?"""

from __future__ import annotations

from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from engine.data.base import Dataset, Place, Source
from engine.data.shipped import shipped_text
from engine.data.tokens import PADDING, UNKNOWN, Vocabulary, learn

BOOKS = {"alice": "Alice in Wonderland", "paradise_lost": "Paradise Lost"}


class Passages(Source, frozen=True, kw_only=True, tag="passages"):
    """A few words in a row from *Alice's Adventures in Wonderland* or from *Paradise Lost*: from which?

    Both books (Lewis Carroll 1865, John Milton 1667; in the public domain) are cut into passages that do
    not overlap, as many from each. The words are those that occur most often, in lower case; others
    are ``<unk>``.
    """

    title: ClassVar[str] = "Passages of two books"
    category: ClassVar[str] = "Text"
    order: ClassVar[int] = 66
    use: ClassVar[str] = (
        "For a first Classification of text: an Embedding and Global pooling do well "
        "already, which shows how far words without their order go. Then convolutions and LSTM."
    )
    trouble: ClassVar[str] = (
        "Names and old words (thee, Alice) give the books away; it says nothing about "
        "understanding. Neighbouring passages land in training and test. With 2 or 3 words nobody "
        "can tell."
    )
    source: ClassVar[str] = (
        "Lewis Carroll 1865, Alice's Adventures in Wonderland; John Milton 1667, Paradise Lost; "
        "both in the public domain, from the Canterbury corpus"
    )

    words: Annotated[
        int, Meta(ge=2, le=200, title="Words", description="And punctuation marks, in a row.")
    ] = 12
    most: Annotated[
        int,
        Meta(ge=10, le=20_000, title="Vocabulary", description="So many words at most."),
    ] = 2000

    def load(self, place: Place) -> Dataset:
        """Read and cut the books; see :meth:`Source.load`."""
        texts = [shipped_text(name) for name in BOOKS]
        known = learn(texts, "word", lowercase=True, most=self.most, marks=(PADDING, UNKNOWN))
        books = [self._cut(text, known) for text in texts]
        count = min(map(len, books))
        # Passages are taken all over the longer book.
        chosen = [book[np.linspace(0, len(book) - 1, count).astype(int)] for book in books]
        return Dataset(
            kind="text",
            inputs=np.concatenate(chosen),
            targets=np.repeat(np.arange(len(books)), count),
            classes=tuple(BOOKS.values()),
            vocabulary=len(known.tokens),
            tokens=known.tokens,
            tokenizer=known.tokenizer,
            lowercase=known.lowercase,
            padding=0,
            title=self.title,
        )

    def _cut(self, text: str, known: Vocabulary) -> NDArray[np.int64]:
        indices = known.indices(text)
        count = len(indices) // self.words
        return indices[: count * self.words].reshape(count, self.words)
