"""The person's own pairs of images: what a network is given, and what it is to make of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from engine.data.base import Dataset, Place, Source
from engine.data.class_folders import listed, stamps
from engine.data.image_folder import (
    ENDINGS,
    MOST_BYTES,
    MOST_IMAGES,
    Color,
    open_image,
    squared,
)
from engine.data.places import resolve
from projects.errors import DataError
from projects.fields import shown
from projects.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL import Image

NAMES = ("a", "b")
Pair = tuple[Path, Path]


class ImagePairs(Source, frozen=True, tag="image_pairs"):
    """Pairs of images of the same size: an input, and the output that belongs to it.

    Either two folders *a* and *b* whose files have equal names, or one folder of images in which *a* stands
    left of *b*, as the sets of Isola et al. 2017 are made. Both are cut to the same square and scaled to
    fit. PNG, JPEG, BMP, GIF (first frame), WebP and TIFF, read by Pillow.
    """

    title: ClassVar[str] = "Pairs of images"
    category: ClassVar[str] = "Your own"
    order: ClassVar[int] = 73
    use: ClassVar[str] = (
        "For Image to image (pix2pix) with pairs of your own or published ones (facades, maps, "
        "edges to shoes): some hundred pairs give first results."
    )
    trouble: ClassVar[str] = (
        "Both must show the same, pixel on pixel; pairs shifted by a few pixels make the output "
        "blurred. The wrong direction is seen in the preview, not in the loss."
    )
    source: ClassVar[str] = (
        "Layout of two images side by side: Isola et al. 2017, Image-to-image translation with "
        "conditional adversarial networks"
    )

    path: Annotated[
        str,
        Meta(
            title="Folder",
            description="Holds the folders a and b, or images of both side by side.",
            max_length=4096,
            extra={"widget": "folder"},
        ),
    ] = ""
    layout: Annotated[
        Literal["two_folders", "side_by_side"],
        Meta(title="Layout", description="Where the two images of a pair are."),
    ] = "two_folders"
    direction: Annotated[
        Literal["a_to_b", "b_to_a"],
        Meta(
            title="Direction",
            description="Which of them is the input.",
            extra={"names": {"a_to_b": "A to B", "b_to_a": "B to A"}},
        ),
    ] = "a_to_b"
    side: Annotated[int, Meta(ge=4, le=1024, title="Side", extra={"unit": "px"})] = 64
    color: Color = "rgb"

    def fingerprint(self, place: Place) -> str:
        """Names, sizes and times of all images; see :meth:`Source.fingerprint`."""
        return stamps(path for pair in self._pairs(place) for path in dict.fromkeys(pair))

    def load(self, place: Place) -> Dataset:
        """Read every pair; see :meth:`Source.load`."""
        folder = resolve(self.path, place)
        pairs = self._pairs(place)
        channels = 3 if self.color == "rgb" else 1
        shape = (len(pairs), channels, self.side, self.side)
        inputs = self._room(folder, shape)
        targets = np.empty(shape, np.float32)
        for index, pair in enumerate(pairs):
            first, second = (squared(image, self.side) for image in self._read(pair))
            if self.direction == "b_to_a":
                first, second = second, first
            inputs[index] = first
            targets[index] = second / np.float32(255)
        return Dataset(kind="image", inputs=inputs, targets=targets, title=folder.name)

    def _room(self, folder: Path, shape: tuple[int, ...]) -> NDArray[np.uint8]:
        """Memory for the inputs; the outputs are kept as they are learned, in four bytes a value."""
        size = 5 * int(np.prod(shape, dtype=np.float64))
        if size > MOST_BYTES:
            message = _("{count:,} pairs of this size need {size:,} bytes of memory.")
            raise DataError(
                message.format(count=shape[0], size=size),
                where=str(folder),
                hint=_("Choose a smaller side, or leave some out."),
            )
        return np.empty(shape, np.uint8)

    def _read(self, pair: Pair) -> tuple[Image.Image, Image.Image]:
        if self.layout == "side_by_side":
            return _halves(pair[0], open_image(pair[0], self.color))
        first, second = (open_image(path, self.color) for path in pair)
        if first.size != second.size:
            message = _("the image is {size[0]} × {size[1]} pixels, its partner in {name} {other}.")
            other = f"{first.size[0]} × {first.size[1]}"
            raise DataError(
                message.format(size=second.size, name=pair[0].parent.name, other=other),
                where=str(pair[1]),
                hint=_("Both images of a pair have to be of the same size."),
            )
        return first, second

    def _pairs(self, place: Place) -> list[Pair]:
        folder = resolve(self.path, place)
        if not folder.is_dir():
            hint = _("Choose a folder of pairs.")
            raise DataError(_("this is not a folder."), where=str(folder), hint=hint)
        if self.layout == "side_by_side":
            pairs = [(path, path) for path in _images(folder, place).values()]
        else:
            pairs = list(_partners(*_two(folder, place), place))
        if not pairs:
            hint = _("Put images into it, or choose another folder or layout.")
            raise DataError(_("the folder holds no pair of images."), where=str(folder), hint=hint)
        if len(pairs) > MOST_IMAGES:
            message = _("there are more than {count:,} pairs.").format(count=MOST_IMAGES)
            raise DataError(message, where=str(folder), hint=_("Leave some out."))
        return pairs


def _two(folder: Path, place: Place) -> tuple[Path, Path]:
    """The folders a and b, whether their names are small or capital letters."""
    there = {e.name.lower(): Path(e.path) for e in listed(folder, place) if e.is_dir()}
    for name in NAMES:
        if name not in there:
            raise DataError(
                _("there is no folder “{name}” in it.").format(name=name),
                where=str(folder),
                hint=_("Put the inputs into a folder a, the outputs into b, with equal names."),
            )
    return there["a"], there["b"]


def _partners(first: Path, second: Path, place: Place) -> Iterator[Pair]:
    """Files of equal names, whatever their endings."""
    inputs, outputs = _images(first, place), _images(second, place)
    for mine, other, folder in ((inputs, outputs, second), (outputs, inputs, first)):
        for name, path in mine.items():
            if name not in other:
                raise DataError(
                    _("the image has no partner in the folder {name}.").format(name=folder.name),
                    where=str(path),
                    hint=_("Add {name} there, or take this one out.").format(name=shown(name)),
                )
    return ((path, outputs[name]) for name, path in inputs.items())


def _images(folder: Path, place: Place) -> dict[str, Path]:
    """Images of a folder by their names without endings."""
    found: dict[str, Path] = {}
    for entry in listed(folder, place):
        path = Path(entry.path)
        if path.suffix.lower() not in ENDINGS or not entry.is_file():
            continue
        if path.stem in found:
            raise DataError(
                _("there are two images called {name}.").format(name=shown(path.stem)),
                where=str(path),
                hint=_("Take one of them out, or give it another name."),
            )
        found[path.stem] = path
    return found


def _halves(path: Path, image: Image.Image) -> tuple[Image.Image, Image.Image]:
    width, height = image.size
    if width % 2:
        raise DataError(
            _("the image is {width} pixels wide, which two halves do not share.").format(
                width=width
            ),
            where=str(path),
            hint=_("Both images of a pair have to be of the same size."),
        )
    half = width // 2
    return image.crop((0, 0, half, height)), image.crop((half, 0, width, height))
