"""Tokens, vocabularies and running text, good and hostile."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.data.tokens import PADDING, UNKNOWN, joined, learn, padded, pieces
from tests.engine.data.support import load, prepared, refused

STORY = "The cat sat. The dog – it's old – sat too.\n"


def write(folder: Path, text: str | bytes, name: str = "a.txt") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


@pytest.mark.parametrize(
    ("tokenizer", "tokens"),
    [
        ("character", ["D", "a", "ß", "!", "\n", "x"]),
        ("word", ["Daß", "!", "x"]),
        ("byte", ["D", "a", "<0xC3>", "<0x9F>", "!", "\n", "x"]),
    ],
)
def test_what_a_token_is(tokenizer: str, tokens: list[str]) -> None:
    text = "Daß!\nx"
    assert list(pieces(text, tokenizer)) == tokens
    assert joined(tokens, tokenizer) == ("Daß ! x" if tokenizer == "word" else text)


def test_words_keep_their_apostrophe_and_have_an_end() -> None:
    assert list(pieces("it's Näh-e 3,5", "word")) == ["it's", "Näh", "-", "e", "3", ",", "5"]
    assert max(map(len, pieces("x" * 10_000, "word"))) <= 81
    assert list(pieces("THE", "word", lowercase=True)) == ["the"]


def test_the_most_frequent_tokens_are_kept_and_ties_are_settled() -> None:
    known = learn(["b a c a", "c d"], "word", lowercase=False, most=3, marks=(PADDING, UNKNOWN))
    assert known.tokens == (PADDING, UNKNOWN, "a", "c", "b")
    assert known.indices("a d c <pad>").tolist() == [2, 1, 3, 1, 1, 1]
    without = learn(["ba"], "character", lowercase=False, most=9)
    assert without.tokens == ("a", "b")
    assert without.indices("abx").tolist() == [0, 1]


def test_rows_are_cut_or_filled_up() -> None:
    rows = [np.array([5, 6, 7]), np.array([8]), np.zeros(0, np.int64)]
    assert padded(rows, 2, 0).tolist() == [[5, 6], [8, 0], [0, 0]]


@pytest.mark.parametrize("tokenizer", ["character", "word", "byte"])
@pytest.mark.parametrize("stride", [0, 1, 3])
def test_targets_are_the_tokens_that_follow(tokenizer: str, stride: int, tmp_path: Path) -> None:
    write(tmp_path, STORY * 4)
    params: dict[str, Any] = {"tokenizer": tokenizer, "steps": 7, "stride": stride}
    found = load("text_file", tmp_path, path="a.txt", **params)
    assert found.targets is not None
    assert np.array_equal(found.inputs[:, 1:], found.targets[:, :-1])
    whole = [found.tokens[i] for i in np.asarray(found.inputs, np.int64)[0]]
    assert whole == list(pieces(STORY, tokenizer))[:7]
    assert found.classes == found.tokens
    assert np.array_equal(found.inputs[1], np.asarray(found.inputs[0])) is False
    if stride == 0:
        assert np.array_equal(found.inputs[1:, 0], found.targets[:-1, -1])


def test_the_end_of_a_text_is_tested_and_nothing_of_it_is_learned(tmp_path: Path) -> None:
    write(tmp_path, "".join(chr(200 + i) for i in range(400)))
    made = prepared("text_file", tmp_path, path="a.txt", steps=5)
    seen = [set(part.inputs.ravel()) | set(part.targets.ravel()) for part in parts(made)]
    assert not seen[0] & seen[1]
    assert not seen[1] & seen[2]
    assert max(seen[0]) < min(seen[1]) < min(seen[2])


def parts(made: Any) -> list[Any]:
    return [made.train, made.validation, made.test]


def test_a_test_file_is_not_known_beforehand(tmp_path: Path) -> None:
    write(tmp_path, "abcab" * 20)
    write(tmp_path, "abzab" * 10, "test.txt")
    made = prepared("text_file", tmp_path, path="a.txt", test="test.txt", steps=5)
    assert made.info.tokens == (UNKNOWN, "a", "b", "c")
    assert 0 not in made.train.inputs
    assert 0 in made.test.inputs
    assert made.info.counts["test"] == 9
    assert made.info.tokenizer == "character"


@pytest.mark.parametrize(
    ("content", "params", "where", "says"),
    [
        (b"", {}, "a.txt", "no text in it"),
        (b" \n\n ", {}, "a.txt", "no text in it"),
        (b"one\ntwo\0three", {}, "a.txt:2", "byte 0x00 is no text"),
        (b"one\ntwo\nth\xffree", {}, "a.txt:3", "byte 0xff is no text"),
        ("text".encode("utf-16"), {}, "a.txt", "UTF-16"),
        (b"short", {"steps": 5}, "data.source.steps", "5 tokens"),
        (b"one two", {"steps": 3, "tokenizer": "word"}, "data.source.steps", "2 tokens"),
        (b"abc" * 1_000_000, {"steps": 10_000, "stride": 1}, "data.source.stride", "too many"),
    ],
)
def test_texts_that_are_none(
    content: bytes, params: dict[str, Any], where: str, says: str, tmp_path: Path
) -> None:
    write(tmp_path, content)
    with refused(where=where, says=says):
        load("text_file", tmp_path, path="a.txt", **params)


def test_a_text_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.data.text.MOST_BYTES", 10)
    write(tmp_path, "a" * 11)
    with refused(where="a.txt", says="more than 10 bytes"):
        load("text_file", tmp_path, path="a.txt")


def test_a_test_file_that_is_not_there(tmp_path: Path) -> None:
    write(tmp_path, STORY * 9)
    with refused(where="data.source.test", says="there is no"):
        load("text_file", tmp_path, path="a.txt", test="b.txt")


def test_line_ends_are_all_alike(tmp_path: Path) -> None:
    write(tmp_path, "ab\r\ncd\ref\n" * 9)
    assert load("text_file", tmp_path, path="a.txt", steps=5).tokens == ("\n", *"abcdef")


TABLE = "text,kind\nGood film!,yes\n'bad, bad',no\n"


def test_texts_with_an_answer_each(tmp_path: Path) -> None:
    write(tmp_path, TABLE.replace("'", '"'), "a.csv")
    found = load("text_table", tmp_path, path="a.csv", length=5)
    assert found.tokens == (PADDING, UNKNOWN, "bad", "!", ",", "film", "good")
    assert found.inputs.tolist() == [[6, 5, 3, 0, 0], [2, 4, 2, 0, 0]]
    assert found.classes == ("no", "yes")
    assert found.targets is not None
    assert found.targets.tolist() == [1, 0]
    assert (found.padding, found.vocabulary) == (0, 7)
    short = load("text_table", tmp_path, path="a.csv", length=2, tokenizer="byte")
    assert [short.tokens[i] for i in np.asarray(short.inputs, np.int64)[0]] == ["g", "o"]


def test_texts_of_a_test_file(tmp_path: Path) -> None:
    write(tmp_path, "n,text,y\n" + "1,some words,0.5\n" * 10, "a.csv")
    write(tmp_path, "n,text,y\n" + "1,some others,1.5\n" * 3, "b.csv")
    made = prepared("text_table", tmp_path, path="a.csv", test="b.csv", text="text", length=3)
    assert made.info.tokens == (PADDING, UNKNOWN, "some", "words")
    assert made.test.inputs.tolist() == [[2, 1, 0]] * 3
    assert made.info.target is not None
    assert made.info.target.kind == "float"


@pytest.mark.parametrize(
    ("content", "params", "where", "says"),
    [
        ("text,y\n", {}, "a.csv", "no row below"),
        ("text,y\na,1\nb\n", {}, "row 3", "the row has 1 columns"),
        ("text,y\na,1\nb,\n", {}, "row 3, column y", "target is missing"),
        ("text,y\na,1\n", {"text": "words"}, "data.source.text", "no column “words”"),
        ("text,y\na,1\n", {"text": "y"}, "data.source.target", "the same column"),
        ("text\na\n", {}, "a.csv", "at least two columns"),
        ("text,y\n" + "a" * 2**21 + ",1\n", {}, "a.csv", "more than"),
        ("text,y\na,x\nb,z\n", {"targets": "values"}, "row 2, column y", "expected a number"),
    ],
)
def test_tables_of_texts_that_are_none(
    content: str, params: dict[str, Any], where: str, says: str, tmp_path: Path
) -> None:
    write(tmp_path, content, "a.csv")
    with refused(where=where, says=says):
        load("text_table", tmp_path, path="a.csv", **params)


def test_more_tokens_than_fit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.data.text_table.MOST_NUMBERS", 20)
    write(tmp_path, "text,y\n" + "a b,1\n" * 9, "a.csv")
    with refused(where="row 4", says="more than 20 tokens"):
        load("text_table", tmp_path, path="a.csv", length=10)
