"""From arrays of any shape to inputs and targets: what their dimensions mean."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from engine.data.base import NO_TARGET, Dataset, Kind
from engine.data.cells import MOST_CLASSES
from engine.data.streaming import ArrayReader
from projects.errors import DataError
from projects.fields import shown
from projects.translation import gettext as _

LARGEST_INDEX = 10_000_000
Layout = Annotated[
    Literal["auto", "channels_first", "channels_last", "vectors", "sequences", "indices"],
    Meta(
        title="Layout",
        description="What the dimensions after the first mean; indices are whole numbers, as of words.",
    ),
]
Meaning = Annotated[
    Literal["auto", "classes", "values", "labels"],
    Meta(
        title="Targets are",
        description="Auto: whole numbers are classes. Labels: zeros and ones, several an example.",
    ),
]


def dataset(
    path: Path,
    inputs: NDArray[Any],
    targets: NDArray[Any] | None,
    *,
    layout: str = "auto",
    meaning: str = "auto",
) -> Dataset:
    """Return arrays as a data set.

    Args:
        path: Where they come from, for messages and as a title.
        inputs: ``(examples, …)``.
        targets: ``(examples, …)``, or None.
        layout: What the dimensions of inputs mean, see :data:`Layout`.
        meaning: What targets are, see :data:`Meaning`.

    Raises:
        DataError: The shapes or values do not fit.
    """
    # What single precision cannot hold becomes infinite here and is refused later.
    with np.errstate(over="ignore", invalid="ignore"):
        found, kind = _arranged(path, inputs, layout)
        made = Dataset(kind=kind, inputs=found, title=path.name)
        if found.dtype == np.int64:
            made = replace(made, vocabulary=int(found.max()) + 1)
        return made if targets is None else _with_targets(path, made, targets, meaning)


def streamed(
    path: Path,
    inputs: NDArray[Any],
    targets: NDArray[Any] | None,
    *,
    layout: str = "auto",
    meaning: str = "auto",
) -> Dataset:
    """Return arrays as a data set whose inputs stay on the disk; see :func:`dataset`.

    The first example tells how all are laid out.
    """
    first, kind = _arranged(path, np.asarray(inputs[:1]), layout)
    if kind == "text":
        return dataset(path, np.asarray(inputs), targets, layout=layout, meaning=meaning)
    views = _viewed(inputs, layout)
    made = Dataset(
        kind=kind,
        inputs=first[:0],
        title=path.name,
        picture=first.shape[1:] if kind == "image" else None,
        reader=ArrayReader(views, image=kind == "image"),
    )
    return made if targets is None else _with_targets(path, made, targets, meaning)


def _viewed(array: NDArray[Any], layout: str) -> NDArray[Any]:
    """An array laid out as examples are, without reading it."""
    layout = _guess(array) if layout == "auto" else layout
    if layout == "vectors":
        return array.reshape(len(array), -1)
    if layout == "sequences":
        return array[..., None] if array.ndim == 2 else array
    if array.ndim == 3:
        return array[:, None]
    return array.transpose(0, 3, 1, 2) if layout == "channels_last" else array


def _arranged(path: Path, array: NDArray[Any], layout: str) -> tuple[NDArray[Any], Kind]:
    """Return inputs with channels first, and what an example is."""
    if array.ndim < 2:
        raise DataError(
            _("inputs need at least two dimensions, got {shape}.").format(shape=array.shape),
            where=str(path),
            hint=_("The first one counts the examples."),
        )
    if layout == "auto":
        layout = _guess(array)
    if layout == "indices":
        return _indices(path, array), "text"
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
    return _images(path, array, layout), "image"


def _images(path: Path, array: NDArray[Any], layout: str) -> NDArray[Any]:
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
    return np.ascontiguousarray(kept)


def _guess(array: NDArray[Any]) -> str:
    if array.ndim == 2:
        return "vectors"
    if array.ndim == 3:
        return "channels_first"
    return "channels_last" if array.shape[-1] in (1, 3, 4) else "channels_first"


def _indices(path: Path, array: NDArray[Any]) -> NDArray[np.int64]:
    if array.ndim != 2 or array.dtype.kind not in "iu":
        raise DataError(
            _("indices are whole numbers of two dimensions, got {dtype} of {shape}.").format(
                dtype=array.dtype, shape=array.shape
            ),
            where=str(path),
            hint=_("Examples come first, then steps."),
        )
    if array.min() < 0 or array.max() >= LARGEST_INDEX:
        wrong = np.argwhere((array < 0) | (array >= LARGEST_INDEX))[0]
        raise DataError(
            _("example {row:,}, step {step:,} has the index {value:,}; they begin at 0.").format(
                row=int(wrong[0]) + 1, step=int(wrong[1]) + 1, value=int(array[tuple(wrong)])
            ),
            where=str(path),
            hint=_("Indices are from 0 to {most:,}.").format(most=LARGEST_INDEX - 1),
        )
    return array.astype(np.int64)


def _with_targets(path: Path, made: Dataset, targets: NDArray[Any], meaning: str) -> Dataset:
    given = len(targets) if targets.ndim else 1
    count = len(made.inputs) if made.reader is None else made.reader.shape[0]
    if given != count:
        raise DataError(
            _("{inputs:,} inputs and {targets:,} targets do not belong together.").format(
                inputs=count, targets=given
            ),
            where=str(path),
            hint=_("Every example needs one target."),
        )
    if meaning == "labels":
        return _labels(path, made, targets)
    if targets.ndim == 2 and targets.shape[1] == 1:
        targets = targets[:, 0]
    whole = targets.dtype.kind in "iub"
    if meaning == "auto":
        steps = (
            made.kind in ("sequence", "text")
            and targets.ndim == 2
            and targets.shape[1] == made.inputs.shape[1]
        )
        meaning = "classes" if whole and (targets.ndim == 1 or steps) else "values"
        if meaning == "classes" and len(np.unique(targets)) > MOST_CLASSES + 1:
            meaning = "values"
    if meaning == "values":
        return replace(made, targets=targets.astype(np.float32))
    return _classes(path, made, targets)


def _labels(path: Path, made: Dataset, targets: NDArray[Any]) -> Dataset:
    if targets.ndim != 2 or not np.isin(targets, (0, 1)).all():
        raise DataError(
            _("labels are zeros and ones of two dimensions, got {dtype} of {shape}.").format(
                dtype=targets.dtype, shape=targets.shape
            ),
            where=str(path),
            hint=_("Examples come first, then a column for each label."),
        )
    names = tuple(str(i) for i in range(targets.shape[1]))
    return replace(made, targets=targets.astype(np.float32), labels=names)


def _classes(path: Path, made: Dataset, targets: NDArray[Any]) -> Dataset:
    """Classes of examples, or of steps, where −1 stands for none."""
    if targets.dtype.kind == "f" and not np.equal(targets, np.rint(targets)).all():
        raise DataError(
            _("classes are whole numbers, got {value}.").format(
                value=shown(str(targets[targets != np.rint(targets)][0]))
            ),
            where=str(path),
            hint=_("Choose “values” for numbers to foretell."),
        )
    values, indices = np.unique(targets, return_inverse=True)
    indices = indices.reshape(targets.shape).astype(np.int64)
    if targets.ndim > 1 and values[0] == NO_TARGET:
        values, indices = values[1:], indices - 1
    if not len(values) or len(values) > MOST_CLASSES:
        raise DataError(
            _("the targets have {count:,} different values; as classes that does not do.").format(
                count=len(values)
            ),
            where=str(path),
            hint=_("Choose “values”, or other targets."),
        )
    names = tuple(str(int(v)) if values.dtype.kind == "f" else str(v) for v in values)
    return replace(made, targets=indices, classes=names)
