"""The person's own arrays, as NumPy's NPZ."""

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
from gettext import gettext as _
from pathlib import Path
from typing import IO, Annotated, Any, ClassVar, Literal

import numpy as np
from msgspec import Meta
from numpy.lib import format as npy
from numpy.typing import NDArray

from engine.data.base import Dataset, Kind, Place, Source
from engine.data.cells import MOST_CLASSES
from engine.data.csv_table import Path_
from engine.data.places import resolve, resolve_file, stamp
from projects.errors import DataError, did_you_mean
from projects.fields import shown

LARGEST = 8 * 2**30
# Deflate reaches a ratio of 1,030; what is packed that well is a bomb or can be stored plainly.
UNSUSPECTED = 64 * 2**20
LARGEST_RATIO = 200
_DAMAGED = (
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
)


class Npz(Source, frozen=True, tag="npz"):
    """Arrays from an NPZ file: ``(examples, …)`` inputs and, if there are any, targets.

    Whole-number targets are classes. Three dimensions are grey images, four are images with channels
    first or last. Nothing in the file is ever run.
    """

    title: ClassVar[str] = "NPZ file"
    category: ClassVar[str] = "Your own"
    order: ClassVar[int] = 71

    path: Path_ = ""
    inputs: Annotated[str, Meta(title="Array of inputs", max_length=200)] = "x"
    targets: Annotated[
        str,
        Meta(title="Array of targets", description="Nothing: there are none.", max_length=200),
    ] = "y"
    layout: Annotated[
        Literal["auto", "channels_first", "channels_last", "vectors", "sequences"],
        Meta(title="Layout", description="What the dimensions after the first mean."),
    ] = "auto"

    def fingerprint(self, place: Place) -> str:
        """Size and time of the file; see :meth:`Source.fingerprint`."""
        return stamp(resolve(self.path, place))

    def load(self, place: Place) -> Dataset:
        """Read the file; see :meth:`Source.load`."""
        path = resolve_file(self.path, place)
        wanted = [name for name in (self.inputs, self.targets) if name]
        arrays = read_npz(path, wanted)
        targets: NDArray[Any] | None = None
        classes: tuple[str, ...] = ()
        with np.errstate(over="ignore"):  # what single precision cannot hold is refused later
            inputs, kind = _arrange(path, arrays[self.inputs], self.layout)
            if self.targets:
                targets, classes = _targets(path, arrays[self.targets], len(inputs))
        return Dataset(kind=kind, inputs=inputs, targets=targets, classes=classes, title=path.name)


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


def _arrange(path: Path, array: NDArray[Any], layout: str) -> tuple[NDArray[Any], Kind]:
    """Return inputs with channels first, and what an example is."""
    if array.ndim < 2:
        raise DataError(
            _("inputs need at least two dimensions, got {shape}.").format(shape=array.shape),
            where=str(path),
            hint=_("The first one counts the examples."),
        )
    if layout == "auto":
        layout = _guess(array)
    if layout == "vectors":
        return array.reshape(len(array), -1).astype(np.float32), "table"
    if layout == "sequences":
        if array.ndim > 3:
            raise DataError(
                _("sequences need two or three dimensions, got {shape}.").format(shape=array.shape),
                where=str(path),
                hint=_("Choose another layout."),
            )
        made = array[..., None] if array.ndim == 2 else array
        return made.astype(np.float32), "sequence"
    if array.ndim == 3:
        array = array[:, None]
    elif array.ndim == 4 and layout == "channels_last":
        array = array.transpose(0, 3, 1, 2)
    elif array.ndim != 4:
        raise DataError(
            _("images need three or four dimensions, got {shape}.").format(shape=array.shape),
            where=str(path),
            hint=_("Choose another layout."),
        )
    kept = array if array.dtype == np.uint8 else array.astype(np.float32)
    return np.ascontiguousarray(kept), "image"


def _guess(array: NDArray[Any]) -> str:
    if array.ndim == 2:
        return "vectors"
    if array.ndim == 3:
        return "channels_first"
    return "channels_last" if array.shape[-1] in (1, 3, 4) else "channels_first"


def _targets(path: Path, targets: NDArray[Any], count: int) -> tuple[NDArray[Any], tuple[str, ...]]:
    given = len(targets) if targets.ndim else 1
    if given != count:
        raise DataError(
            _("{inputs:,} inputs and {targets:,} targets do not belong together.").format(
                inputs=count, targets=given
            ),
            where=str(path),
            hint=_("Every example needs one target."),
        )
    if targets.ndim == 2 and targets.shape[1] == 1:
        targets = targets[:, 0]
    if targets.dtype.kind == "f" or targets.ndim != 1:
        return targets.astype(np.float32), ()
    values, indices = np.unique(targets, return_inverse=True)
    if len(values) > MOST_CLASSES:
        return targets.astype(np.float32), ()
    return indices.astype(np.int64), tuple(str(value) for value in values)
