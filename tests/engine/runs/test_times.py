"""Times of layers are packed and read back; whatever else a run folder holds is no time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.protocol import LayerTime
from engine.runs.times import pack, unpack

ONE = {
    "generator": {"linear": LayerTime(forward=0.5, backward=0.25)},
    "discriminator": {
        "block/linear": LayerTime(forward=0.0, backward=1.0),
        "relu": LayerTime(forward=2.0, backward=0.0),
    },
}


def test_what_is_packed_is_read_back() -> None:
    arrays, info = pack(ONE, 32)
    assert info["batch_size"] == 32
    assert unpack(arrays, info) == ONE
    assert unpack(*pack({}, 1)) == {}


@pytest.mark.parametrize(
    "info",
    [None, 3, [], {}, {"layers": 3}, {"layers": "a/b"}, {"layers": [1, 2, 3]}, {"layers": ["a/b"]}],
    ids=str,
)
def test_another_description_is_nothing(info: Any) -> None:
    arrays, _info = pack(ONE, 32)
    assert unpack(arrays, info) == {}


@pytest.mark.parametrize(
    "values",
    [
        None,
        np.zeros(()),
        np.zeros(2),
        np.zeros((3, 1)),
        np.array([1, 2, 3]),
        np.array([1.0, np.nan, 1.0]),
        np.array([1.0, np.inf, 1.0]),
        np.array([1.0, -1.0, 1.0]),
        np.array(["a", "b", "c"]),
        np.array([None, None, None], dtype=object),
    ],
    ids=str,
)
@pytest.mark.parametrize("name", ["forward", "backward"])
def test_other_numbers_are_nothing(name: str, values: Any) -> None:
    arrays, info = pack(ONE, 32)
    if values is None:
        del arrays[name]
    else:
        arrays[name] = values
    assert unpack(arrays, info) == {}
