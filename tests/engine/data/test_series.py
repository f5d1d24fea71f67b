"""Series: what is cut, what is foretold, and that nothing of the future is seen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.data.windows import cut
from tests.engine.data.support import load, prepared, refused


def write(folder: Path, text: str) -> Path:
    path = folder / "a.csv"
    path.write_text(text, encoding="utf-8")
    return path


def counting(folder: Path, times: int = 60) -> Path:
    """A column that counts, another that is its square, and dates."""
    rows = (f"2020-{i},{i},{i * i}\n" for i in range(1, times + 1))
    return write(folder, "day,count,square\n" + "".join(rows))


@pytest.mark.parametrize(("window", "horizon", "stride"), [(3, 1, 1), (4, 2, 3), (1, 5, 2)])
def test_what_follows_a_window_is_foretold(
    window: int, horizon: int, stride: int, tmp_path: Path
) -> None:
    counting(tmp_path)
    params = {"window": window, "horizon": horizon, "stride": stride, "columns": "count"}
    found = load("series_csv", tmp_path, path="a.csv", **params)
    assert found.targets is not None
    assert found.inputs.shape[1:] == (window, 1)
    assert found.targets.shape == (len(found.inputs), horizon)
    for example in range(len(found.inputs)):
        start = 1 + example * stride
        assert found.inputs[example, :, 0].tolist() == list(range(start, start + window))
        after = range(start + window, start + window + horizon)
        assert found.targets[example].tolist() == list(after)
    assert found.targets.max() > 60 - stride


def test_several_columns_are_foretold_together_or_one_of_them(tmp_path: Path) -> None:
    counting(tmp_path)
    both = load("series_csv", tmp_path, path="a.csv", window=5, horizon=2)
    assert (both.inputs.shape[1:], both.names) == ((5, 2), ("count", "square"))
    assert both.targets is not None
    assert both.targets[0].tolist() == [[6, 36], [7, 49]]
    one = load("series_csv", tmp_path, path="a.csv", window=5, horizon=2, foretell="square")
    assert one.targets is not None
    assert one.targets[0].tolist() == [36, 49]


@pytest.mark.parametrize("stride", [1, 2, 7])
def test_nothing_of_a_later_part_is_seen_in_an_earlier_one(stride: int, tmp_path: Path) -> None:
    counting(tmp_path, 400)
    params: dict[str, Any] = {"window": 10, "horizon": 3, "stride": stride, "columns": "count"}
    made = prepared("series_csv", tmp_path, path="a.csv", **params)
    spans = []
    for part in (made.train, made.validation, made.test):
        assert part.targets is not None
        spans.append((part.inputs.min(), part.targets.max()))
    assert spans[0][1] < spans[1][0]
    assert spans[1][1] < spans[2][0]
    assert np.all(np.diff(made.test.inputs[:, 0, 0]) == stride)


def test_differences_take_one_value_more(tmp_path: Path) -> None:
    counting(tmp_path, 100)
    params: dict[str, Any] = {"window": 5, "columns": "square"}
    plain = load("series_csv", tmp_path, path="a.csv", **params)
    found = load("series_csv", tmp_path, path="a.csv", transform="difference", **params)
    assert found.inputs[0, :, 0].tolist() == [3, 5, 7, 9, 11]
    assert found.overlap == (plain.overlap or 0) + 1
    log = load("series_csv", tmp_path, path="a.csv", transform="log difference", **params)
    assert np.allclose(np.asarray(log.inputs[0, 0, 0], np.float64), np.log(4))


def test_scaling_is_fitted_by_column_on_training_windows(tmp_path: Path) -> None:
    counting(tmp_path, 200)
    made = prepared("series_csv", tmp_path, scale="zero_to_one", path="a.csv", window=5)
    assert made.train.inputs.min(axis=(0, 1)).tolist() == [0, 0]
    assert made.train.inputs.max(axis=(0, 1)).tolist() == [1, 1]
    assert made.test.inputs.max() > 1


@pytest.mark.parametrize("which", ["co2", "sunspots", "el_nino"])
def test_series_that_ship(which: str, tmp_path: Path) -> None:
    made = prepared("series", tmp_path, which=which, window=12)
    assert min(made.info.counts.values()) > 10
    assert made.info.targets == made.info.features
    assert made.info.target is not None
    assert made.info.target.dims == (1,)


def test_gaps_are_refused_or_bridged(tmp_path: Path) -> None:
    path = write(tmp_path, "a\n1\n\n2\nNA\n4\n?\n" + "5\n" * 30)
    with refused(where=f"{path}, row 5, column a", says="missing"):
        load("series_csv", tmp_path, path="a.csv", window=2)
    found = load("series_csv", tmp_path, path="a.csv", window=5, missing="linear")
    assert found.inputs[0, :, 0].tolist() == [1, 2, 3, 4, 4.5]


@pytest.mark.parametrize(
    ("text", "params", "where", "says"),
    [
        ("a\n1\n2\n3\n", {"window": 3}, "data.source.window", "3 values; a window and"),
        ("a\n1\n-2\n3\n", {"window": 1, "transform": "log"}, "transform", "value 2 of “a” is -2"),
        ("a\n1\n2\n3\n", {"window": 1, "foretell": "b"}, "data.source.foretell", "no column “b”"),
        ("a\n1\n2\n3\n", {"window": 1, "columns": "b"}, "data.source.columns", "no column “b”"),
        ("a,b\n1,x\n2,y\n", {"window": 1, "columns": "b"}, "row 2, column b", "expected a number"),
        ("a,b\nx,x\ny,y\n", {"window": 1}, "a.csv", "no column holds numbers"),
        (
            "a,b\n1,\n2,\n",
            {"window": 1, "missing": "linear", "columns": "b"},
            "column b",
            "no value",
        ),
        ("a\n", {}, "a.csv", "no row below"),
        ("", {}, "a.csv", "nothing in the first row"),
        ("1\n2\n", {}, "a.csv", "numbers where the columns' names belong"),
        ("a,b\n1,2\n3\n", {}, "row 3", "the row has 1 columns"),
        ("a\n1\n2e999\n3\n", {"window": 1, "columns": "a"}, "row 3, column a", "is too large"),
    ],
)
def test_what_is_wrong_is_said_where_it_is(
    text: str, params: dict[str, Any], where: str, says: str, tmp_path: Path
) -> None:
    write(tmp_path, text)
    with refused(where=where, says=says):
        load("series_csv", tmp_path, path="a.csv", **params)


def test_windows_that_would_not_fit_are_refused_before_they_are_cut() -> None:
    with refused(where="data.source.stride", says="too many"):
        cut(np.zeros((100_000, 1)), 50_000, 1, 1)


def test_a_series_too_short_for_its_parts(tmp_path: Path) -> None:
    counting(tmp_path, 40)
    with refused(where="data.split", says="too short"):
        prepared("series_csv", tmp_path, path="a.csv", window=20)


@pytest.mark.parametrize(
    ("tag", "first"), [("series", "which"), ("series_csv", "path"), ("book", "which")]
)
def test_forms_ask_first_what_is_read(tag: str, first: str) -> None:
    from engine.data.base import SOURCES

    fields = [field.name for field in SOURCES.get(tag).fields()]
    assert fields[0] == first
    assert sorted(fields) == sorted(SOURCES.get(tag).__struct_fields__)
