"""Arrays that grow are the same in memory and in a file, and give their room back."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import numpy as np
import pytest

from widgets.attic import UNREAD, Attic
from widgets.growing import LEAST_PUT_AWAY, MOST_IN_MEMORY, Growing, put_away

LONG = MOST_IN_MEMORY // 8  # values of eight bytes: the longest array that lies in memory


def in_file(array: np.ndarray) -> bool:
    return not array.flags.writeable


@pytest.mark.parametrize("piece", [1, 400, LONG, 5 * LONG])
def test_an_array_is_the_same_on_either_side_of_the_border(piece: int) -> None:
    wanted = np.arange(5.0 * LONG)
    grown = Growing(np.float64)
    grown.append(wanted[: LONG - 1])
    assert not in_file(grown.values)
    for start in range(LONG - 1, len(wanted), piece):
        if piece == 1 and start == LONG + 3:
            break
        grown.append(wanted[start : start + piece])
        assert in_file(grown.values) == (len(grown) > LONG)
        assert np.array_equal(grown.values, wanted[: len(grown)])
    assert len(grown) == (LONG + 3 if piece == 1 else len(wanted))


def test_what_is_replaced_is_replaced_and_what_is_before_stays() -> None:
    for start in (10, LONG - 1, LONG, 3 * LONG):
        grown = Growing(np.int64)
        grown.append(np.arange(4 * LONG))
        grown.cut(start)
        assert np.array_equal(grown.values, np.arange(start))
        for _turn in range(2):
            grown.put(start, -np.arange(6 * LONG))
            assert np.array_equal(grown.values[:start], np.arange(start))
            assert np.array_equal(grown.values[start:], -np.arange(6 * LONG))


def test_many_small_additions_are_there_whenever_they_are_looked_at() -> None:
    wanted = np.arange(LONG + 200)
    grown = Growing(np.int64)
    grown.append(wanted[: LONG + 1])
    for place in range(LONG + 1, len(wanted)):
        grown.append(wanted[place : place + 1])
        assert len(grown) == place + 1
        if place % 37 == 0:
            assert np.array_equal(grown.values, wanted[: place + 1])
    grown.cut(LONG + 150)
    grown.append(np.array([7]))
    grown.put(LONG + 151, np.array([8]))
    assert np.array_equal(grown.values, [*wanted[: LONG + 150], 7, 8])


def test_what_was_read_once_can_be_read_when_memory_was_given_back() -> None:
    grown = Growing(np.float64)
    grown.append(np.arange(2.0 * LONG))
    early = grown.values[5 : LONG + 5]
    for _turn in range(3):
        grown.append(np.zeros(UNREAD // 8))
        assert np.array_equal(early, np.arange(5.0, LONG + 5))
    assert np.array_equal(grown.values[: 2 * LONG], np.arange(2.0 * LONG))


def test_memory_of_a_long_array_is_given_back() -> None:
    """Resident memory, so on Linux alone."""
    if not os.path.exists("/proc/self/statm"):
        pytest.skip("nothing tells what is resident here")

    def resident() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    grown, piece, before = Growing(np.float64), np.ones(UNREAD // 8), resident()
    for _turn in range(48):
        grown.append(piece)
        assert grown.values[-1] == grown.values[: len(piece)].sum() / len(piece) == 1
    assert resident() - before < 16 * UNREAD


def test_room_is_used_again_only_when_nothing_looks_at_it() -> None:
    attic = Attic()
    first = Growing(np.float64, attic)
    first.append(np.arange(2.0 * LONG))
    looked_at = first.values[:10]
    del first
    second = Growing(np.float64, attic)
    second.append(np.zeros(2 * LONG))
    assert np.array_equal(looked_at, np.arange(10.0))
    begins = looked_at.ctypes.data
    del looked_at
    gc.collect()
    third = Growing(np.float64, attic)
    third.append(np.ones(2 * LONG))
    assert third.values.ctypes.data == begins
    assert not second.values.any()


def test_without_a_disk_arrays_stay_in_memory(tmp_path: Path) -> None:
    grown = Growing(np.float64, Attic(str(tmp_path / "missing")))
    for _turn in range(4):
        grown.append(np.arange(1.0 * LONG))
    assert not in_file(grown.values)
    assert np.array_equal(grown.values, np.tile(np.arange(LONG), 4))


def test_a_disk_that_is_full_on_the_way_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    grown = Growing(np.float64)
    grown.append(np.arange(2.0 * LONG))
    assert in_file(grown.values)

    def full(*_what: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Attic, "write", full)
    for _turn in range(2):
        grown.append(np.arange(1.0 * LONG))
    assert not in_file(grown.values)
    assert np.array_equal(grown.values[: 2 * LONG], np.arange(2 * LONG))
    assert np.array_equal(grown.values[2 * LONG :], np.tile(np.arange(LONG), 2))


def test_only_rows_are_taken() -> None:
    with pytest.raises(ValueError, match="row"):
        Growing(np.float64).append(np.zeros((2, 2)))


def test_pictures_are_put_away_as_they_are(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    shapes = ((3, 2), (), (0, 7), (20, 25, 10))
    pictures = [
        np.asarray((9 * random.standard_normal(shape)).astype(dtype))
        for dtype in ("float32", "bool", "uint8", "int64")
        for shape in shapes
    ]
    for kept, picture in zip(put_away(pictures), pictures, strict=True):
        assert kept.dtype == picture.dtype
        assert kept.shape == picture.shape
        assert np.array_equal(kept, picture)
        assert in_file(kept)
    for few in (pictures[:3], []):
        assert all(one is other for one, other in zip(put_away(few), few, strict=True))
    missing = Attic(str(tmp_path / "missing"))
    assert all(one is two for one, two in zip(put_away(pictures, missing), pictures, strict=True))
    assert sum(picture.nbytes for picture in pictures[:3]) < LEAST_PUT_AWAY
