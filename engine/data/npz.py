"""The person's own arrays, as NumPy's NPZ."""

from __future__ import annotations

from gettext import gettext as _
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from engine.data.archive import read_npz
from engine.data.base import Dataset, Kind, Place, Source
from engine.data.cells import MOST_CLASSES
from engine.data.places import resolve, resolve_file, stamp
from engine.data.table import Path_
from projects.errors import DataError


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
        with np.errstate(
            over="ignore", invalid="ignore"
        ):  # what single precision cannot hold is refused later
            inputs, kind = _arrange(path, arrays[self.inputs], self.layout)
            if self.targets:
                targets, classes = _targets(path, arrays[self.targets], len(inputs))
        return Dataset(kind=kind, inputs=inputs, targets=targets, classes=classes, title=path.name)


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
