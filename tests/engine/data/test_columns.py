"""Tables with words, gaps and several targets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.engine.data.support import load, prepared, refused

MIXED = "age,city,income,risk\n20,Rome,1,0\n30,Oslo,,1\n,Rome,3,0\n40,,5,1\n"


def write(folder: Path, text: str) -> Path:
    path = folder / "a.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_words_become_columns_of_zero_and_one(tmp_path: Path) -> None:
    write(tmp_path, "n,city,y\n1,Rome,0\n2,Oslo,1\n3,Rome,0\n")
    for words in ("city", "*"):
        found = load("csv", tmp_path, path="a.csv", words=words)
        assert found.features == ("n", "city=Oslo", "city=Rome")
        assert found.inputs.tolist() == [[1, 0, 1], [2, 1, 0], [3, 0, 1]]


def test_numbers_named_as_words_are_in_order(tmp_path: Path) -> None:
    write(tmp_path, "zip,y\n10,0\n9,1\n10,0\n")
    assert load("csv", tmp_path, path="a.csv", words="zip").features == ("zip=9", "zip=10")


def test_rows_with_gaps_are_dropped(tmp_path: Path) -> None:
    write(tmp_path, MIXED)
    found = load("csv", tmp_path, path="a.csv", words="*", missing="drop")
    assert found.inputs.tolist() == [[20, 0, 1, 1]]
    assert found.targets is not None
    assert found.targets.tolist() == [0]


@pytest.mark.parametrize(("how", "filled"), [("mean", 3.0), ("most frequent", 1.0)])
def test_gaps_are_filled_in_from_the_training_part_alone(
    how: str, filled: float, tmp_path: Path
) -> None:
    from engine.data.filling import filled as fill

    table = np.array([[1], [1], [7], [np.nan], [1000]], np.float32)
    made = fill(table, np.array([0, 1, 2, 3]), how, ["a"])
    assert made[3, 0] == pytest.approx(filled)
    write(tmp_path, MIXED * 1 + "50,Oslo,9,1\n" * 20)
    ready = prepared("csv", tmp_path, path="a.csv", words="city", missing=how)
    assert np.isfinite(ready.train.inputs).all()
    assert ready.source.fill == how


def test_a_word_that_is_missing_is_none_of_them(tmp_path: Path) -> None:
    write(tmp_path, MIXED)
    found = load("csv", tmp_path, path="a.csv", words="city", missing="mean")
    assert found.features == ("age", "city=Oslo", "city=Rome", "income")
    assert found.inputs[3, 1:3].tolist() == [0, 0]
    assert np.isnan(np.asarray(found.inputs[2, 0], np.float64))


def test_several_numbers_to_foretell(tmp_path: Path) -> None:
    write(tmp_path, "a,b,c\n1,2,3\n4,5,6\n")
    found = load("csv", tmp_path, path="a.csv", target="c, a")
    assert (found.features, found.names, found.classes) == (("b",), ("c", "a"), ())
    assert found.targets is not None
    assert found.targets.tolist() == [[3, 1], [6, 4]]


def test_labels_that_say_yes_or_no(tmp_path: Path) -> None:
    write(tmp_path, "a,cat,dog\n1,yes,0\n4,No,TRUE\n")
    found = load("csv", tmp_path, path="a.csv", target="cat,dog", targets="labels")
    assert found.labels == ("cat", "dog")
    assert found.targets is not None
    assert found.targets.tolist() == [[1, 0], [0, 1]]
    assert found.targets.dtype == np.float32


def test_no_target_at_all(tmp_path: Path) -> None:
    write(tmp_path, "a\n1\n4\n")
    found = load("csv", tmp_path, path="a.csv", targets="none")
    assert found.targets is None
    assert found.inputs.tolist() == [[1], [4]]


def test_a_column_whose_name_holds_a_comma(tmp_path: Path) -> None:
    write(tmp_path, '"a,b",c\n1,2\n3,4\n')
    assert load("csv", tmp_path, path="a.csv", target="a,b").features == ("c",)


@pytest.mark.parametrize(
    ("text", "params", "where", "says"),
    [
        (MIXED, {"missing": "mean"}, "row 2, column city", "expected a number, got “Rome”"),
        (MIXED, {"words": "city"}, "row 3, column income", "missing"),
        (MIXED, {"words": "city,income"}, "row 3, column income", "missing"),
        (MIXED, {"words": "town"}, "data.source.words", "no column “town”"),
        (MIXED, {"target": "risk,town"}, "data.source.target", "no column “town”"),
        (MIXED, {"target": "age,city,income,risk"}, "data.source.target", "every column"),
        (MIXED, {"target": "city,risk", "targets": "classes"}, "data.source.target", "2 columns"),
        (MIXED, {"target": "city,age", "words": "*", "missing": "mean"}, "column city", "number"),
        (
            MIXED,
            {"targets": "labels", "target": "age", "words": "*", "missing": "mean"},
            "age",
            "expected 0 or 1",
        ),
        ("a,b\n,1\n,2\n", {"missing": "drop"}, "a.csv", "every row has a missing"),
        ("a,b\n1,x\n2,\n", {"missing": "mean"}, "row 3, column b", "target is missing"),
        ("a,b\n1,2\n3\n", {"words": "a"}, "row 3", "the row has 1 columns"),
        ("a,b\n", {"words": "a"}, "a.csv", "no row below"),
    ],
)
def test_what_is_wrong_is_said_where_it_is(
    text: str, params: dict[str, Any], where: str, says: str, tmp_path: Path
) -> None:
    write(tmp_path, text)
    with refused(where=where, says=says):
        load("csv", tmp_path, path="a.csv", **params)


def test_too_many_words(tmp_path: Path) -> None:
    write(tmp_path, "a,b\n" + "".join(f"w{i},0\n" for i in range(1001)))
    with refused(where="column a", says="more than 1,000 different words"):
        load("csv", tmp_path, path="a.csv", words="a")


def test_a_column_without_any_value_to_learn_from(tmp_path: Path) -> None:
    write(tmp_path, "a,b,y\n" + "1,,0\n" * 20)
    with refused(where="data.source.missing", says="“b” has no value in the training part"):
        prepared("csv", tmp_path, path="a.csv", missing="mean")


def test_numbers_that_would_not_fit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.data.columns.MOST_NUMBERS", 5)
    write(tmp_path, "a,b,y\n1,x,0\n2,z,0\n")
    with refused(where="a.csv", says="2 rows of 3 features are too many"):
        load("csv", tmp_path, path="a.csv", words="b")
