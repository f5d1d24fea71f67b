"""The strict reader: what it accepts, what it refuses, and how fast."""

from __future__ import annotations

from typing import Any

import pytest

from projects.errors import ProjectError
from projects.yaml_reader import MOST_BYTES, MOST_DEPTH, MOST_VALUES, decode, read, read_value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e-3", 0.001),
        ("1E3", 1000.0),
        ("-.5", -0.5),
        ("5.", 5.0),
        ("1.0e-05", 1e-5),
        ("0x1F", 31),
        ("0o17", 15),
        ("017", 17),
        ("+3", 3),
        ("no", "no"),
        ("on", "on"),
        ("Yes", "Yes"),
        ("y", "y"),
        ("1:30", "1:30"),
        ("1_000", "1_000"),
        ("2026-01-02", "2026-01-02"),
        ("1e", "1e"),
        (".", "."),
        ("true", True),
        ("False", False),
        ("~", None),
        ("null", None),
        ("'1'", "1"),
        ('"null"', "null"),
        ("[1, two, [3.0]]", [1, "two", [3.0]]),
        ("{a: 1, b: {c: d}}", {"a": 1, "b": {"c": "d"}}),
        ("{1: a, null: b}", {"1": "a", "null": "b"}),
        ("a -> b", "a -> b"),
    ],
)
def test_values_are_read_as_yaml_1_2_says(text: str, value: Any) -> None:
    found = read_value(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "words", "where"),
    [
        ("a: &x 1\nb: 2", "anchors", "line 1, column 4"),
        ("a: 1\nb: *x", "anchors", "line 2, column 4"),
        ("? &k a\n: 1", "anchors", "line 1, column 3"),
        ("a: !!python/object/apply:os.system [echo]", "tags", "line 1, column 4"),
        ("a: !!str 1", "tags", "line 1, column 4"),
        ("a: ! 1", "tags", "line 1, column 4"),
        ("%TAG !e! tag:example.com,2026:\n---\na: !e!x 1", "tags", "line"),
        ("a: 1\n<<: {b: 2}", "merge keys", "line 2, column 1"),
        ("a: 1\nb: 2\na: 3", "twice (first in line 1)", "line 3, column 1"),
        ("x: {a: 1, a: 2}", "twice", "line 1, column 11"),
        ("? [a, b]\n: 1", "a key has to be a word", "line 1, column 3"),
        ("a: 1\n---\nb: 2", "one document", "line 2, column 1"),
        ("a: [1, 2", "this is not YAML", "line"),
        ("a: 1\n\tb: 2", "this is not YAML", "line 2"),
        ("a: 'x", "this is not YAML", "line"),
        ("a: .inf", "finite", "line 1, column 4"),
        ("a: -.INF", "finite", "line 1, column 4"),
        ("a: .nan", "finite", "line 1, column 4"),
        ("a: 1e999", "finite", "line 1, column 4"),
        ("a: 9223372036854775808", "63 bits", "line 1, column 4"),
        ("a: " + "9" * 100_000, "63 bits", "line 1, column 4"),
        ("a: 0x" + "f" * 100_000, "63 bits", "line 1, column 4"),
        ("", "nothing in it", "file.yaml"),
        ("# only a remark\n", "nothing in it", "file.yaml"),
        ("a: \x00", "not allowed in a text file", "file.yaml"),
        ("a: \x1b[31m", "not allowed in a text file", "file.yaml"),
    ],
)
def test_what_goes_beyond_plain_values_is_refused_with_its_place(
    text: str, words: str, where: str
) -> None:
    with pytest.raises(ProjectError) as caught:
        read(text, "file.yaml")
    assert words in caught.value.problem.message
    assert caught.value.problem.where.startswith("file.yaml")
    assert where in caught.value.problem.where
    assert "\x1b" not in str(caught.value)


HOSTILE = {
    "merge bomb": "a: &a {x: 1}\n" + "\n".join(f"b{i}: &b{i} {{<<: [*a, *a]}}" for i in range(20)),
    "laughs": "a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]",
    "deep lists": "[" * 100_000,
    "deep mappings": "{a: " * 50_000,
    "deep blocks": "\n".join(" " * i + "a:" for i in range(2000)),
    "deep dashes": "- " * 100_000,
    "many values": "[" + "1," * 400_000 + "1]",
    "many keys": "\n".join(f"k{i}: 1" for i in range(300_000)),
    "one long word": "a: " + "x" * (MOST_BYTES + 1),
    "quotes": "'" * 100_001,
    "question marks": "? " * 50_000,
}


@pytest.mark.timeout(60)  # each takes a fraction of a second; a reader that is caught takes forever
@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_texts_are_refused_before_they_cost_anything(kind: str) -> None:
    with pytest.raises(ProjectError):
        read(HOSTILE[kind], kind)


def test_the_caps_leave_room_for_large_projects() -> None:
    nodes = "\n".join(f"n{i}: {{type: linear, at: [{i}, 0], units: 8}}" for i in range(5000))
    assert len(read(nodes).value) == 5000
    assert MOST_VALUES >= 100_000
    nested = "[" * MOST_DEPTH + "]" * MOST_DEPTH
    assert read(nested).value is not None
    with pytest.raises(ProjectError, match="deeper"):
        read("[" * (MOST_DEPTH + 2) + "]" * (MOST_DEPTH + 2))


@pytest.mark.parametrize(
    "content",
    [
        "format: ganvas/1".encode("utf-16"),
        b"format: \xff\xfe",
        b"\x80\x02}q\x00.",
        b"x" * (MOST_BYTES + 1),
    ],
)
def test_bytes_that_are_no_utf8_text_are_refused(content: bytes) -> None:
    with pytest.raises(ProjectError) as caught:
        decode(content, "x.yaml")
    assert caught.value.problem.where == "x.yaml"


def test_a_byte_order_mark_is_dropped() -> None:
    assert decode(b"\xef\xbb\xbfa: 1") == "a: 1"


def test_lines_of_dotted_paths() -> None:
    tree = read("a:\n  b:\n    - x\n    - {c: 1}\nd: 2\n")
    assert tree.line_of("a.b.1.c") == 4
    assert tree.line_of("a.b.0") == 3
    assert tree.line_of("a.b.9.missing") == 2
    assert tree.line_of("d") == 5
    assert tree.line_of("missing") is None
