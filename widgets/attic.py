"""Room on disk for arrays that are long and seldom looked at as a whole.

An :class:`Attic` is one nameless file that vanishes with the program. Arrays in it are read through a map of the
file, so they are plain arrays to whoever reads them, while the system may take back the memory of what was read at
any time. They are written with plain writes: on a full disk these fail, where a map would take the program down.
"""

from __future__ import annotations

import mmap
import os
import sys
import tempfile
import threading
import weakref
from collections import deque
from typing import IO, Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T", bound=np.generic)

WINDOWS = sys.platform == "win32"
LEAST_FILE = 2**22 if WINDOWS else 2**26  # bytes: all taken there, elsewhere those written
LEAST_ROOM = 2**12  # bytes
UNREAD = 2**20  # bytes that may be written before what was read is forgotten
ON_DISK = "/var/tmp"  # where /tmp is kept in memory, this is not


class Room(Generic[T]):
    """A place for one array; it is free for others as soon as nothing refers to the array.

    Args:
        attic: Which attic it belongs to.
        array: The values that there is room for ``(count,)``, as they are read.
        place: Where in the file they begin, in bytes.

    Attributes:
        array: As given.
    """

    def __init__(self, attic: Attic, array: NDArray[T], place: int) -> None:
        self.array = array
        self._attic, self._place = attic, place

    def write(self, start: int, values: NDArray[T]) -> None:
        """Put values ``(n,)``, or as many in another shape, at a place.

        Raises:
            OSError: The disk is full, or out of order.
        """
        data = np.ascontiguousarray(values, self.array.dtype).reshape(-1)
        self._attic.write(self._place + start * self.array.itemsize, data)


class Attic:
    """A file with rooms for arrays, made when the first room is asked for.

    Args:
        folder: Where the file lies; None for the system's place for large temporary files.
    """

    def __init__(self, folder: str | None = None) -> None:
        self._folder = folder
        self._file: IO[bytes] | None = None
        self._maps: list[mmap.mmap] = []  # the last one reaches to the end of the file
        self._size = self._used = self._written = 0
        self._free: dict[int, list[int]] = {}
        self._left: deque[tuple[int, int]] = deque()  # filled wherever an array ends
        self._lock = threading.Lock()

    def room(self, dtype: type[T], count: int) -> Room[T]:
        """Return room for at least so many values.

        Raises:
            OSError: There is no file to be had.
        """
        itemsize = np.dtype(dtype).itemsize
        size = max(LEAST_ROOM, 1 << (count * itemsize - 1).bit_length())
        with self._lock:
            place = self._take(size)
            array: NDArray[T] = np.frombuffer(self._maps[-1], dtype, size // itemsize, place)
        ending = weakref.finalize(array, self._left.append, (size, place))
        ending.atexit = False
        return Room(self, array, place)

    def write(self, place: int, data: NDArray[Any]) -> None:
        """Write a contiguous array to a place in the file.

        Raises:
            OSError: The disk is full, or out of order.
        """
        view = data.view(np.uint8).data
        with self._lock:
            assert self._file is not None
            self._file.seek(place)
            while view:
                view = view[self._file.write(view) :]
            self._written += data.nbytes
            if self._written >= UNREAD:
                self._written = 0
                self._forget()

    def _forget(self) -> None:
        """Keep nothing in memory of what was read; the system has it in its cache, or reads it again."""
        if hasattr(mmap, "MADV_DONTNEED"):
            for known in self._maps:
                known.madvise(mmap.MADV_DONTNEED)

    def _take(self, size: int) -> int:
        """Find a place for a room: one that was left, else behind all others."""
        while self._left:
            left, place = self._left.popleft()
            self._free.setdefault(left, []).append(place)
        if self._free.get(size):
            return self._free[size].pop()
        if self._used + size > self._size:
            self._grow(self._used + size)
        self._used += size
        return self._used - size

    def _grow(self, needed: int) -> None:
        """Make the file longer; arrays go on to be read through the map that they were made from."""
        if self._file is None:
            self._file = tempfile.TemporaryFile(buffering=0, dir=self._folder or _folder())  # noqa: SIM115
            weakref.finalize(self, self._file.close)
        size = max(LEAST_FILE, 2 * self._size, 1 << (needed - 1).bit_length())
        _lengthen(self._file, size)
        self._maps.append(mmap.mmap(self._file.fileno(), size, access=mmap.ACCESS_READ))
        self._size = size


def _lengthen(file: IO[bytes], size: int) -> None:
    """Make a file so many bytes long without writing them; on Windows, where truncating writes zeros, by a map."""
    if WINDOWS:
        mmap.mmap(file.fileno(), size, access=mmap.ACCESS_WRITE).close()
    else:
        file.truncate(size)


def _folder() -> str | None:
    """Return a folder on a disk, unless the person has named one for temporary files."""
    named = any(os.environ.get(name) for name in ("TMPDIR", "TEMP", "TMP"))
    return None if named or not os.access(ON_DISK, os.W_OK) else ON_DISK
