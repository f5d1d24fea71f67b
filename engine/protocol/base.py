"""What all messages are made of: arrays, and the base of what either side says."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

VERSION = 1


NAMES = ("uint8", "int32", "int64", "float32", "float64", "bool")
KINDS = {name: np.dtype(name).newbyteorder("<") for name in NAMES}
PLAIN = {kind: name for name, kind in KINDS.items()}  # to ask NumPy for the name takes 10 µs


class Array(msgspec.Struct, frozen=True, array_like=True):
    """An array on the wire: dtype, shape and bytes (C order, little-endian)."""

    dtype: str
    shape: tuple[int, ...]
    data: bytes

    def __post_init__(self) -> None:
        """Check that bytes, shape and dtype agree, wherever the array comes from."""
        if self.dtype not in KINDS or any(size < 0 for size in self.shape):
            raise ValueError(f"bad array header {self.dtype[:20]} {self.shape[:8]}")
        if len(self.shape) > 8 or math.prod(max(size, 1) for size in self.shape) > 2**40:
            raise ValueError(f"array of {len(self.shape)} dimensions is too large")
        expected = math.prod(self.shape) * KINDS[self.dtype].itemsize
        if expected != len(self.data):
            raise ValueError(f"array of {expected} bytes announced, {len(self.data)} came")

    @classmethod
    def of(cls, value: Any) -> Array:
        """Pack anything that numpy can read as one of the allowed dtypes."""
        array = np.ascontiguousarray(value)
        if array.dtype not in PLAIN:
            if array.dtype.name not in KINDS:
                raise TypeError(f"no wire form for arrays of {array.dtype}")
            array = array.astype(array.dtype.newbyteorder("<"))
        return cls(PLAIN[array.dtype], array.shape, array.tobytes())

    def numpy(self) -> NDArray[Any]:
        """Unpack: a read-only view of the bytes."""
        flat = np.frombuffer(self.data, KINDS[self.dtype])
        return flat if len(self.shape) == 1 else flat.reshape(self.shape)


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """Base of everything a client says."""

    id: int = 0


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Base of everything an engine says.

    Attributes:
        id: The request that this answers; 0 for what comes unasked.
    """

    id: int = 0
