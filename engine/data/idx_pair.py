"""The person's own images as IDX files, the form of MNIST and its many relatives."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from engine.data.base import Dataset, Kind, Place, Source
from engine.data.idx import map_idx, read_idx
from engine.data.places import resolve_file, stamp
from engine.data.streaming import ArrayReader, JoinedReader, wanted
from engine.data.table import Path_
from projects.errors import DataError
from projects.translation import gettext as _

Optional_ = Annotated[
    str, Meta(description="Nothing: there is none.", max_length=4096, extra={"widget": "path"})
]


class IdxPair(Source, frozen=True, kw_only=True, tag="idx"):
    """Images and their classes from a pair of IDX files of bytes, gzipped or not, as MNIST comes.

    Two more files can be the test part, as they are published. MNIST, EMNIST, KMNIST, Fashion-MNIST and
    others have this form.
    """

    title: ClassVar[str] = "IDX files"
    category: ClassVar[str] = "Your own"
    order: ClassVar[int] = 78
    use: ClassVar[str] = (
        "For MNIST and its relatives as they are published, with their own test part, so that "
        "figures compare. For ready data without a download take Fashion-MNIST."
    )
    trouble: ClassVar[str] = (
        "Images and labels of different parts put together are noticed only by their counts. "
        "EMNIST lies on its side: letters are mirrored and turned. MNIST itself is nearly solved: "
        "98 % is a weak result for a CNN."
    )
    source: ClassVar[str] = (
        "Format and MNIST: LeCun, Cortes & Burges, The MNIST database of handwritten digits"
    )

    path: Path_ = ""
    labels: Annotated[Optional_, Meta(title="File of classes")] = ""
    test: Annotated[Optional_, Meta(title="Test images")] = ""
    test_labels: Annotated[Optional_, Meta(title="Test classes")] = ""
    layout: Annotated[
        Literal["image", "flat", "rows", "pixels"],
        Meta(
            title="Layout",
            description="Images, vectors, a sequence of rows, or of pixels.",
        ),
    ] = "image"

    def fingerprint(self, place: Place) -> str:
        """Sizes and times of the files; see :meth:`Source.fingerprint`."""
        return " ".join(stamp(path) for path in self._paths(place).values())

    def load(self, place: Place) -> Dataset:
        """Read the files; see :meth:`Source.load`."""
        paths = self._paths(place)
        if (streamed := self._streamed(paths, place.loading)) is not None:
            return streamed
        images, labels = _pair(paths["path"], paths.get("labels"))
        test_from = None
        if "test" in paths:
            test_from = len(images)
            more, theirs = _pair(paths["test"], paths.get("test_labels"))
            _need_alike(paths["test"], images, more, labels, theirs)
            images = np.concatenate([images, more])
            if labels is not None and theirs is not None:
                labels = np.concatenate([labels, theirs])
        targets, classes = _classes(labels)
        inputs, kind = _laid_out(images, self.layout)
        height, width = images.shape[1:]
        return Dataset(
            kind=kind,
            inputs=inputs,
            targets=targets,
            classes=classes,
            test_from=test_from,
            title=paths["path"].name,
            picture=(1, height, width),
        )

    def _streamed(self, paths: dict[str, Path], loading: str) -> Dataset | None:
        """The set left on the disk, where that is wanted and the files are not packed."""
        files = [paths[name] for name in ("path", "test") if name in paths]
        if not wanted(loading, (sum(path.stat().st_size for path in files),)):
            return None
        mapped = [map_idx(path) for path in files]
        images = [array for array in mapped if array is not None and array.ndim == 3]
        if len(images) < len(mapped):
            return None
        names = [name for name in ("labels", "test_labels") if name in paths]
        labels = [read_idx(paths[name]) for name in names]
        if images[-1].shape[1:] != images[0].shape[1:] or len(labels) not in (0, len(images)):
            return None  # what does not fit is told as in memory
        if any(one.shape != (len(own),) for one, own in zip(labels, images, strict=False)):
            return None
        targets, classes = _classes(np.concatenate(labels) if labels else None)
        laid_out = [_laid_out(array, self.layout) for array in images]
        # Bytes are ink from 0 to 255 in every layout.
        reader = JoinedReader([ArrayReader(array, image=True) for array, _kind in laid_out])
        return Dataset(
            kind=laid_out[0][1],
            inputs=np.empty((0, *reader.shape[1:]), np.uint8),
            targets=targets,
            classes=classes,
            test_from=len(images[0]) if "test" in paths else None,
            title=paths["path"].name,
            picture=(1, *images[0].shape[1:]),
            reader=reader,
        )

    def _paths(self, place: Place) -> dict[str, Path]:
        given = {
            "path": self.path,
            "labels": self.labels,
            "test": self.test,
            "test_labels": self.test_labels,
        }
        return {
            name: resolve_file(text, place, f"data.source.{name}")
            for name, text in given.items()
            if text or name == "path"
        }


def _pair(
    path: Path, labels_path: Path | None
) -> tuple[NDArray[np.uint8], NDArray[np.uint8] | None]:
    """Return images ``(examples, height, width)`` and their classes ``(examples,)``."""
    images = read_idx(path)
    if images.ndim != 3 or not images.size:
        raise DataError(
            _("expected images of three dimensions, got {shape}.").format(shape=images.shape),
            where=str(path),
            hint=_("The file of classes has one dimension; choose the other one here."),
        )
    if labels_path is None:
        return images, None
    labels = read_idx(labels_path)
    if labels.shape != (len(images),):
        raise DataError(
            _("images {images} and classes {labels} do not belong together.").format(
                images=images.shape, labels=labels.shape
            ),
            where=str(labels_path),
            hint=_("Every image needs one class."),
        )
    return images, labels


def _need_alike(
    path: Path,
    images: NDArray[np.uint8],
    more: NDArray[np.uint8],
    labels: NDArray[np.uint8] | None,
    theirs: NDArray[np.uint8] | None,
) -> None:
    if images.shape[1:] != more.shape[1:] or (labels is None) != (theirs is None):
        raise DataError(
            _("the test part does not fit: {test} beside {train}.").format(
                test=more.shape, train=images.shape
            ),
            where=str(path),
            hint=_("Both parts need images of one size, and classes for both or for none."),
        )


def _classes(labels: NDArray[np.uint8] | None) -> tuple[NDArray[Any] | None, tuple[str, ...]]:
    if labels is None:
        return None, ()
    values, indices = np.unique(labels, return_inverse=True)
    return indices.astype(np.int64), tuple(str(value) for value in values)


def _laid_out(images: NDArray[np.uint8], layout: str) -> tuple[NDArray[np.uint8], Kind]:
    count, height, width = images.shape
    shapes: dict[str, tuple[tuple[int, ...], Kind]] = {
        "image": ((1, height, width), "image"),
        "flat": ((height * width,), "table"),
        "rows": ((height, width), "sequence"),
        "pixels": ((height * width, 1), "sequence"),
    }
    shape, kind = shapes[layout]
    return images.reshape(count, *shape), kind
