"""The person's own arrays, as NumPy's NPZ."""

from __future__ import annotations

import math
import zipfile
import zlib
from gettext import gettext as _
from pathlib import Path
from typing import IO, Annotated, Any, ClassVar, Literal

import numpy as np
from msgspec import Meta
from numpy.lib import format as npy
from numpy.typing import NDArray

from engine.data.base import Dataset, Kind, Place, Source
from engine.data.csv_table import MOST_CLASSES, Path_
from engine.data.places import resolve, stamp
from projects.errors import DataError, did_you_mean

LARGEST = 8 * 2**30
LARGEST_RATIO = 1100  # deflate reaches about 1,030


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
        path = resolve(self.path, place)
        wanted = [name for name in (self.inputs, self.targets) if name]
        arrays = read_npz(path, wanted)
        inputs, kind = _arrange(path, arrays[self.inputs], self.layout)
        targets: NDArray[Any] | None = None
        classes: tuple[str, ...] = ()
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
    try:
        with zipfile.ZipFile(path) as archive:
            members = {m.filename.removesuffix(".npy"): m for m in archive.infolist()}
            found = {}
            for name in names:
                if name not in members:
                    raise DataError(
                        _("the file has no array “{name}”.").format(name=name),
                        where=str(path),
                        hint=did_you_mean(name, members),
                    )
                found[name] = _member(path, archive, members[name], name)
            return found
    except (OSError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise DataError(
            _("this is not a readable NPZ file: {reason}.").format(reason=error), where=str(path)
        ) from error


def _member(
    path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str
) -> NDArray[Any]:
    where = f"{path}, array {name}"
    if member.file_size > LARGEST or member.file_size > LARGEST_RATIO * max(
        member.compress_size, 1024
    ):
        raise DataError(
            _("{size:,} bytes unpacked are too large.").format(size=member.file_size), where=where
        )
    with archive.open(member) as file:
        try:
            shape, dtype = _header(file)
        except ValueError as error:
            raise DataError(
                _("the header cannot be read: {reason}.").format(reason=error), where=where
            ) from error
        promised = math.prod(shape) * dtype.itemsize
        if dtype.kind not in "fiub" or any(size < 0 for size in shape):
            raise DataError(
                _("expected numbers, got an array of {dtype}.").format(dtype=dtype), where=where
            )
        if promised > member.file_size:
            raise DataError(
                _("the header promises {promised:,} bytes, the file holds {size:,}.").format(
                    promised=promised, size=member.file_size
                ),
                where=where,
            )
    with archive.open(member) as file:
        try:
            return np.asarray(npy.read_array(file, allow_pickle=False))
        except ValueError as error:
            raise DataError(
                _("cannot be read: {reason}.").format(reason=error), where=where
            ) from error


def _header(file: IO[bytes]) -> tuple[tuple[int, ...], np.dtype[Any]]:
    version = npy.read_magic(file)
    readers = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
    if version not in readers:
        raise ValueError(f"version {version}")
    shape, _fortran, dtype = readers[version](file, max_header_size=10_000)
    return shape, dtype


def _arrange(path: Path, array: NDArray[Any], layout: str) -> tuple[NDArray[Any], Kind]:
    """Return inputs with channels first, and what an example is."""
    if array.ndim < 2:
        raise DataError(
            _("inputs need at least two dimensions, got {shape}.").format(shape=array.shape),
            where=str(path),
        )
    if layout == "auto":
        layout = _guess(array)
    if layout == "vectors":
        return array.reshape(len(array), -1).astype(np.float32), "table"
    if layout == "sequences":
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
    if len(targets) != count:
        raise DataError(
            _("{inputs:,} inputs and {targets:,} targets do not belong together.").format(
                inputs=count, targets=len(targets)
            ),
            where=str(path),
        )
    if targets.ndim == 2 and targets.shape[1] == 1:
        targets = targets[:, 0]
    if targets.dtype.kind == "f" or targets.ndim != 1:
        return targets.astype(np.float32), ()
    values, indices = np.unique(targets, return_inverse=True)
    if len(values) > MOST_CLASSES:
        return targets.astype(np.float32), ()
    return indices.astype(np.int64), tuple(str(value) for value in values)
