"""Films as MP4; needs the package av (FFmpeg's libraries), which is not installed by default."""

from __future__ import annotations

import importlib
import io
from collections.abc import Iterator
from fractions import Fraction
from gettext import gettext as _
from typing import Any

import numpy as np
from numpy.typing import NDArray

from projects.errors import UserError

QUALITY = "18"  # x264's constant rate factor: 0 loses nothing, 18 nothing that is seen
Pixels = NDArray[np.uint8]


def movie_of(pictures: Iterator[Pixels], picture_ms: int, hold_ms: int) -> bytes:
    """Return a film in H.264, its last picture held; it plays everywhere.

    Args:
        pictures: ``(height, width, 3)`` each, all of the first one's size.
        picture_ms: How long each is shown.
        hold_ms: How long the last one is.

    Raises:
        UserError: The package that packs films is missing.
        ValueError: There is no picture, or FFmpeg cannot pack them.
    """
    av = _av()
    packed, picture = io.BytesIO(), None
    try:
        with av.open(packed, "w", "mp4") as film:
            stream: Any = None
            for picture in pictures:
                if stream is None:
                    height, width = picture.shape[:2]
                    stream = film.add_stream("libx264", Fraction(1000, picture_ms))
                    stream.height, stream.width = (
                        height // 2 * 2,
                        width // 2 * 2,
                    )  # colours are halved
                    stream.pix_fmt, stream.options = "yuv420p", {"crf": QUALITY}
                film.mux(stream.encode(_frame(av, picture)))
            if picture is None:
                raise ValueError(_("There was nothing to film."))
            for _again in range(hold_ms // picture_ms):
                film.mux(stream.encode(_frame(av, picture)))
            film.mux(stream.encode(None))
    except av.error.FFmpegError as error:
        raise ValueError(str(error)) from error
    return packed.getvalue()


def _av() -> Any:
    try:
        return importlib.import_module("av")
    except ImportError as error:
        raise UserError(
            _("MP4 is written by the package av, which is not installed."),
            hint=_("pip install av, or save a .gif, .webp or .png."),
        ) from error


def _frame(av: Any, picture: Pixels) -> Any:
    height, width = (size // 2 * 2 for size in picture.shape[:2])
    return av.VideoFrame.from_ndarray(np.ascontiguousarray(picture[:height, :width]), "rgb24")
