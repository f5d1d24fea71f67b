"""Arrays that grow at their end, and take no more memory from some length on."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from widgets.attic import Attic, Room

T = TypeVar("T", bound=np.generic)

FIRST_ROOM = 64  # values
MOST_IN_MEMORY = 2**15  # bytes; longer arrays lie in a file
MOST_WAITING = 16  # additions that are written together
LEAST_PUT_AWAY = 2**11  # bytes
ALIGNED = 16  # bytes
_ATTIC = Attic()


class Growing(Generic[T]):
    """An array of one dimension that grows; a long one lies in a file, or in memory where there is none.

    Args:
        dtype: Type of the values.
        attic: Where long arrays lie; None for the one of the program.
    """

    def __init__(self, dtype: type[T], attic: Attic | None = None) -> None:
        self._dtype = dtype
        self._attic = attic or _ATTIC
        self._array: NDArray[T] = np.empty(FIRST_ROOM, dtype)
        self._room: Room[T] | None = None
        self._waiting: list[NDArray[T]] = []  # to be written when they are many, or are looked at
        self._count = 0
        self._on_disk = True  # whether the disk may be asked for room

    def __len__(self) -> int:
        """How many values there are."""
        return self._count

    @property
    def values(self) -> NDArray[T]:
        """The values ``(n,)``: a view, to be read only."""
        self._settle()
        return self._array[: self._count]

    def append(self, values: NDArray[T]) -> None:
        """Put values ``(n,)`` at the end; see :meth:`put`."""
        if self._room is None or values.ndim != 1 or values.nbytes > MOST_IN_MEMORY:
            self.put(self._count, values)
            return
        self._waiting.append(values.astype(self._dtype))
        self._count += len(values)
        if len(self._waiting) >= MOST_WAITING:
            self._settle()

    def put(self, start: int, values: NDArray[T]) -> None:
        """Replace everything from a place on by values ``(n,)``.

        Raises:
            ValueError: They are no row of values.
        """
        if values.ndim != 1:
            raise ValueError(f"a row of values was expected, not an array {values.shape}")
        self._settle()
        count = start + len(values)
        long = count * self._array.itemsize > MOST_IN_MEMORY
        if self._on_disk and (self._room is not None or long):
            try:
                self._put_away(start, values)
            except OSError:  # the disk is full: the program is worth more than a small one
                self._on_disk = False
        if self._room is None or not self._on_disk:
            self._put_in_memory(start, values)
        self._count = count

    def cut(self, count: int) -> None:
        """Forget everything from a place on."""
        self._settle()
        self._count = min(count, self._count)

    def _settle(self) -> None:
        """Write what waits."""
        if self._waiting:
            values, self._waiting = np.concatenate(self._waiting), []
            self._count -= len(values)
            self.put(self._count, values)

    def _put_away(self, start: int, values: NDArray[T]) -> None:
        count = start + len(values)
        if self._room is None or count > len(self._array):
            room = self._attic.room(self._dtype, count)
            room.write(0, self._array[:start])
            room.write(start, values)
            self._room, self._array = room, room.array
        else:
            self._room.write(start, values)

    def _put_in_memory(self, start: int, values: NDArray[T]) -> None:
        count = start + len(values)
        if self._room is not None or count > len(self._array):
            array = np.empty(max(count, 2 * start), self._dtype)
            array[:start] = self._array[:start]
            self._room, self._array = None, array
        self._array[start:count] = values


def put_away(arrays: Sequence[NDArray[Any]], attic: Attic | None = None) -> list[NDArray[Any]]:
    """Return arrays as they are, which lie side by side in a file unless they are small; to be read only.

    Args:
        arrays: Some that no longer change.
        attic: Where they are to lie; None for the one of the program.
    """
    sizes = [-(-array.nbytes // ALIGNED) * ALIGNED for array in arrays]
    if sum(sizes) < LEAST_PUT_AWAY or any(array.dtype.hasobject for array in arrays):
        return list(arrays)
    places = [0, *itertools.accumulate(sizes)]
    data = np.zeros(places[-1], np.uint8)
    for array, place in zip(arrays, places, strict=False):
        _part(data, place, array)[...] = array
    try:
        room = (attic or _ATTIC).room(np.uint8, len(data))
        room.write(0, data)
    except OSError:
        return list(arrays)
    return [_part(room.array, place, array) for array, place in zip(arrays, places, strict=False)]


def _part(data: NDArray[np.uint8], place: int, like: NDArray[Any]) -> NDArray[Any]:
    """Bytes from a place on, as another array looks at its own."""
    part: NDArray[Any] = data[place : place + like.nbytes].view(like.dtype)
    return part.reshape(like.shape)
