"""Indices as the words or characters that they stand for, and back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from gettext import gettext as _
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.base import Dataset
from projects.errors import DataError
from projects.fields import shown

SPECIAL = re.compile(r"[<\[]\w+[>\]]")
UNKNOWN = ("<unk>", "[UNK]", "<unknown>")
SHOWN = 400
PIECE = re.compile(r"\w+(?:['’]\w+)*|[^\w\s]")


class Tokens:
    """The texts of indices.

    Args:
        source: The data set that they come from.

    Attributes:
        names: The text of every index; their numbers where the set names none.
        letters: Whether every index stands for one character.
        padding: The index that fills short sequences up, or None.
    """

    def __init__(self, source: Dataset) -> None:
        count = source.vocabulary or len(source.tokens)
        self.named = bool(source.tokens)
        self.names = source.tokens or tuple(str(index) for index in range(count))
        self.padding = source.padding
        plain = [name for name in self.names if not SPECIAL.fullmatch(name)]
        self.letters = self.named and all(len(name) <= 1 for name in plain)
        self._indices = {name: index for index, name in enumerate(self.names)}
        self._unknown = next((self._indices[n] for n in UNKNOWN if n in self._indices), None)

    def words(self, indices: Sequence[int] | NDArray[np.integer]) -> list[str]:
        """Return the text of each index; what fills up at either end is left out."""
        row = np.asarray(indices)
        if self.padding is not None:
            there = np.flatnonzero(row != self.padding)
            row = row[there[0] : there[-1] + 1] if len(there) else row[:0]
        return [self.names[int(index)] for index in row]

    def text(self, indices: Sequence[int] | NDArray[np.integer]) -> str:
        """Return indices as one text: characters one after another, words with spaces between."""
        return ("" if self.letters else " ").join(self.words(indices))

    def of_examples(self, inputs: NDArray[Any]) -> dict[str, list[str]]:
        """Return ``texts`` of examples, as panels show them; nothing where they are no texts."""
        if not self.named or inputs.dtype.kind != "i" or inputs.ndim != 2:
            return {}
        return {"texts": [self.text(row)[:SHOWN] for row in inputs]}

    def indices(self, text: str, where: str = "") -> list[int]:
        """Return the indices of a text.

        Args:
            text: What a person wrote.
            where: Where they wrote it, for messages.

        Raises:
            DataError: Something in it is not in the vocabulary, which has no entry for unknown words.
        """
        return [self._index(piece, where) for piece in self._pieces(text)]

    def _pieces(self, text: str) -> list[str]:
        if self.letters:
            return list(text)
        if all(piece in self._indices for piece in text.split()):
            return text.split()
        return PIECE.findall(text)

    def _index(self, piece: str, where: str) -> int:
        for written in (piece, piece.lower()):
            if written in self._indices:
                return self._indices[written]
        if self._unknown is not None:
            return self._unknown
        raise DataError(
            _("{piece} is not in the vocabulary of this run.").format(piece=shown(piece)),
            where=where,
            hint=_("It knows {count:,} entries, such as {some}.").format(
                count=len(self.names), some=" ".join(map(shown, self.names[:6]))
            ),
        )
