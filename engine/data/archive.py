"""Reading NPZ and NPY files that anybody may have made: what each header promises is looked at first.

Nothing in a file is ever run: object arrays, which are pickles, are refused unread.
"""

from __future__ import annotations

import contextlib
import lzma
import math
import struct
import tokenize
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from projects.errors import DataError, did_you_mean
from projects.fields import shown
from projects.translation import gettext as _

LARGEST = 8 * 2**30
# Deflate reaches a ratio of 1,030; what is packed that well is a bomb or can be stored plainly.
UNSUSPECTED = 64 * 2**20
LARGEST_RATIO = 200
_DAMAGED = (
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    TypeError,
    ValueError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
)


def read_npz(path: Path, names: list[str]) -> dict[str, NDArray[Any]]:
    """Return the named arrays of an NPZ file after looking at what each header promises.

    Args:
        path: The file.
        names: Which arrays.

    Raises:
        DataError: Not an NPZ file, an array is missing, holds objects, or promises more than is there.
    """
    with opened(path) as archive:
        members = {m.filename.removesuffix(".npy"): m for m in archive.infolist()}
        for name in names:
            if name not in members:
                raise DataError(
                    _("the file has no array {name}.").format(name=shown(name)),
                    where=str(path),
                    hint=did_you_mean(name, members),
                )
        return {name: _member(path, archive, members[name], name) for name in names}


def read_npy(path: Path, mapped: bool = False) -> NDArray[Any]:
    """Return the array of an NPY file after looking at what its header promises.

    Args:
        path: The file.
        mapped: Whether the array stays on the disk, whatever its size.

    Raises:
        DataError: Not an NPY file, or it holds objects, or promises more than is there.
    """
    where = str(path)
    try:
        size = path.stat().st_size
        with open(path, "rb") as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            shape, dtype = _header(where, file)
            most = size if mapped else min(size, LARGEST)
            _need_numbers(where, shape, dtype, most - file.tell())
            if mapped:
                return np.asanyarray(np.load(path, mmap_mode="r", max_header_size=10_000))
            file.seek(0)
            return np.asarray(npy.read_array(file, allow_pickle=False))
    except _DAMAGED as error:
        raise DataError(
            _("this is not a readable NPY file: {reason}.").format(reason=shown(str(error))),
            where=where,
            hint=_("Write it with numpy.save."),
        ) from error


@contextlib.contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open an NPZ file; what goes wrong while it is read is an error for people.

    Args:
        path: The file.

    Raises:
        DataError: It is not a readable NPZ file.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except _DAMAGED as error:
        raise DataError(
            _("this is not a readable NPZ file: {reason}.").format(reason=error),
            where=str(path),
            hint=_("Write it with numpy.savez."),
        ) from error


_NO_LITERAL = (
    KeyError,
    MemoryError,
    OverflowError,
    RecursionError,
    SyntaxError,
    TypeError,
    ValueError,
    tokenize.TokenError,
)


def _member(
    path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str
) -> NDArray[Any]:
    where = f"{path}, array {name}"
    size = member.file_size
    if size > LARGEST or size > max(UNSUSPECTED, LARGEST_RATIO * member.compress_size):
        raise DataError(
            _("{packed:,} bytes that unpack to {size:,} are refused.").format(
                packed=member.compress_size, size=size
            ),
            where=where,
            hint=_("Write it with numpy.savez, which does not pack."),
        )
    with archive.open(member) as file:
        shape, dtype = _header(where, file)
        _need_numbers(where, shape, dtype, size - file.tell())
    with archive.open(member) as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return np.asarray(npy.read_array(file, allow_pickle=False))


def _need_numbers(where: str, shape: tuple[int, ...], dtype: np.dtype[Any], size: int) -> None:
    """Refuse what is no array of numbers, or promises more than the ``size`` bytes that follow."""
    if dtype.kind not in "fiub" or any(side < 0 for side in shape):
        raise DataError(
            _("expected numbers, got an array of {dtype}.").format(dtype=shown(str(dtype))),
            where=where,
            hint=_("Objects and text are never read; turn them into numbers."),
        )
    promised = math.prod(shape) * dtype.itemsize
    if promised > size:
        raise DataError(
            _("the header promises {promised:,} bytes, the file holds {size:,}.").format(
                promised=promised, size=size
            ),
            where=where,
            hint=_("The file is damaged; write it anew."),
        )
    if promised == 0:
        raise DataError(
            _("the array is empty: its shape is {shape}.").format(shape=shape),
            where=where,
            hint=_("Choose another array."),
        )


def _header(where: str, file: IO[bytes]) -> tuple[tuple[int, ...], np.dtype[Any]]:
    """Return shape and dtype of an array, which are written as a Python literal."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            version = npy.read_magic(file)
            shape, _fortran, dtype = _READERS[version](file, max_header_size=10_000)
    except _NO_LITERAL as error:
        raise DataError(
            _("the header cannot be read: {reason}.").format(reason=shown(str(error))),
            where=where,
            hint=_("Write it with numpy.savez."),
        ) from error
    return shape, dtype


_READERS = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
