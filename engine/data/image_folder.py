"""The person's own images, a folder for every class."""

from __future__ import annotations

import os
from gettext import gettext as _
from pathlib import Path
from typing import Annotated, ClassVar, Literal

import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from engine.data.base import Dataset, Place, Source
from engine.data.places import resolve
from projects.errors import DataError

ENDINGS = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff")
MOST_IMAGES = 200_000
MOST_PIXELS = 64_000_000
MOST_BYTES = 4 * 2**30


class ImageFolder(Source, frozen=True, tag="image_folder"):
    """Images in one folder per class; each is scaled to fit and cut to a square.

    PNG, JPEG, BMP, GIF (first frame), WebP and TIFF, read by Pillow.
    """

    title: ClassVar[str] = "Folder of images"
    category: ClassVar[str] = "Your own"
    order: ClassVar[int] = 72

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
    color: Annotated[Literal["rgb", "grey"], Meta(title="Colour")] = "rgb"

    def fingerprint(self, place: Place) -> str:
        """Names, sizes and times of all images; see :meth:`Source.fingerprint`."""
        import zlib

        total = 0
        for path in _files(resolve(self.path, place))[0]:
            found = path.stat()
            total = zlib.crc32(f"{path}{found.st_size}{found.st_mtime_ns}".encode(), total)
        return f"{total:08x}"

    def load(self, place: Place) -> Dataset:
        """Read every image; see :meth:`Source.load`."""
        folder = resolve(self.path, place)
        paths, labels, classes = _files(folder)
        channels = 3 if self.color == "rgb" else 1
        size = len(paths) * channels * self.side**2
        if size > MOST_BYTES:
            raise DataError(
                _("{count:,} images of this size need {size:,} bytes of memory.").format(
                    count=len(paths), size=size
                ),
                where=str(folder),
                hint=_("Choose a smaller side."),
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


def read_image(path: Path, side: int, color: str) -> NDArray[np.uint8]:
    """Return an image ``(channels, side, side)``, cut to a square about its centre.

    Args:
        path: The file.
        side: Pixels on a side.
        color: ``rgb`` or ``grey``.

    Raises:
        DataError: Unreadable, cut off, or with more pixels than a photograph has.
    """
    import warnings

    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise DataError(
                        _("{width:,} × {height:,} pixels are too many.").format(
                            width=image.width, height=image.height
                        ),
                        where=str(path),
                    )
                upright = ImageOps.exif_transpose(image)
                plain = upright.convert("RGB" if color == "rgb" else "L")
                fitted = ImageOps.fit(plain, (side, side), Image.Resampling.BILINEAR)
    except (OSError, UnidentifiedImageError, SyntaxError, ValueError, EOFError) as error:
        raise DataError(
            _("the image cannot be read: {reason}.").format(reason=error),
            where=str(path),
            hint=_("Replace it or take it out of the folder."),
        ) from error
    except Image.DecompressionBombError as error:
        raise DataError(_("the image has too many pixels."), where=str(path)) from error
    pixels = np.asarray(fitted)
    return pixels[None] if pixels.ndim == 2 else pixels.transpose(2, 0, 1)


def _files(folder: Path) -> tuple[list[Path], list[int], list[str]]:
    """Return the images, the class of each, and the names of the classes."""
    if not folder.is_dir():
        raise DataError(_("this is not a folder."), where=str(folder))
    classes = sorted(entry.name for entry in os.scandir(folder) if entry.is_dir())
    classes = [name for name in classes if not name.startswith(".")]
    if not classes:
        raise DataError(
            _("the folder holds no folder."),
            where=str(folder),
            hint=_("Put the images of every class into a folder of their own."),
        )
    paths: list[Path] = []
    labels: list[int] = []
    for label, name in enumerate(classes):
        found = sorted(
            Path(entry.path)
            for entry in os.scandir(folder / name)
            if entry.is_file() and entry.name.lower().endswith(ENDINGS)
        )
        if not found:
            raise DataError(
                _("the class “{name}” holds no image.").format(name=name),
                where=str(folder / name),
                hint=_("Put images into it or remove the folder."),
            )
        paths += found
        labels += [label] * len(found)
        if len(paths) > MOST_IMAGES:
            raise DataError(
                _("there are more than {count:,} images.").format(count=MOST_IMAGES),
                where=str(folder),
            )
    return paths, labels, classes
