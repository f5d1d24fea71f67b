"""Indices as the words or characters that they stand for, and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.base import DataInfo
from engine.data.tokens import PADDING, UNKNOWN, joined, pieces
from projects.errors import DataError
from projects.fields import shown
from projects.translation import gettext as _

SHOWN = 400


class Tokens:
    """The texts of indices.

    Args:
        info: The data set that they come from.

    Attributes:
        names: The text of every index; their numbers where the set names none.
        named: Whether the set names them.
        padding: The index that fills short sequences up, or None.
    """

    def __init__(self, info: DataInfo) -> None:
        self.named = bool(info.tokens)
        self.names = info.tokens or tuple(map(str, range(info.input.classes or 0)))
        self.padding = info.padding
        self._lowercase = info.lowercase
        self._tokenizer = info.tokenizer or self._guessed()
        self._indices = {name: index for index, name in enumerate(self.names)}

    def _guessed(self) -> str:
        """How tokens of a set that does not say it stand beside each other."""
        return "character" if self.named and all(len(n) == 1 for n in self.names) else "word"

    def words(self, indices: Sequence[int] | NDArray[np.integer]) -> list[str]:
        """Return the text of each index; what fills up at the end is left out."""
        row = np.asarray(indices)
        if self.padding is not None:
            there = np.flatnonzero(row != self.padding)
            row = row[: there[-1] + 1] if len(there) else row[:0]
        return [self.names[int(index)] for index in row]

    def text(self, indices: Sequence[int] | NDArray[np.integer]) -> str:
        """Return indices as one text, as people read it."""
        return joined(self.words(indices), self._tokenizer)

    def of_examples(self, inputs: NDArray[Any]) -> dict[str, list[str]]:
        """Return ``texts`` of examples, as panels show them; nothing where they are no texts."""
        if not self.named or inputs.dtype.kind != "i" or inputs.ndim != 2:
            return {}
        return {"texts": [self.text(row)[:SHOWN] for row in inputs]}

    def characters(self) -> NDArray[np.int64]:
        """Return how many characters each index stands for, the space after a word included.

        A byte, and an index without a text, counts as one.
        """
        if not self.named or self._tokenizer != "word":
            return np.ones(len(self.names), np.int64)
        return np.array([len(name) + 1 for name in self.names], np.int64)

    def indices(self, text: str, where: str = "") -> list[int]:
        """Return the indices of a text.

        Args:
            text: What a person wrote.
            where: Where they wrote it, for messages.

        Raises:
            DataError: Something in it is not in the vocabulary, which has no entry for unknown words.
        """
        made = pieces(text, self._tokenizer, self._lowercase) if self.named else text.split()
        return [self._index(piece, where) for piece in made]

    def rows(self, texts: Sequence[tuple[str, str]], steps: int) -> NDArray[np.int64]:
        """Return texts as examples ``(texts, steps)``; longer ones lose their end.

        Args:
            texts: Where a person wrote something, and what.
            steps: Length of an example.

        Raises:
            DataError: An unknown token, or a text that is short where nothing fills up.
        """
        made = np.full((len(texts), steps), self.padding or 0, np.int64)
        for number, (place, text) in enumerate(texts):
            row = self.indices(text, place)[:steps]
            if len(row) < steps and self.padding is None:
                raise DataError(
                    _("there are {count} tokens; this run reads {steps}.").format(
                        count=len(row), steps=steps
                    ),
                    where=place,
                    hint=_("Give a longer text: nothing in its vocabulary fills short ones up."),
                )
            made[number, : len(row)] = row
        return made

    def _index(self, piece: str, where: str) -> int:
        found = self._indices.get(piece, self._indices.get(UNKNOWN))
        if found is not None:
            return found
        some = [name for name in self.names if name not in (PADDING, UNKNOWN)][:6]
        raise DataError(
            _("{piece} is not in the vocabulary of this run.").format(piece=shown(piece)),
            where=where,
            hint=_("It knows {count:,} entries, such as {some}.").format(
                count=len(self.names), some=" ".join(map(shown, some))
            ),
        )
