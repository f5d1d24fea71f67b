"""Reading IDX files, the form in which MNIST and Fashion-MNIST are published.

Two zero bytes, a type byte, the number of dimensions, one big-endian 32-bit size each, then the values:
Y. LeCun, C. Cortes & C. Burges, *The MNIST database*.
"""

from __future__ import annotations

import gzip
import math
import struct
import zlib
from gettext import gettext as _
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from projects.errors import DataError

LARGEST = 2**31
_BYTES = 0x08


def read_idx(path: Path) -> NDArray[np.uint8]:
    """Return the array of an IDX file of bytes, gzipped or not.

    Args:
        path: The file.

    Raises:
        DataError: Unreadable, not IDX, or its header and its length disagree.
    """
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else open(path, "rb") as file:
            shape = _shape(path, file.read(4), file)
            count = math.prod(shape)
            content = file.read(count + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(
            _("cannot be read: {reason}.").format(reason=error), where=str(path)
        ) from error
    if len(content) != count:
        raise DataError(
            _(
                "the header promises {count:,} bytes and the file does not hold exactly that."
            ).format(count=count),
            where=str(path),
            hint=_("It is damaged or was not downloaded whole."),
        )
    return np.frombuffer(content, np.uint8).reshape(shape)


def _shape(path: Path, magic: bytes, file: object) -> tuple[int, ...]:
    if len(magic) != 4 or magic[:2] != b"\0\0" or magic[2] != _BYTES or not 1 <= magic[3] <= 4:
        raise DataError(_("this is not an IDX file of bytes."), where=str(path))
    sizes = file.read(4 * magic[3])  # type: ignore[attr-defined]
    if len(sizes) != 4 * magic[3]:
        raise DataError(_("the header is cut off."), where=str(path))
    shape = struct.unpack(f">{magic[3]}I", sizes)
    if math.prod(shape) > LARGEST:
        raise DataError(
            _("the header promises {count:,} values; that is too large.").format(
                count=math.prod(shape)
            ),
            where=str(path),
        )
    return tuple(shape)
