"""Examples as panels show them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.prepare import Prepared

MARGIN = 0.08


def of_examples(inputs: NDArray[Any], data: Prepared) -> dict[str, NDArray[Any]]:
    """Return prepared inputs as ``images`` (see :func:`as_images`) or as ``inputs`` in their units."""
    images = images_of(inputs, data)
    if images is not None:
        return {"images": images}
    flat = np.asarray(data.scaler.invert(inputs), np.float32)
    return {"inputs": flat.reshape(len(flat), -1)}


def images_of(inputs: NDArray[Any], data: Prepared) -> NDArray[np.uint8] | None:
    """Return examples as networks see them ``(n, …)`` as images (see :func:`as_images`).

    Images that networks read as rows or vectors become images again; None where there are none.
    """
    info = data.info
    if not info.picture:
        return None
    if info.kind == "image":
        return as_images(inputs, info.low, info.high)
    return as_images(data.scaler.invert(inputs).reshape(-1, *info.picture), 0.0, 1.0)


def smaller(images: NDArray[np.uint8], pixels: int) -> NDArray[np.uint8]:
    """Return images ``(n, h, w, c)`` of which every so many rows and columns are left out, if they are too large.

    Args:
        images: The images.
        pixels: How many pixels each may have at most.
    """
    every = max(1, int(np.ceil((images.shape[1] * images.shape[2] / max(1, pixels)) ** 0.5)))
    return np.ascontiguousarray(images[:, ::every, ::every])


def as_images(inputs: NDArray[Any], low: float, high: float) -> NDArray[np.uint8]:
    """Return ``(images, channels, height, width)`` floats as uint8, channels last.

    Args:
        inputs: The images.
        low: The value that is black.
        high: The value that is white.
    """
    unit = (inputs - low) / max(high - low, 1e-12)
    levels = np.rint(np.clip(np.nan_to_num(unit), 0, 1) * 255).astype(np.uint8)
    return np.ascontiguousarray(levels.transpose(0, 2, 3, 1))


def extent(points: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the least and greatest coordinates of points ``(n, 2)``, with a margin around them."""
    low, high = points.min(axis=0), points.max(axis=0)
    margin = np.maximum(high - low, 1e-6) * MARGIN
    return low - margin, high + margin
