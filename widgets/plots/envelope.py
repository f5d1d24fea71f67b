"""Curves drawn with no more points than pixels, no peak lost."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def envelope(
    x: NDArray[np.generic], y: Floats, low: float, high: float, bins: int
) -> tuple[Floats, Floats]:
    """Return a curve of at most ``2 · bins + 4`` points that looks the same between two abscissas.

    Each bin of neighbouring points gives its least and its greatest value, in the order in which
    they occur, so that spikes survive. One point beyond either end is kept, so lines run to the edge.

    Args:
        x: Rising abscissas ``(n,)``.
        y: Ordinates ``(n,)``; values that are not finite are left out of the bins' extremes.
        low: Left end of what is visible.
        high: Right end.
        bins: About the width in pixels.
    """
    first = max(int(np.searchsorted(x, low, side="left")) - 1, 0)
    last = min(int(np.searchsorted(x, high, side="right")) + 1, len(x))
    x, y = x[first:last], y[first:last]
    if len(x) <= 2 * bins:
        return x.astype(np.float64), y
    size = -(-len(x) // bins)
    whole = len(x) // size
    cut = whole * size
    chosen = np.concatenate(
        [
            _extremes(y[:cut].reshape(whole, size)) + np.arange(whole)[:, None] * size,
            _extremes(y[cut:][None]) + cut if cut < len(x) else np.zeros((0, 2), np.int64),
        ]
    )
    ends = np.array([0, len(x) - 1])
    index = np.union1d(chosen.reshape(-1), ends)
    return x[index].astype(np.float64), y[index]


def _extremes(bins: Floats) -> NDArray[np.int64]:
    """Return where each row of ``bins`` ``(n, size)`` is least and greatest, ``(n, 2)``."""
    finite = np.isfinite(bins)
    lowest = np.where(finite, bins, np.inf).argmin(axis=1)
    highest = np.where(finite, bins, -np.inf).argmax(axis=1)
    return np.stack([lowest, highest], axis=1)


def smooth(values: Floats, weight: float) -> Floats:
    """Return the exponential moving average, corrected for its start.

    ``m ← w·m + (1−w)·x`` divided by ``1 − wᵗ`` (the correction of Kingma & Ba 2015). Computed in
    blocks, so that a million values take milliseconds. Values that are not finite are skipped.

    Args:
        values: ``(n,)``.
        weight: 0 (no smoothing) to less than 1.
    """
    if weight <= 0 or not len(values):
        return values
    finite = np.isfinite(values)
    kept = values[finite]
    if not len(kept):
        return values
    out = np.empty(len(kept))
    # Powers inside a block stay far from underflow.
    block = max(1, min(len(kept), int(200 / max(-np.log10(weight), 1e-6))))
    powers = weight ** np.arange(1, block + 1)
    carry = 0.0
    for start in range(0, len(kept), block):
        part = kept[start : start + block]
        scale = powers[: len(part)]
        out[start : start + len(part)] = scale * (carry + (1 - weight) * np.cumsum(part / scale))
        carry = out[start + len(part) - 1]
    out /= 1 - weight ** np.arange(1, len(kept) + 1)
    result = np.full(len(values), np.nan)
    result[finite] = out
    return result
