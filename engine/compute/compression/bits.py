"""Whole numbers of few bits, one behind the other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def squeezed(codes: NDArray[np.int8], bits: int) -> NDArray[np.int8] | NDArray[np.uint8]:
    """Return codes one behind the other, each in so many bits of two's complement, the highest bit first.

    Args:
        codes: ``(n,)``, from ``−2ᵇ⁻¹`` to ``2ᵇ⁻¹ − 1``.
        bits: Of each, 2 to 8.

    Returns:
        ``(n,)`` int8 for 8 bits, else uint8 of as many bytes as are needed.
    """
    if bits == 8:
        return codes
    single = np.unpackbits(codes.view(np.uint8)[:, None], axis=1)[:, 8 - bits :]
    return np.packbits(single.reshape(-1))


def spread(packed: NDArray[np.generic], bits: int, count: int) -> NDArray[np.int8]:
    """Return the codes that :func:`squeezed` has put one behind the other.

    Args:
        packed: What it returned.
        bits: Of each.
        count: How many codes there are.

    Raises:
        ValueError: So many codes of so many bits are not what this is.
    """
    kind = np.int8 if bits == 8 else np.uint8
    if not 2 <= bits <= 8 or packed.dtype != kind or packed.shape != (-(-count * bits // 8),):
        raise ValueError(f"these are not {count} codes of {bits} bits")
    if bits == 8:
        return packed.astype(np.int8)
    single = np.unpackbits(packed.view(np.uint8), count=count * bits).reshape(count, bits)
    value = single.astype(np.int16) @ (1 << np.arange(bits - 1, -1, -1, dtype=np.int16))
    return np.where(value >= 1 << (bits - 1), value - (1 << bits), value).astype(np.int8)
