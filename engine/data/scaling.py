"""Scaling of inputs, fitted on the training part alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.base import Kind

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Scaler:
    """``scaled = (raw − shift) / divisor``.

    Attributes:
        shift: ``()`` for all values alike or ``(columns,)``.
        divisor: Same shape, never zero.
        identity: Whether it changes nothing (indices, or no scaling asked for).
    """

    shift: NDArray[np.float64]
    divisor: NDArray[np.float64]
    identity: bool = False

    def apply(self, raw: NDArray[Any]) -> NDArray[Any]:
        """Scale raw inputs ``(examples, …)``; indices stay as they are."""
        if self.identity:
            return raw
        return np.ascontiguousarray((raw - self.shift) / self.divisor, dtype=np.float32)

    def invert(self, scaled: NDArray[Any]) -> NDArray[Any]:
        """Go back to the data's own units."""
        if self.identity:
            return scaled
        return np.ascontiguousarray(scaled * self.divisor + self.shift, dtype=np.float32)

    def to_dict(self) -> dict[str, Any]:
        """The scaler as plain values, as a run keeps it."""
        return {
            "shift": self.shift.tolist(),
            "divisor": self.divisor.tolist(),
            "identity": self.identity,
        }


IDENTITY = Scaler(np.zeros(()), np.ones(()), True)


def fit(how: str, train: NDArray[Any], kind: Kind) -> Scaler:
    """Return the scaler of a training part.

    Args:
        how: ``none``, ``standardize``, ``zero_to_one`` or ``minus_one_to_one``.
        train: Raw inputs ``(examples, …)`` of the training part; float32 (images 0–1) or indices.
        kind: Images and sequences are scaled alike everywhere, tables and points by column, windows
            of series by their last dimension; the range of images is at least 0 to 1.
    """
    if how == "none" or train.dtype.kind != "f" or not len(train):
        return IDENTITY
    columns = kind in ("table", "points") and train.ndim == 2
    axis = 0 if columns else (0, 1) if kind == "series" and train.ndim == 3 else None
    if how == "standardize":
        center = np.asarray(train.mean(axis=axis, dtype=np.float64))
        spread = np.asarray(train.std(axis=axis, dtype=np.float64))
        return Scaler(center, _never_zero(spread))
    low = np.asarray(train.min(axis=axis), np.float64)
    high = np.asarray(train.max(axis=axis), np.float64)
    if kind == "image":  # black and white stay where they are, however few of them there are
        low, high = np.minimum(low, 0.0), np.maximum(high, 1.0)
    if how == "zero_to_one":
        return Scaler(low, _never_zero(high - low))
    return Scaler((low + high) / 2, _never_zero((high - low) / 2))


def _never_zero(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """A column that never changes is shifted only."""
    return np.where(values > 1e-12, values, 1.0)
