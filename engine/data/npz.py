"""The person's own arrays, as NumPy's NPZ or NPY."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, ClassVar

from msgspec import Meta

from engine.data.archive import read_npy, read_npz
from engine.data.arrays import Layout, Meaning, dataset, streamed
from engine.data.base import Dataset, Place, Source
from engine.data.places import resolve, resolve_file, resolve_files, stamp
from engine.data.streaming import wanted
from engine.data.table import Path_


class Npz(Source, frozen=True, tag="npz"):
    """Arrays from an NPZ file: ``(examples, …)`` inputs and, if there are any, targets.

    Whole-number targets are classes; for every step of a sequence, −1 is a step without one. Three dimensions are grey images, four are images with channels
    first or last. Nothing in the file is ever run.
    """

    title: ClassVar[str] = "NPZ file"
    category: ClassVar[str] = "Your own"
    order: ClassVar[int] = 71
    use: ClassVar[str] = (
        "For arrays that Python has prepared: images, sequences, several numbers as targets. One "
        "file holds inputs and targets together; NPY files are for two of them."
    )
    trouble: ClassVar[str] = (
        "Pixels from 0 to 255 need a scaling. Three dimensions count as grey images: say so if "
        "they are sequences. Targets stored as decimals become numbers to foretell, not classes. "
        "Arrays of Python objects are refused."
    )
    source: ClassVar[str] = "Format: NumPy, numpy.lib.format"

    path: Path_ = ""
    inputs: Annotated[str, Meta(title="Array of inputs", max_length=200)] = "x"
    targets: Annotated[
        str,
        Meta(title="Array of targets", description="Nothing: there are none.", max_length=200),
    ] = "y"
    layout: Layout = "auto"
    meaning: Meaning = "auto"

    def fingerprint(self, place: Place) -> str:
        """Size and time of the file; see :meth:`Source.fingerprint`."""
        return stamp(resolve(self.path, place))

    def load(self, place: Place) -> Dataset:
        """Read the file; see :meth:`Source.load`."""
        path = resolve_file(self.path, place)
        arrays = read_npz(path, [name for name in (self.inputs, self.targets) if name])
        targets = arrays[self.targets] if self.targets else None
        return dataset(path, arrays[self.inputs], targets, layout=self.layout, meaning=self.meaning)


class Npy(Source, frozen=True, kw_only=True, tag="npy"):
    """Arrays from two NPY files: inputs ``(examples, …)`` and, if there are any, targets.

    As for an NPZ file, whole numbers are classes, three dimensions are grey images, four are images with
    channels first or last. Nothing in the files is ever run.
    """

    title: ClassVar[str] = "NPY files"
    category: ClassVar[str] = "Your own"
    order: ClassVar[int] = 77
    use: ClassVar[str] = (
        "For arrays in files of their own, as numpy.save writes them, and for those too large for "
        "memory: they are mapped, not read at once. NPZ file keeps both in one."
    )
    trouble: ClassVar[str] = (
        "Inputs and targets must be in the same order: shuffled apart, nothing can be learned and "
        "the loss stays at guessing. Pixels from 0 to 255 need a scaling. Files of Python objects "
        "are refused."
    )
    source: ClassVar[str] = "Format: NumPy, numpy.lib.format"

    path: Path_ = ""
    targets: Annotated[
        str,
        Meta(
            title="File of targets",
            description="Nothing: there are none.",
            max_length=4096,
            extra={"widget": "path"},
        ),
    ] = ""
    layout: Layout = "auto"
    meaning: Meaning = "auto"

    def fingerprint(self, place: Place) -> str:
        """Sizes and times of the files; see :meth:`Source.fingerprint`."""
        return " ".join(stamp(path) for path in self._paths(place))

    def load(self, place: Place) -> Dataset:
        """Read the files; see :meth:`Source.load`."""
        paths = self._paths(place)
        inputs = read_npy(paths[0], mapped=True)
        targets = read_npy(paths[1]) if self.targets else None
        if wanted(place.loading, inputs.shape):
            return streamed(paths[0], inputs, targets, layout=self.layout, meaning=self.meaning)
        return dataset(
            paths[0], read_npy(paths[0]), targets, layout=self.layout, meaning=self.meaning
        )

    def _paths(self, place: Place) -> list[Path]:
        return resolve_files(self.path, self.targets, place, "data.source.targets")
