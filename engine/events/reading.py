"""Reads the curves of runs from folders of event files, those of strangers too: within limits, nothing is run."""

from __future__ import annotations

import contextlib
import itertools
import math
import struct
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.events.messages import event_class
from engine.events.records import RecordError, read_records
from projects.errors import FileError, RunError
from projects.translation import gettext as _

MARK = "tfevents"
MOST_BYTES = 2**31
MOST_RECORD = 2**16  # bytes; larger ones hold no single numbers
MOST_CURVES = 2000
MOST_POINTS = 10_000_000  # of a run, all curves together
MOST_FOLDERS = 10_000
MOST_NAME = 200
MOST_STEP = 2**53
DTYPES = {1: "<f4", 2: "<f8", 3: "<i4", 9: "<i8", 19: "<f2"}  # of TensorFlow's types, by number


@dataclass
class Curve:
    """One curve as files tell it.

    Attributes:
        steps: Step of each value.
        values: The values.
        times: Seconds since 1970 at each.
    """

    steps: array[int] = field(default_factory=lambda: array("q"))
    values: array[float] = field(default_factory=lambda: array("d"))
    times: array[float] = field(default_factory=lambda: array("d"))

    def sorted(self) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
        """Return steps, values and times by step; of a step that comes again the last value counts."""
        steps = np.array(self.steps, np.int64)
        last = np.unique(steps[::-1], return_index=True)[1]
        chosen = len(steps) - 1 - last
        values, times = (np.array(some, np.float64)[chosen] for some in (self.values, self.times))
        return steps[chosen], values, times


def folders_of_runs(place: Path) -> dict[str, Path]:
    """Return the folders at or below one that hold event files, by name; each is a run.

    Args:
        place: A log folder of TensorBoard, or one event file.

    Raises:
        RunError: There are none.
    """
    found: dict[str, Path] = {}
    below = itertools.islice(place.rglob(f"*{MARK}*"), MOST_FOLDERS)
    files = [place] if place.is_file() else sorted(below)
    for file in files:
        if MARK in file.name and file.is_file() and not file.is_symlink():
            folder = file.parent
            within = folder.relative_to(place) if place.is_dir() else Path()
            found.setdefault(str(within) if within.parts else folder.name, folder)
    if not found:
        raise RunError(
            _("there are no event files of TensorBoard."),
            where=str(place),
            hint=_("Their names hold “{mark}”.").format(mark=MARK),
        )
    return found


def read_curves(folder: Path) -> dict[str, Curve]:
    """Return the curves of a run by name.

    Args:
        folder: The folder of its event files.

    Raises:
        FileError: A file cannot be read, is too large, or is no event file.
        RunError: There are too many curves or numbers, or none.
    """
    curves: dict[str, Curve] = {}
    count = 0
    files = sorted(path for path in folder.iterdir() if MARK in path.name and path.is_file())
    if sum(path.stat().st_size for path in files) > MOST_BYTES:
        size = _("the event files are larger than {most} GiB together.")
        raise FileError(size.format(most=MOST_BYTES >> 30), where=str(folder))
    for path in files:
        for event in _events(path):
            for value in event.summary.value:
                number = _number(value)
                if number is not None and 0 <= event.step <= MOST_STEP:
                    count += 1
                    _add(curves, value.tag, event, number, folder)
            if count > MOST_POINTS:
                words = _("there are more than {count:,} numbers in it.")
                raise RunError(words.format(count=MOST_POINTS), where=str(folder))
    if not curves:
        raise RunError(_("the event files hold no curves."), where=str(folder))
    return curves


def _add(curves: dict[str, Curve], tag: str, event: Any, number: float, folder: Path) -> None:
    name = tag[:MOST_NAME] or "value"
    if name not in curves and len(curves) >= MOST_CURVES:
        words = _("there are more than {count:,} curves in it.")
        raise RunError(words.format(count=MOST_CURVES), where=str(folder))
    curve = curves.setdefault(name, Curve())
    curve.steps.append(event.step)
    curve.values.append(number)
    curve.times.append(event.wall_time if math.isfinite(event.wall_time) else 0.0)


def _events(path: Path) -> Iterator[Any]:
    from google.protobuf.message import DecodeError

    made = event_class()
    try:
        with path.open("rb") as source:
            for record in read_records(source, MOST_RECORD):
                yield made.FromString(record)
    except OSError as error:
        raise FileError(error.strerror or str(error), where=str(path)) from error
    except (RecordError, DecodeError, UnicodeDecodeError) as error:
        raise FileError(
            _("this is no event file of TensorBoard, or it is damaged: {reason}.").format(
                reason=error
            ),
            where=str(path),
        ) from error


def _number(value: Any) -> float | None:
    """The number that a value of a summary tells; None where it tells a picture, a text or many numbers."""
    if value.HasField("simple_value"):
        return float(value.simple_value)
    if not value.HasField("tensor"):
        return None
    tensor = value.tensor
    if math.prod(dim.size for dim in tensor.tensor_shape.dim) != 1 or tensor.dtype not in DTYPES:
        return None
    for numbers in (tensor.float_val, tensor.double_val, tensor.int_val, tensor.int64_val):
        if len(numbers) == 1:
            return float(numbers[0])
    with contextlib.suppress(ValueError, struct.error):
        found = np.frombuffer(tensor.tensor_content, DTYPES[tensor.dtype])
        return float(found[0]) if len(found) == 1 else None
    return None
