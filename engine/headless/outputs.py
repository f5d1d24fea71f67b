"""Files that commands write: arrays as NPZ, pictures as PNG."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.headless.console import UsageError
from projects import atomic
from projects.translation import gettext as _

SHEET_SIDE = 1024
GAP = 2
_INK, _PAPER, _LINE = 40, 255, 128


def write_npz(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write arrays to a compressed NPZ file.

    Raises:
        FileError: It cannot be written.
    """
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    atomic.write(path, buffer.getvalue())


def write_sheet(path: Path, samples: NDArray[Any]) -> None:
    """Write samples as one picture: images side by side, points of the plane as dots.

    Args:
        path: The PNG file.
        samples: Images ``(n, channels, height, width)`` from 0 to 1, or points ``(n, 2)``.

    Raises:
        FileError: It cannot be written.
        UsageError: The samples cannot be shown as a picture.
    """
    from PIL import Image

    if samples.ndim == 4 and samples.shape[1] in (1, 3):
        pixels = _tiled(samples)
    elif samples.ndim == 2 and samples.shape[1] == 2:
        pixels = _scattered(samples)
    else:
        raise UsageError(
            _("samples of the shape {shape} cannot be shown as a picture.").format(
                shape="×".join(map(str, samples.shape[1:]))
            ),
            hint=_("Write them to a file whose name ends in .npz."),
        )
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    atomic.write(path, buffer.getvalue())


def _tiled(images: NDArray[Any]) -> NDArray[np.uint8]:
    """Return images in a grid that is about square, magnified by a whole number."""
    count, channels, height, width = images.shape
    columns = int(np.ceil(np.sqrt(count)))
    rows = -(-count // columns)
    scale = max(1, SHEET_SIDE // (columns * (max(height, width) + GAP)))
    levels = np.clip(np.nan_to_num(images) * 255 + 0.5, 0, 255).astype(np.uint8)
    big = levels.repeat(scale, axis=2).repeat(scale, axis=3)
    padded = np.pad(
        big, ((0, rows * columns - count), (0, 0), (0, GAP), (0, GAP)), constant_values=_LINE
    )
    grid = padded.reshape(rows, columns, channels, *padded.shape[2:])
    sheet = grid.transpose(0, 3, 1, 4, 2).reshape(rows * padded.shape[2], -1, channels)
    return np.ascontiguousarray(sheet[..., 0] if channels == 1 else sheet)


def _scattered(points: NDArray[Any]) -> NDArray[np.uint8]:
    """Return points as dots of two by two pixels on a square that holds them all."""
    side = SHEET_SIDE // 2
    shown = points[np.isfinite(points).all(axis=1)]
    picture = np.full((side, side), _PAPER, np.uint8)
    if not len(shown):
        return picture
    low, high = shown.min(axis=0), shown.max(axis=0)
    span = max(float((high - low).max()), 1e-9) * 1.1
    places = ((shown - (low + high) / 2) / span + 0.5) * (side - 2)
    x, y = places.astype(int).T
    for right in (0, 1):
        for down in (0, 1):
            picture[side - 2 - y + down, x + right] = _INK
    return picture
