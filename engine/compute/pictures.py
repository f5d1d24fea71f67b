"""Examples as panels show them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.prepare import Prepared

MARGIN = 0.08


def of_examples(inputs: NDArray[Any], data: Prepared) -> dict[str, NDArray[Any]]:
    """Return prepared inputs as ``images`` (see :func:`as_images`) or as ``inputs`` in their units."""
    if data.info.kind == "image" and inputs.ndim == 4:
        return {"images": as_images(inputs, data.info.low, data.info.high)}
    flat = np.asarray(data.scaler.invert(inputs), np.float32)
    return {"inputs": flat.reshape(len(flat), -1)}


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
