"""Passages of two books."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.data.base import Dataset, Place
from engine.data.passages import Passages
from engine.data.shipped import shipped_text


def loaded(words: int = 12, most: int = 2000) -> Dataset:
    return Passages(words=words, most=most).load(Place(Path()))


def test_a_passage_stands_in_its_book() -> None:
    found = loaded(most=20_000)
    assert found.targets is not None
    for book, name in enumerate(("alice", "paradise_lost")):
        text = "".join(shipped_text(name).lower().split())
        mine = np.flatnonzero(found.targets == book)
        for place in mine[[0, 7, -1]]:
            passage = "".join(found.tokens[int(index)] for index in found.inputs[place])
            assert passage in text


def test_both_books_have_as_many_and_none_comes_twice() -> None:
    found = loaded()
    assert found.targets is not None
    assert np.bincount(found.targets.astype(np.int64)).tolist() == [len(found.inputs) // 2] * 2
    assert len(np.unique(found.inputs, axis=0)) > 0.999 * len(found.inputs)


def test_rare_words_are_unknown() -> None:
    found = loaded(most=100)
    assert found.vocabulary == 102
    assert found.tokens[:2] == ("<pad>", "<unk>")
    assert 0.2 < (found.inputs == 1).mean() < 0.6
