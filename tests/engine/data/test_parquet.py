"""Parquet files; without pyarrow a sentence says so."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from tests.engine.data.support import load, prepared, refused


def write(folder: Path, **columns: Any) -> Path:
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    path = folder / "a.parquet"
    parquet.write_table(arrow.table(columns), path)
    return path


def test_without_pyarrow_a_sentence_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    (tmp_path / "a.parquet").write_bytes(b"PAR1")
    with refused(where="data.source", says="package pyarrow, which is not installed"):
        load("parquet", tmp_path, path="a.parquet")


def test_numbers_words_and_gaps(tmp_path: Path) -> None:
    write(
        tmp_path,
        n=[1, 2, 3, 4],
        real=[0.1, None, 2.5, 1e-3],
        city=["Rome", "Oslo", "Rome", None],
        yes=[True, False, True, True],
    )
    found = load("parquet", tmp_path, path="a.parquet", words="city", missing="drop")
    assert found.features == ("n", "real", "city=Oslo", "city=Rome")
    assert found.inputs.tolist() == [[1, pytest.approx(0.1), 0, 1], [3, 2.5, 0, 1]]
    assert found.classes == ("True",)


def test_it_is_ready_to_train_on(tmp_path: Path) -> None:
    write(tmp_path, a=list(range(30)), y=[i % 2 for i in range(30)])
    made = prepared("parquet", tmp_path, path="a.parquet")
    assert sum(made.info.counts.values()) == 30
    assert made.info.classes == ("0", "1")


def test_what_is_wrong_is_said_where_it_is(tmp_path: Path) -> None:
    write(tmp_path, a=[1, None], y=[0, 1])
    with refused(where="row 2, column a", says="missing"):
        load("parquet", tmp_path, path="a.parquet")
    write(tmp_path, a=[[1], [2]], y=[0, 1])
    with refused(where="row 1", says="expected a number or a word"):
        load("parquet", tmp_path, path="a.parquet")
    write(tmp_path, a=[1, 2])
    with refused(where="a.parquet", says="at least two columns"):
        load("parquet", tmp_path, path="a.parquet")


def test_damaged_files(tmp_path: Path) -> None:
    path = write(tmp_path, a=list(range(50)), y=[0, 1] * 25)
    whole = path.read_bytes()
    for content in (b"", b"PAR1", bytes(1000), whole[:-1], whole[: len(whole) // 2]):
        path.write_bytes(content)
        with refused(where="a.parquet", says="not a readable Parquet file"):
            load("parquet", tmp_path, path="a.parquet")


def test_a_table_that_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.data.parquet.MOST_CELLS", 5)
    write(tmp_path, a=[1, 2, 3], y=[0, 1, 0])
    with refused(where="a.parquet", says="3 rows of 2 columns are too many"):
        load("parquet", tmp_path, path="a.parquet")
