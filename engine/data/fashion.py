"""Fashion-MNIST: a part of it that Ganvas brings along, and the whole where it is installed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, ClassVar, Literal

import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from engine.data.base import Dataset, Place, Source
from engine.data.idx import read_idx
from engine.data.places import resolve, stamp
from projects.errors import DataError
from projects.translation import gettext as _

SHIPPED = Path(__file__).parent / "files" / "fashion_mnist_14k.npz"
INSTALLED = Path("/usr/share/datasets/fashion-mnist")
CLASSES = (
    "T-shirt",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
_PARTS = ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1")


class FashionMnist(Source, frozen=True, tag="fashion_mnist"):
    """Pictures of clothes in ten classes, 28 × 28 grey pixels.

    The subset holds the first 1,200 training and 200 test images of each class; both sizes keep their
    published test part.
    """

    title: ClassVar[str] = "Fashion-MNIST"
    category: ClassVar[str] = "Images"
    order: ClassVar[int] = 11
    use: ClassVar[str] = (
        "The standard test for classifiers, VAEs and GANs of small images. With all 60,000 a "
        "linear layer gets about 84 %, an MLP 88 to 90 %, a small CNN 91 to 93 %; the subset "
        "stays some points below."
    )
    trouble: ClassVar[str] = (
        "Shirts, T-shirts, pullovers and coats account for most mistakes, some of which people "
        "make too. Clothes are upright and centred: a network that knows only these is lost on "
        "turned ones. Mirroring suits it, for shoes too, though nearly all of them point left."
    )
    source: ClassVar[str] = (
        "Xiao, Rasul & Vollgraf 2017, Fashion-MNIST: a novel image dataset for benchmarking "
        "machine learning algorithms; © 2017 Zalando SE (MIT licence)"
    )

    size: Annotated[
        Literal["subset", "full"],
        Meta(title="Size", description="12,000 + 2,000 images that ship, or 60,000 + 10,000."),
    ] = "subset"
    layout: Annotated[
        Literal["image", "flat", "rows", "pixels"],
        Meta(
            title="Layout",
            description="1×28×28, a vector of 784, a sequence of 28 rows, or of 784 pixels.",
        ),
    ] = "image"
    folder: Annotated[
        str,
        Meta(
            title="Folder of the full set",
            description="Holds the four IDX files; nothing: where the system installs them.",
            max_length=4096,
            extra={"widget": "folder", "when": {"size": "full"}},
        ),
    ] = ""

    def fingerprint(self, place: Place) -> str:
        """Sizes and times of the full set's files; see :meth:`Source.fingerprint`."""
        if self.size == "subset":
            return ""
        folder = self._folder(place)
        return " ".join(stamp(_find(folder, part)) for part in _PARTS)

    def load(self, place: Place) -> Dataset:
        """Read the set; see :meth:`Source.load`."""
        images, labels, test_from = self._full(place) if self.size == "full" else _subset()
        count = len(images)
        shapes = {"image": (1, 28, 28), "flat": (784,), "rows": (28, 28), "pixels": (784, 1)}
        kind: dict[str, Literal["image", "table", "sequence"]] = {
            "image": "image",
            "flat": "table",
            "rows": "sequence",
            "pixels": "sequence",
        }
        return Dataset(
            kind=kind[self.layout],
            inputs=images.reshape(count, *shapes[self.layout]),
            targets=labels.astype(np.int64),
            classes=CLASSES,
            test_from=test_from,
            title=self.title,
            picture=(1, 28, 28),
        )

    def _folder(self, place: Place) -> Path:
        return resolve(self.folder, place) if self.folder else INSTALLED

    def _full(self, place: Place) -> tuple[NDArray[np.uint8], NDArray[np.uint8], int]:
        folder = self._folder(place)
        arrays = [read_idx(_find(folder, part)) for part in _PARTS]
        _belong_together(folder, arrays[0], arrays[1])
        _belong_together(folder, arrays[2], arrays[3])
        images = np.concatenate([arrays[0], arrays[2]])
        return images, np.concatenate([arrays[1], arrays[3]]), len(arrays[0])


def _belong_together(folder: Path, images: NDArray[np.uint8], labels: NDArray[np.uint8]) -> None:
    if labels.ndim != 1 or images.shape != (len(labels), 28, 28) or labels.max(initial=0) > 9:
        raise DataError(
            _("images {images} and labels {labels} do not belong together.").format(
                images=images.shape, labels=labels.shape
            ),
            where=str(folder),
            hint=_("Download all four files again."),
        )


def _subset() -> tuple[NDArray[np.uint8], NDArray[np.uint8], int]:
    with np.load(SHIPPED, allow_pickle=False) as file:
        return file["images"], file["labels"], int(file["test_from"])


def _find(folder: Path, part: str) -> Path:
    for name in (f"{part}-ubyte.gz", f"{part}-ubyte", f"{part}.gz"):
        if (folder / name).is_file():
            return folder / name
    raise DataError(
        _("there is no “{name}” in {folder}.").format(name=f"{part}-ubyte.gz", folder=folder),
        where="data.source.folder",
        hint=_(
            "Choose “subset”, or install the full set (Debian: dataset-fashion-mnist) "
            "or name the folder that holds it."
        ),
    )
