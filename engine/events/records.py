"""Records of TFRecord files: a length, what it is of, and check sums of both (CRC-32C, masked).

The format is described in TensorFlow's ``record_writer.h``; the polynomial is Castagnoli's (RFC 3720, B.4).
"""

from __future__ import annotations

import functools
import os
import struct
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from projects.translation import gettext as _

HEAD, TAIL = 12, 4  # bytes around what a record holds: its length with a check sum; a check sum
POLYNOMIAL = 0x82F63B78
DELTA = 0xA282EAD8
CHECKED = 1024  # bytes; what tells one number has a tenth of them
TOGETHER = 4096  # records whose sums are computed at once


class RecordError(ValueError):
    """A record is not what its length or its check sums say."""


@functools.cache
def _table() -> NDArray[np.uint32]:
    sums = np.arange(256, dtype=np.uint32)
    for _bit in range(8):
        sums = np.where(sums & 1, (sums >> 1) ^ np.uint32(POLYNOMIAL), sums >> 1).astype(np.uint32)
    return sums


def masked_sums(parts: Sequence[bytes]) -> NDArray[np.uint32]:
    """Return the masked check sum of each of some byte strings, those of equal length together."""
    found = np.empty(len(parts), np.uint32)
    lengths = np.array([len(part) for part in parts])
    table = _table()
    for length in np.unique(lengths).tolist():
        mine = np.flatnonzero(lengths == length)
        joined = b"".join(parts[place] for place in mine.tolist())
        columns = np.frombuffer(joined, np.uint8).reshape(len(mine), length).T
        sums = np.full(len(mine), 0xFFFFFFFF, np.uint32)
        for column in np.ascontiguousarray(columns):
            sums = table[(sums ^ column) & np.uint32(0xFF)] ^ (sums >> np.uint32(8))
        found[mine] = sums ^ np.uint32(0xFFFFFFFF)
    return ((found >> np.uint32(15)) | (found << np.uint32(17))) + np.uint32(DELTA)


def read_records(source: BinaryIO, most: int) -> Iterator[bytes]:
    """Yield what the records of a file hold; one that was cut short at the end is left out.

    Records that are larger than ``most`` hold pictures or graphs and are passed over. What a record holds is
    checked up to :data:`CHECKED` bytes: a sum goes byte by byte.

    Args:
        source: The file, at its beginning.
        most: Bytes that a record may have to be read.

    Raises:
        RecordError: The check sum of a length, or of what a record holds, is another.
    """
    ends = source.seek(0, os.SEEK_END)
    place = source.seek(0)
    waiting: list[tuple[bytes, bytes]] = []
    while place + HEAD <= ends:
        head = source.read(HEAD)
        if not _sound(head[:8], head[8:]):
            raise RecordError(_("no record begins at byte {place}").format(place=place))
        (length,) = struct.unpack("<Q", head[:8])
        place += HEAD + length + TAIL
        if place > ends:
            break  # whoever writes it has not come to its end
        if length > most:
            source.seek(place)
        else:
            waiting.append((source.read(length), source.read(TAIL)))
        if len(waiting) == TOGETHER:
            yield from _checked(waiting)
            waiting = []
    yield from _checked(waiting)


def _sound(part: bytes, told: bytes) -> bool:
    """Whether a check sum of few bytes fits."""
    total = 0xFFFFFFFF
    for byte in part:
        total = int(_table()[(total ^ byte) & 0xFF]) ^ (total >> 8)
    total ^= 0xFFFFFFFF
    masked = ((total >> 15 | total << 17) + DELTA) & 0xFFFFFFFF
    return struct.pack("<I", masked) == told


def _checked(records: Sequence[tuple[bytes, bytes]]) -> Iterator[bytes]:
    small = [(body, told) for body, told in records if len(body) <= CHECKED]
    if small:
        bodies, told = zip(*small, strict=True)
        if not np.array_equal(masked_sums(bodies), np.frombuffer(b"".join(told), "<u4")):
            raise RecordError(_("a check sum does not fit"))
    for body, _told in records:
        yield body


def write_records(bodies: Iterable[bytes]) -> bytes:
    """Return the file whose records hold these."""
    parts = list(bodies)
    heads = [struct.pack("<Q", len(part)) for part in parts]
    head_sums, body_sums = (masked_sums(some).astype("<u4") for some in (heads, parts))
    pieces = (
        head + head_sum.tobytes() + part + body_sum.tobytes()
        for head, head_sum, part, body_sum in zip(heads, head_sums, parts, body_sums, strict=True)
    )
    return b"".join(pieces)
