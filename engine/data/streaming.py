"""Data that do not fit into memory: examples are read when they are asked for.

A :class:`Streamed` answers for slices and indices like an array, so whoever takes a few examples need not
know where they lie.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.data.scaling import IDENTITY, Scaler

ROWS_AT_ONCE = 256
STREAMED_FROM = 2 * 2**30


class Reader(Protocol):
    """Reads examples of a set by their places.

    Attributes:
        shape: ``(examples, …)``.
        dtype: Of what is read: uint8, float32 or int64.
    """

    shape: tuple[int, ...]
    dtype: np.dtype[Any]

    def take(self, places: NDArray[np.int64]) -> NDArray[Any]:
        """Return the examples at ``places``; may be called by several threads at once."""
        ...


def wanted(loading: str, shape: tuple[int, ...]) -> bool:
    """Return whether a set of ``shape`` is to be streamed, whatever its source.

    Args:
        loading: ``auto``, ``memory`` or ``stream``.
        shape: ``(examples, …)``; four bytes a number in memory.
    """
    size = 4 * int(np.prod(shape, dtype=np.float64))
    return loading == "stream" or (loading == "auto" and size > STREAMED_FROM)


class ArrayReader:
    """Reads from an array that stays on the disk.

    Args:
        array: ``(examples, …)``, memory-mapped.
        image: Whether bytes are images, whose values go from black to white.
    """

    def __init__(self, array: NDArray[Any], image: bool = False) -> None:
        self._array = array
        self.shape = array.shape
        bytes_ = image and array.dtype == np.uint8
        self.dtype: np.dtype[Any] = np.dtype(np.uint8 if bytes_ else np.float32)

    def take(self, places: NDArray[np.int64]) -> NDArray[Any]:
        """Read examples; see :class:`Reader`."""
        with np.errstate(over="ignore", invalid="ignore"):
            return np.asarray(self._array[places], dtype=self.dtype)


class JoinedReader:
    """Reads from several readers as if they were one, the first one's examples first.

    Args:
        readers: At least one; all of the same shape and kind.
    """

    def __init__(self, readers: Sequence[Reader]) -> None:
        self._readers = readers
        counts = [reader.shape[0] for reader in readers]
        self._ends = np.cumsum(counts)
        self.shape = (sum(counts), *readers[0].shape[1:])
        self.dtype: np.dtype[Any] = readers[0].dtype

    def take(self, places: NDArray[np.int64]) -> NDArray[Any]:
        """Read examples; see :class:`Reader`."""
        made = np.empty((len(places), *self.shape[1:]), self.dtype)
        which = np.searchsorted(self._ends, places, side="right")
        for index, reader in enumerate(self._readers):
            own = which == index
            if own.any():
                made[own] = reader.take(places[own] - (self._ends[index] - reader.shape[0]))
        return made


def as_networks_take(raw: NDArray[Any]) -> NDArray[Any]:
    """Return bytes as floats from 0 to 1, indices as whole numbers, others in single precision."""
    if raw.dtype == np.uint8:
        return raw.astype(np.float32) / np.float32(255)
    if raw.dtype.kind == "i":
        return raw.astype(np.int64)
    return raw.astype(np.float32, copy=False)


class Streamed:
    """One part of a set that is read piece by piece, scaled.

    Args:
        reader: Reads the whole set.
        places: Where the examples of the part are in it.
        scaler: What is done to them.

    Attributes:
        shape: ``(examples, …)``.
        dtype: float32 or int64.
        ndim: Dimensions of ``shape``.
        size: Numbers in all.
        nbytes: Bytes that they would take in memory.
    """

    def __init__(
        self, reader: Reader, places: NDArray[np.int64], scaler: Scaler = IDENTITY
    ) -> None:
        self._reader = reader
        self._places = places
        self._scaler = scaler
        self.shape = (len(places), *reader.shape[1:])
        self.dtype = np.dtype(np.int64 if reader.dtype.kind == "i" else np.float32)
        self.ndim = len(self.shape)
        self.size = int(np.prod(self.shape, dtype=np.float64))
        self.nbytes = self.size * self.dtype.itemsize

    def __len__(self) -> int:
        """How many examples there are."""
        return len(self._places)

    def __getitem__(self, key: Any) -> NDArray[Any]:
        """Return examples by place, slice, indices or a mask; more dimensions cut what was read."""
        first, *rest = key if isinstance(key, tuple) else (key,)
        places = self._places[first]
        single = np.ndim(places) == 0
        raw = as_networks_take(self._reader.take(np.atleast_1d(places)))
        found = np.ascontiguousarray(self._scaler.apply(raw))
        found = found[0] if single else found
        return found[(*([] if single else [slice(None)]), *rest)] if rest else found

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        """Read everything."""
        return np.asarray(self[:], dtype=dtype)

    def scaled(self, scaler: Scaler) -> Streamed:
        """Return the same examples, scaled otherwise."""
        return Streamed(self._reader, self._places, scaler)

    def pieces(self) -> Iterator[NDArray[Any]]:
        """Yield all examples, some at a time."""
        for start in range(0, len(self), ROWS_AT_ONCE):
            yield self[start : start + ROWS_AT_ONCE]
