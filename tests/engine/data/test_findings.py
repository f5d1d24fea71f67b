"""What looks odd about data is said, with figures, and only then."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.data.findings import findings
from projects.errors import DataError
from tests.engine.data.support import check_words, prepared

RANDOM = np.random.default_rng(0)


def found(folder: Path, inputs: Any, targets: Any, **params: Any) -> list[str]:
    np.savez(folder / "a.npz", x=inputs, y=targets)
    problems = findings(prepared("npz", folder, path="a.npz", **params))
    for problem in problems:
        check_words(problem, "data.", "")
        assert problem.severity == "warning"
    return [problem.message for problem in problems]


def table(rows: int = 200, columns: int = 3) -> np.ndarray:
    return RANDOM.random((rows, columns))


def test_nothing_odd(tmp_path: Path) -> None:
    assert found(tmp_path, table(), np.arange(200) % 3) == []
    assert found(tmp_path, table(), RANDOM.random(200)) == []


@pytest.mark.parametrize(
    "tag", ["breast_cancer", "moons", "diabetes", "series", "sounds", "copy_memory"]
)
def test_sets_that_ship_are_not_odd(tag: str, tmp_path: Path) -> None:
    said = [problem.message for problem in findings(prepared(tag, tmp_path))]
    assert not [words for words in said if "read off" in words or "never change" in words]


def test_a_feature_that_is_the_target(tmp_path: Path) -> None:
    inputs, classes = table(), np.arange(200) % 3
    inputs[:, 1] = np.array([7, -2, 4])[classes]
    assert found(tmp_path, inputs, classes) == [
        "the target can be read off “2”: it is the same under another name."
    ]
    values = RANDOM.random(200)
    inputs[:, 1] = 3 - 10 * values
    assert "read off “2”" in found(tmp_path, inputs, values)[0]
    inputs[:100, 1] += 0.1
    assert found(tmp_path, inputs, values) == []


def test_examples_in_two_parts(tmp_path: Path) -> None:
    inputs = np.concatenate([table(100), np.ones((100, 3))])
    said = found(tmp_path, inputs, np.arange(200) % 2)
    assert [words.split(" of ")[1] for words in said] == [
        "30 examples in validation are in training, too.",
        "30 examples in test are in training, too.",
    ]
    assert 5 < int(said[0].split()[0]) < 25


def test_who_reads_ahead_has_looked_for_a_training_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ahead = prepared("digits", tmp_path)
    findings(ahead)
    monkeypatch.setattr("engine.data.prepare.shared", lambda *_args: pytest.fail("looked twice"))
    training = prepared("digits", tmp_path)
    assert training.known == {"validation": (0, 270), "test": (0, 270)}


def test_classes_that_are_rare_or_absent(tmp_path: Path) -> None:
    classes = np.array([0] * 150 + [1] * 48 + [2] * 2)
    said = found(tmp_path, table(), classes)
    assert said[-1].startswith("the classes are uneven: 10")
    assert said[:-1] in (
        ["validation has no example of “2”.", "test has no example of “2”."],
        ["validation has no example of “2”."],
        ["test has no example of “2”."],
    )


def test_columns_that_never_change(tmp_path: Path) -> None:
    inputs = table(columns=6)
    inputs[:, :5] = 4
    (said,) = found(tmp_path, inputs, np.arange(200) % 2)
    assert said == "5 features never change in training: “1”, “2”, “3” and 2 more."


def test_values_that_are_missing(tmp_path: Path) -> None:
    rows = "".join(f"{i},{i * i % 7},{i % 2}\n" for i in range(40))
    (tmp_path / "a.csv").write_text("a,b,y\n,1,0\n" + rows)
    made = prepared("csv", tmp_path, path="a.csv", missing="mean")
    (problem,) = findings(made)
    assert problem.message == "1 value is missing (1.2%), in “a”."


def table_of_heights(folder: Path, heights: list[str], words: str = "*") -> list[str]:
    rows = "".join(f"{height},{'ab'[i % 2]},{i % 2}\n" for i, height in enumerate(heights))
    (folder / "a.csv").write_text("height,kind,y\n" + rows)
    made = prepared("csv", folder, path="a.csv", target="y", words=words)
    problems = [p for p in findings(made) if p.where == "data.source.words"]
    for problem in problems:
        check_words(problem, "data.source.words", "“height” holds")
        assert problem.severity == "warning"
    return [problem.message for problem in problems]


def test_a_word_among_numbers_that_makes_them_words(tmp_path: Path) -> None:
    heights = [str(150 + i / 4) for i in range(120)]
    assert table_of_heights(tmp_path, heights) == []
    heights[55] = "tall?"
    assert table_of_heights(tmp_path, heights) == [
        "“height” holds 1 word among 119 numbers: “tall?” in row 57."
    ]
    heights[:2] = ["inf", ""]
    with pytest.raises(DataError):
        table_of_heights(tmp_path, heights)
    heights[1] = "small"
    assert table_of_heights(tmp_path, heights) == [
        "“height” holds 3 words among 117 numbers, first “inf” in row 2."
    ]


def test_columns_that_are_words_on_purpose_are_not_odd(tmp_path: Path) -> None:
    heights = [str(i % 5) for i in range(119)] + ["tall?"]
    assert table_of_heights(tmp_path, heights, words="height,kind") == []
    assert table_of_heights(tmp_path, ["tall", "small", "7"] * 40) == []
