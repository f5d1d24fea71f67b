"""What the process keeps while it trains, and what it hands back."""

from __future__ import annotations

import ctypes
import sys

import pytest

from engine.compute import heap


class Library:
    """Notes what the C library is told."""

    def __init__(self) -> None:
        self.told: list[tuple[int, ...]] = []

    def mallopt(self, name: int, value: int) -> int:
        self.told.append((name, value))
        return 1

    def malloc_trim(self, pad: int) -> int:
        self.told.append((pad,))
        return 1


def test_memory_is_kept_in_the_meantime_and_handed_back(monkeypatch: pytest.MonkeyPatch) -> None:
    library = Library()
    monkeypatch.setattr(heap, "_glibc", lambda: library)
    with heap.heap_kept():
        assert (heap.TRIM_THRESHOLD, heap.KEPT_FREE) in library.told
    assert library.told[-2:] == [(heap.TRIM_THRESHOLD, heap.AT_REST), (0,)]


def test_other_systems_train_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    with heap.heap_kept():
        assert heap._glibc() is None


@pytest.mark.skipif(sys.platform != "linux", reason="glibc alone has these")
def test_the_c_library_takes_what_it_is_told() -> None:
    library = ctypes.CDLL(None)
    if not hasattr(library, "gnu_get_libc_version"):
        pytest.skip("another C library")
    try:
        assert library.mallopt(heap.MMAP_THRESHOLD, heap.LARGEST) == 1
        assert library.mallopt(heap.TRIM_THRESHOLD, heap.KEPT_FREE) == 1
    finally:
        library.mallopt(heap.TRIM_THRESHOLD, heap.AT_REST)
