"""What all messages are made of: arrays, and the base of what either side says."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

VERSION = 1


class Array(msgspec.Struct, frozen=True, array_like=True):
    """An array on the wire: dtype, shape and bytes (C order, little-endian)."""

    dtype: str
    shape: tuple[int, ...]
    data: bytes

    _ALLOWED = frozenset(("uint8", "int32", "int64", "float32", "float64", "bool"))

    def __post_init__(self) -> None:
        """Check that bytes, shape and dtype agree, wherever the array comes from."""
        if self.dtype not in self._ALLOWED or any(size < 0 for size in self.shape):
            raise ValueError(f"bad array header {self.dtype[:20]} {self.shape[:8]}")
        if len(self.shape) > 8 or math.prod(max(size, 1) for size in self.shape) > 2**40:
            raise ValueError(f"array of {len(self.shape)} dimensions is too large")
        expected = math.prod(self.shape) * np.dtype(self.dtype).itemsize
        if expected != len(self.data):
            raise ValueError(f"array of {expected} bytes announced, {len(self.data)} came")

    @classmethod
    def of(cls, value: Any) -> Array:
        """Pack anything that numpy can read as one of the allowed dtypes."""
        array = np.ascontiguousarray(value)
        if array.dtype.name not in cls._ALLOWED:
            raise TypeError(f"no wire form for arrays of {array.dtype}")
        array = array.astype(array.dtype.newbyteorder("<"), copy=False)
        return cls(array.dtype.name, tuple(array.shape), array.tobytes())

    def numpy(self) -> NDArray[Any]:
        """Unpack: a read-only view of the bytes."""
        return np.frombuffer(self.data, dtype=self.dtype).reshape(self.shape)


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """Base of everything a client says."""

    id: int = 0


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Base of everything an engine says.

    Attributes:
        id: The request that this answers; 0 for what comes unasked.
    """

    id: int = 0
