"""Tagged sentences, and the sounds of letters."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.data.base import NO_TARGET
from engine.data.tokens import PADDING, UNKNOWN
from tests.engine.data.support import load, prepared, refused

SENTENCES = """-DOCSTART- -X- O

# sent_id = 1
Rome NNP B-LOC
sleeps VB O


Ann NNP B-PER
Lee NNP I-PER
sees VB O
Rome\tNNP\tB-LOC
"""


def write(folder: Path, text: str | bytes, name: str = "a.conll") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_tokens_and_their_tags(tmp_path: Path) -> None:
    write(tmp_path, SENTENCES)
    found = load("conll", tmp_path, path="a.conll")
    assert found.classes == ("O", "B-LOC", "B-PER", "I-PER")
    assert found.tokens == (PADDING, UNKNOWN, "Rome", "Ann", "Lee", "sees", "sleeps")
    assert found.inputs.tolist() == [[2, 6, 0, 0], [3, 4, 5, 2]]
    assert found.targets is not None
    assert found.targets.tolist() == [[1, 0, NO_TARGET, NO_TARGET], [2, 3, 0, 1]]
    assert found.padding == 0


def test_long_sentences_lose_their_end_and_rare_words_their_name(tmp_path: Path) -> None:
    write(tmp_path, SENTENCES)
    found = load("conll", tmp_path, path="a.conll", longest=3, most=1, lowercase=True)
    assert found.inputs.tolist() == [[1, 1, 0], [2, 1, 1]]
    assert found.tokens == (PADDING, UNKNOWN, "ann")


def test_words_of_the_test_file_are_not_known(tmp_path: Path) -> None:
    write(tmp_path, SENTENCES * 5)
    write(tmp_path, "Bob B-PER\nsees O\n", "test.conll")
    made = prepared("conll", tmp_path, path="a.conll", test="test.conll")
    assert made.test.inputs.tolist() == [[1, 5, 0, 0]]
    assert made.info.counts["test"] == 1
    assert "Bob" not in made.info.tokens
    assert sum(made.info.class_counts["test"]) == 2


@pytest.mark.parametrize(
    ("content", "where", "says"),
    [
        (b"", "a.conll", "no sentence"),
        (b"\n\n \n", "a.conll", "no sentence"),
        (b"# only\n", "a.conll", "no sentence"),
        (b"Rome B\nsleeps\n", "a.conll:2", "“sleeps” has no tag"),
        (b"Rome B\nsle\0eps O\n", "a.conll:2", "zero bytes"),
        (b"Rome B\n\xff O\n", "a.conll:2", "not UTF-8"),
        ("Rome B".encode("utf-16"), "a.conll", "UTF-16"),
        (b"x" * 2**21, "a.conll:1", "more than"),
        (b"".join(b"a t%d\n" % i for i in range(1001)), "a.conll", "1,001 different tags"),
    ],
)
def test_what_is_wrong_is_said_where_it_is(
    content: bytes, where: str, says: str, tmp_path: Path
) -> None:
    write(tmp_path, content)
    params: dict[str, Any] = {"longest": 2000}
    with refused(where=where, says=says):
        load("conll", tmp_path, path="a.conll", **params)


def test_an_endless_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.data.conll.MOST_TOKENS", 10)
    write(tmp_path, "a O\n" * 11)
    with refused(where="a.conll:11", says="more than 10 tokens"):
        load("conll", tmp_path, path="a.conll")
    monkeypatch.setattr("engine.data.conll.MOST_NUMBERS", 10)
    write(tmp_path, "a O\n\n" * 3 + "a O\n" * 5)
    with refused(where="data.source.longest", says="4 sentences of 5 tokens"):
        load("conll", tmp_path, path="a.conll")


def word(found: Any, text: str) -> list[str]:
    """The tags of the letters of a word."""
    letters = [found.tokens.index(letter) for letter in text]
    row = letters + [0] * (found.inputs.shape[1] - len(letters))
    at = int(np.flatnonzero((found.inputs == row).all(axis=1))[0])
    return [found.classes[tag] for tag in found.targets[at][: len(letters)]]


def test_sounds_of_letters(tmp_path: Path) -> None:
    found = load("sounds", tmp_path)
    assert word(found, "night") == ["N", "AY", "-", "-", "T"]
    assert word(found, "exact") == ["IH", "G+Z", "AE", "K", "T"]
    stress = load("sounds", tmp_path, label="stress")
    assert word(stress, "alice") == ["stressed", "consonant", "unstressed", "consonant", "silent"]
    assert stress.targets is not None
    assert np.array_equal(stress.targets == NO_TARGET, stress.inputs == 0)
