"""Films as MP4; needs the package av (FFmpeg's libraries), which is not installed by default."""

from __future__ import annotations

import importlib
import io
import itertools
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from projects.errors import UserError
from projects.translation import gettext as _

QUALITY = "18"  # x264's constant rate factor: 0 loses nothing, 18 nothing that is seen
Pixels = NDArray[np.uint8]


def movie_of(first: Pixels, others: Iterator[Pixels], picture_ms: int, hold_ms: int) -> bytes:
    """Return a film in H.264, its last picture held.

    Args:
        first: ``(height, width, 3)``.
        others: What follows, of the same size.
        picture_ms: How long each is shown.
        hold_ms: How long the last one is.

    Raises:
        UserError: The package that packs films is missing.
        ValueError: FFmpeg cannot pack them.
    """
    av = _av()
    packed, picture = io.BytesIO(), first
    height, width = _even(first)
    try:
        with av.open(packed, "w", "mp4") as film:
            stream = film.add_stream("libx264", Fraction(1000, picture_ms))
            stream.height, stream.width = height, width
            stream.pix_fmt, stream.options = "yuv420p", {"crf": QUALITY}
            for picture in itertools.chain([first], others):
                film.mux(stream.encode(_frame(av, picture)))
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
    height, width = _even(picture)
    return av.VideoFrame.from_ndarray(np.ascontiguousarray(picture[:height, :width]), "rgb24")


def _even(picture: Pixels) -> tuple[int, int]:
    """Height and width that can be halved, as the film has one colour for four pixels."""
    height, width = picture.shape[:2]
    return height // 2 * 2, width // 2 * 2
