"""The person's own tables, good and hostile."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.data.csv_table import MOST_COLUMNS
from projects.errors import DataError
from tests.engine.data.support import load, prepared, refused

GOOD = "width,height,name\n1,2.5,cat\n-3,4e2,dog\n0,.5,cat\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def put(folder: Path, content: str | bytes) -> Path:
    path = folder / "t.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_a_table(folder: Path) -> None:
    put(folder, GOOD)
    found = load("csv", folder, path="t.csv")
    assert found.inputs.tolist() == [[1, 2.5], [-3, 400], [0, 0.5]]
    assert found.inputs.dtype == np.float32
    assert found.features == ("width", "height")
    assert found.classes == ("cat", "dog")
    assert found.targets is not None
    assert found.targets.tolist() == [0, 1, 0]
    assert (found.kind, found.title) == ("table", "t.csv")


@pytest.mark.parametrize(
    "content",
    [
        GOOD.replace(",", ";"),
        GOOD.replace(",", "\t"),
        GOOD.replace("\n", "\r\n"),
        GOOD.replace("\n", "\r"),
        "\ufeff" + GOOD,
        GOOD.rstrip("\n"),
        GOOD.replace("\n", "\n\n"),
        'width,"height",name\n" 1 ",2.5,"cat"\n-3,4e2, dog\n0,.5,cat\n',
    ],
    ids=["semicolon", "tab", "windows", "macintosh", "mark", "no end", "gaps", "quotes"],
)
def test_ways_to_write_it(folder: Path, content: str) -> None:
    put(folder, GOOD)
    plain = load("csv", folder, path="t.csv")
    put(folder, content)
    found = load("csv", folder, path="t.csv")
    assert np.array_equal(found.inputs, plain.inputs)
    assert (found.features, found.classes) == (plain.features, plain.classes)


def test_any_column_can_be_the_target(folder: Path) -> None:
    put(folder, "size,kind,weight\n1,b,0.5\n2,a,0.25\n")
    found = load("csv", folder, path="t.csv", target="kind")
    assert found.inputs.tolist() == [[1, 0.5], [2, 0.25]]
    assert found.features == ("size", "weight")
    assert found.classes == ("a", "b")


@pytest.mark.parametrize(
    ("targets", "words", "classes"),
    [
        ("auto", ["10", "9", "10", "-1"], ("-1", "9", "10")),
        ("auto", ["0.5", "1", "2", "2"], ()),
        ("auto", [str(i) for i in range(21)], ()),
        ("auto", ["yes", "no", "none", "yes"], ("no", "none", "yes")),
        ("classes", [str(i) for i in range(21)], tuple(str(i) for i in range(21))),
        ("classes", ["1.5", "1.5", "-2"], ("-2", "1.5")),
        ("values", ["1", "2", "1"], ()),
    ],
)
def test_what_a_target_holds(
    folder: Path, targets: str, words: list[str], classes: tuple[str, ...]
) -> None:
    put(folder, "a,b\n" + "".join(f"1,{word}\n" for word in words))
    found = load("csv", folder, path="t.csv", targets=targets)
    assert found.classes == classes
    assert found.targets is not None
    if classes:
        assert [classes[i] for i in found.targets.tolist()] == words
    else:
        assert found.targets.dtype == np.float32
        assert found.targets.tolist() == [float(word) for word in words]


def test_classes_in_any_script(folder: Path) -> None:
    names = ("Äpfel", "グレープ", "🍌", "a b")
    put(folder, "x,y\n" + "".join(f"{i},{name}\n" for i, name in enumerate(names * 5)))
    assert set(prepared("csv", folder, path="t.csv").info.classes) == set(names)


def test_a_changed_file_is_read_again(folder: Path) -> None:
    put(folder, GOOD)
    first = prepared("csv", folder, path="t.csv")
    assert prepared("csv", folder, path="t.csv") is first
    put(folder, GOOD + "1,1,cow\n")
    assert prepared("csv", folder, path="t.csv").info.classes == ("cat", "cow", "dog")


@pytest.mark.parametrize(
    ("content", "where", "says"),
    [
        ("", ":1", "nothing in the first row"),
        ("\n\n\n", ":1", "nothing in the first row"),
        (",,\n1,2,3\n", ":1", "nothing in the first row"),
        ("\ufeff", ":1", "nothing in the first row"),
        ("a,b\n", "t.csv", "no row below"),
        ("a\n1\n", ":1", "at least two columns"),
        ("a,b,a\n1,2,3\n", ":1", "2 columns are called “a”"),
        ("1,2\n3,4\n", ":1", "holds numbers"),
        ("a,b\n1,2\n3\n", "row 3", "1 columns, the names are 2"),
        ("a,b\n1,2\n3,4,5\n", "row 3", "3 columns, the names are 2"),
        ("a,b\n1,2\n\n\nx,4\n", "row 5, column a", "expected a number, got “x”"),
        ("a,b,c\n1,2,x\n3,four,y\n", "row 3, column b", "got “four”"),
        ("a,b\n1_000,x\n", "row 2, column a", "got “1_000”"),
        ("a;b\n1,5;x\n", "row 2, column a", "got “1,5”"),
        ("a,b\n,x\n", "row 2, column a", "missing"),
        ("a,b\nNaN,x\n", "row 2, column a", "missing"),
        ("a,b\n1,x\n?,x\n", "row 3, column a", "missing"),
        ("a,b\ninf,x\n", "row 2, column a", "“inf” is too large"),
        ("a,b\n-Infinity,x\n", "row 2, column a", "“-Infinity” is too large"),
        ("a,b\n1e39,x\n", "row 2, column a", "“1e39” is too large"),
        ("a,b\n" + "9" * 400 + ",x\n", "row 2, column a", "is too large"),
        ("a,b\n0x10,x\n", "row 2, column a", "got “0x10”"),
        ("a,b\n1,x\n2,\n", "row 3, column b", "target is missing"),
        ("a,b\n1,1\n2,NA\n3,2\n", "row 3, column b", "target is missing"),
        ("a,b\n1,1.5\n2,inf\n", "row 3, column b", "expected a number"),
        ('a,b\n1,"x\n2,y\n', "t.csv:", "cannot be read"),
        ('a,b\n"1"2,x\n', "t.csv:2", "cannot be read"),
        ('a,b\n1,"' + "x\n" * 70_000, "t.csv:", "cannot be read"),
        (b"a,b\n1,caf\xe9\n", "t.csv:2", "0xe9 is not UTF-8"),
        (b"a,b\n1,2\n\x00\x00\n", "t.csv:3", "zero bytes"),
        (b"\x00" * 2**20, "t.csv:1", "zero bytes"),
        (GOOD.encode("utf-16"), "t.csv", "UTF-16"),
        (GOOD.encode("utf-16-be"), "t.csv:1", "zero bytes"),
        (b"PK\x03\x04" + b"\0" * 100, "t.csv:1", "zero bytes"),
        (b"x" * (2**20 + 2), "t.csv:1", "more than"),
        (b"a,b\n" + b"1," * 2**20, "t.csv:2", "more than"),
        (b"," * 2**19, ":1", "nothing in the first row"),
        (",".join(f"c{i}" for i in range(MOST_COLUMNS + 1)), ":1", "too many"),
        ("a,b\n" + "".join(f"1,w{i}\n" for i in range(1001)), "column b", "1,001 different"),
    ],
)
def test_tables_that_cannot_be_read(
    folder: Path, content: str | bytes, where: str, says: str
) -> None:
    path = put(folder, content)
    with refused(where=where, says=says):
        load("csv", folder, path=path.name)


@pytest.mark.parametrize("params", [{}, {"words": "b"}])
def test_one_wrong_cell_below_numbers_is_no_column_of_words(
    folder: Path, params: dict[str, str]
) -> None:
    put(folder, "a,b,c\n1,2,3\n12O,2,4\n")
    with pytest.raises(DataError) as caught:
        load("csv", folder, path="t.csv", **params)
    assert "correct this one" in caught.value.problem.hint
    put(folder, "a,b,c\nred,2,3\nblue,2,4\n")
    with pytest.raises(DataError) as caught:
        load("csv", folder, path="t.csv", **params)
    assert "Columns of words" in caught.value.problem.hint


@pytest.mark.parametrize("number", ["1,5", "1.234,5", "-0,25"])
def test_decimal_commas_are_told_of(folder: Path, number: str) -> None:
    put(folder, f"a;b;c\n{number};2;3\n{number};2;4\n")
    with pytest.raises(DataError) as caught:
        load("csv", folder, path="t.csv")
    assert caught.value.problem.hint == "Write decimal points instead of commas: 1.5, not 1,5."


def test_one_endless_line_is_not_read_to_its_end(folder: Path) -> None:
    path = folder / "t.csv"
    with open(path, "wb") as file:
        file.write(b"a,b\n")
        file.truncate(4 * 2**30)
        file.seek(4)
        file.write(b"1" * 2**21)
    with refused(where="t.csv:2", says="more than"):
        load("csv", folder, path="t.csv")


def test_many_equal_names_are_found_soon(folder: Path) -> None:
    put(folder, ",".join([f"c{i}" for i in range(MOST_COLUMNS - 1)] + ["c7"]) + "\n")
    with refused(where=":1", says="2 columns are called “c7”"):
        load("csv", folder, path="t.csv")


def test_a_target_that_is_not_there(folder: Path) -> None:
    put(folder, GOOD)
    with refused(where="data.source.target", says="no column “nme”"):
        load("csv", folder, path="t.csv", target="nme")


def test_words_where_values_are_wanted(folder: Path) -> None:
    put(folder, "a,b\n1,2\n1,two\n")
    with refused(where="row 3, column b", says="got “two”"):
        load("csv", folder, path="t.csv", targets="values")


def test_the_wrong_mark_between_columns(folder: Path) -> None:
    put(folder, GOOD)
    with refused(where=":1", says="two columns"):
        load("csv", folder, path="t.csv", delimiter="tab")


def test_control_marks_are_shown_as_such(folder: Path) -> None:
    put(folder, "a,b\n\x1b[31mred\u202e,x\n")
    with refused(where="row 2", says="\\x1b[31mred\\x202e"):
        load("csv", folder, path="t.csv")


def test_a_hundred_thousand_rows_are_read_soon(folder: Path) -> None:
    rows = "".join(f"{i},{i % 7},0.5,{i % 3}\n" for i in range(100_000))
    put(folder, "a,b,c,d\n" + rows)
    found = load("csv", folder, path="t.csv")
    assert found.inputs.shape == (100_000, 3)
    assert found.inputs[99_999].tolist() == [99_999, 99_999 % 7, 0.5]
