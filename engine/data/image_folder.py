"""The person's own images, a folder for every class."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from engine.data.base import Dataset, Place, Source
from engine.data.class_folders import ClassFiles, Words, class_files
from engine.data.places import resolve
from engine.data.streaming import wanted
from projects.errors import DataError
from projects.translation import gettext as _

if TYPE_CHECKING:
    from PIL import Image

# Only these are tried, whatever a name says: others, such as EPS, are programs that Pillow would run.
FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP", "TIFF")
ENDINGS = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff")
MOST_IMAGES = 200_000
MOST_PIXELS = 64_000_000
MOST_BYTES = 4 * 2**30
_DAMAGED = (OSError, SyntaxError, ValueError, EOFError, MemoryError, struct.error)

Color = Annotated[
    Literal["rgb", "grey"],
    Meta(title="Colour", extra={"names": {"rgb": "RGB", "grey": "greyscale"}}),
]


class ImageFolder(Source, frozen=True, tag="image_folder"):
    """Images in one folder per class; each is scaled to fit and cut to a square.

    PNG, JPEG, BMP, GIF (first frame), WebP and TIFF, read by Pillow.
    """

    title: ClassVar[str] = "Folder of images"
    category: ClassVar[str] = "Your own"
    order: ClassVar[int] = 72
    use: ClassVar[str] = (
        "For your own photos, one folder a class: Classification with augmentation, or a GAN of "
        "one kind of image. Sets larger than memory are read while training."
    )
    trouble: ClassVar[str] = (
        "Cutting to a square loses what stands at the edge. Copies or pictures of one series in "
        "training and test flatter the result. Folders of very different size are an imbalance. "
        "If all of one class come from one camera, the camera is learned."
    )

    path: Annotated[
        str,
        Meta(
            title="Folder",
            description="Holds one folder per class.",
            max_length=4096,
            extra={"widget": "folder"},
        ),
    ] = ""
    side: Annotated[int, Meta(ge=4, le=1024, title="Side", extra={"unit": "px"})] = 32
    color: Color = "rgb"

    def fingerprint(self, place: Place) -> str:
        """Names, sizes and times of all images; see :meth:`Source.fingerprint`."""
        return self._files(place).fingerprint()

    def load(self, place: Place) -> Dataset:
        """Read every image; see :meth:`Source.load`."""
        folder = resolve(self.path, place)
        paths, labels, classes = self._files(place)
        channels = 3 if self.color == "rgb" else 1
        shape = (len(paths), channels, self.side, self.side)
        if wanted(place.loading, shape):
            return Dataset(
                kind="image",
                inputs=np.empty((0, *shape[1:]), np.uint8),
                targets=np.array(labels, np.int64),
                classes=tuple(classes),
                title=folder.name,
                picture=shape[1:],
                reader=ImageReader(paths, self.side, self.color),
            )
        size = len(paths) * channels * self.side**2
        if size > MOST_BYTES:
            raise DataError(
                _("{count:,} images of this size need {size:,} bytes of memory.").format(
                    count=len(paths), size=size
                ),
                where=str(folder),
                hint=_("Choose a smaller side, or let them be streamed."),
            )
        images = np.empty((len(paths), channels, self.side, self.side), np.uint8)
        for index, path in enumerate(paths):
            images[index] = read_image(path, self.side, self.color)
        return Dataset(
            kind="image",
            inputs=images,
            targets=np.array(labels, np.int64),
            classes=tuple(classes),
            title=folder.name,
        )

    def _files(self, place: Place) -> ClassFiles:
        words = Words(
            choose=_("Choose a folder of images."),
            sort=_("Put the images of every class into a folder of their own."),
            none=_("the class {name} holds no image."),
            many=_("there are more than {count:,} images."),
        )
        return class_files(resolve(self.path, place), place, ENDINGS, words, MOST_IMAGES)


class ImageReader:
    """Reads images when they are asked for.

    Args:
        paths: The files.
        side: Pixels on a side.
        color: ``rgb`` or ``grey``.
    """

    def __init__(self, paths: list[Path], side: int, color: str) -> None:
        self._paths = paths
        self._side = side
        self._color = color
        self.shape: tuple[int, ...] = (len(paths), 3 if color == "rgb" else 1, side, side)
        self.dtype: np.dtype[Any] = np.dtype(np.uint8)

    def take(self, places: NDArray[np.int64]) -> NDArray[Any]:
        """Read images; see :class:`engine.data.streaming.Reader`."""
        made = np.empty((len(places), *self.shape[1:]), np.uint8)
        for row, place in enumerate(places):
            made[row] = read_image(self._paths[int(place)], self._side, self._color)
        return made


def read_image(path: Path, side: int, color: str) -> NDArray[np.uint8]:
    """Return an image ``(channels, side, side)``, cut to a square about its centre.

    Args:
        path: The file.
        side: Pixels on a side.
        color: ``rgb`` or ``grey``.

    Raises:
        DataError: Unreadable, cut off, or with more pixels than a photograph has.
    """
    return squared(open_image(path, color), side)


def squared(image: Image.Image, side: int) -> NDArray[np.uint8]:
    """Return an image as ``(channels, side, side)``, cut to a square about its centre."""
    from PIL import Image, ImageOps

    pixels = np.asarray(ImageOps.fit(image, (side, side), Image.Resampling.BILINEAR))
    return pixels[None] if pixels.ndim == 2 else pixels.transpose(2, 0, 1)


def open_image(path: Path, color: str) -> Image.Image:
    """Return an image as it is to be looked at, upright, with 8 bits a value.

    Args:
        path: The file.
        color: ``rgb`` or ``grey``.

    Raises:
        DataError: Unreadable, cut off, or with more pixels than a photograph has.
    """
    import warnings

    from PIL import Image, ImageOps

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path, formats=FORMATS) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise _too_large(path)
                upright = ImageOps.exif_transpose(image)
                return _eight_bits(path, upright).convert("RGB" if color == "rgb" else "L")
    except Image.DecompressionBombError as error:
        raise _too_large(path) from error
    except _DAMAGED as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> DataError:
    """Return what is said of a file that gives no image; the words of Pillow are for programmers."""
    from PIL import UnidentifiedImageError

    if isinstance(error, OSError) and error.strerror:
        message = _("the image cannot be read: {reason}.").format(reason=error.strerror)
    elif not isinstance(error, UnidentifiedImageError):
        message = _("the image is damaged or cut off.")
    elif not path.stat().st_size:
        message = _("the file is empty.")
    else:
        message = _("what the file holds is none of {kinds}.").format(kinds=", ".join(FORMATS))
    hint = _("Replace it or take it out of the folder.")
    return DataError(message, where=str(path), hint=hint)


def _too_large(path: Path) -> DataError:
    return DataError(
        _("the image has more than {most:,} pixels.").format(most=MOST_PIXELS),
        where=str(path),
        hint=_("Make it smaller first; training looks at little squares."),
    )


def _eight_bits(path: Path, image: Image.Image) -> Image.Image:
    """Bring 16 bits a pixel down to 8, where Pillow would cut off everything above 255."""
    from PIL import Image

    if image.mode.startswith("I;16"):
        return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    if image.mode in ("I", "F"):
        raise DataError(
            _("pixels of 32 bits have no agreed black and white."),
            where=str(path),
            hint=_("Save it with 8 or 16 bits, or give the numbers as an NPZ file."),
        )
    return image
