"""Reading IDX files, the form in which MNIST and Fashion-MNIST are published.

Two zero bytes, a type byte, the number of dimensions, one big-endian 32-bit size each, then the values:
Y. LeCun, C. Cortes & C. Burges, *The MNIST database*.
"""

from __future__ import annotations

import gzip
import math
import struct
import zlib
from pathlib import Path
from typing import IO, cast

import numpy as np
from numpy.typing import NDArray

from projects.errors import DataError
from projects.translation import gettext as _

LARGEST = 2**28
# Deflate reaches a ratio of 1,030; images of clothes and digits stay below 20.
UNSUSPECTED = 2**24
LARGEST_RATIO = 200
_BYTES = 0x08
_CHUNK = 2**20


def read_idx(path: Path) -> NDArray[np.uint8]:
    """Return the array of an IDX file of bytes, gzipped or not.

    Args:
        path: The file.

    Raises:
        DataError: Unreadable, not IDX, or its header and its length disagree.
    """
    try:
        with _opened(path) as file:
            shape = _shape(path, file)
            content = _content(path, file, math.prod(shape))
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(
            _("cannot be read: {reason}.").format(reason=error),
            where=str(path),
            hint=_("It is damaged or was not downloaded whole."),
        ) from error
    return np.frombuffer(content, np.uint8).reshape(shape)


def map_idx(path: Path) -> NDArray[np.uint8] | None:
    """Return the array of an IDX file as it lies on the disk; None where it is packed.

    Args:
        path: The file.

    Raises:
        DataError: Unreadable, not IDX, or its header and its length disagree.
    """
    if path.suffix == ".gz":
        return None
    try:
        with open(path, "rb") as file:
            shape = _shape(path, file, most=path.stat().st_size)
            start = file.tell()
        if path.stat().st_size - start != math.prod(shape):
            raise _torn(path, _("the header and the length of the file disagree."))
        return (
            np.memmap(path, np.uint8, "r", offset=start, shape=shape) if math.prod(shape) else None
        )
    except (OSError, ValueError) as error:
        raise DataError(
            _("cannot be read: {reason}.").format(reason=error),
            where=str(path),
            hint=_("It is damaged or was not downloaded whole."),
        ) from error


def _opened(path: Path) -> IO[bytes]:
    if path.suffix == ".gz":
        return cast(IO[bytes], gzip.open(path, "rb"))
    return open(path, "rb")


def _shape(path: Path, file: IO[bytes], most: int = LARGEST) -> tuple[int, ...]:
    magic = file.read(4)
    if len(magic) != 4 or magic[:2] != b"\0\0" or magic[2] != _BYTES or not 1 <= magic[3] <= 4:
        raise DataError(
            _("this is not an IDX file of bytes."),
            where=str(path),
            hint=_("Download it again from where the set is published."),
        )
    sizes = file.read(4 * magic[3])
    if len(sizes) != 4 * magic[3]:
        raise _torn(path, _("the header is cut off."))
    shape: tuple[int, ...] = struct.unpack(f">{magic[3]}I", sizes)
    count = math.prod(shape)
    if count > min(most, max(UNSUSPECTED, LARGEST_RATIO * path.stat().st_size)):
        raise _torn(
            path,
            _("the header promises {count:,} values, too many for this file.").format(count=count),
        )
    return shape


def _content(path: Path, file: IO[bytes], count: int) -> bytearray:
    """Read piece by piece, so that only what is there takes memory."""
    content = bytearray()
    while piece := file.read(min(_CHUNK, count + 1 - len(content))):
        content += piece
    if len(content) != count:
        raise _torn(
            path,
            _(
                "the header promises {count:,} bytes and the file does not hold exactly that."
            ).format(count=count),
        )
    return content


def _torn(path: Path, message: str) -> DataError:
    return DataError(message, where=str(path), hint=_("It is damaged or was not downloaded whole."))
