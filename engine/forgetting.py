"""How long a recurrent memory lasts, from the gates that say which share of it stays; torch-free."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

KEEPS = frozenset({"f", "z"})
"""The gates that say which share of a memory stays: of an LSTM f, of a GRU z."""
LEAST_KEPT, MOST_KEPT = 1e-6, 1 - 1e-6


def left_at_end(keeps: NDArray[Any], backwards: bool = False) -> NDArray[np.float64]:
    """Return which share of what a memory holds after a step is still there after the last: ``Π_{s > t} k_s``.

    Args:
        keeps: Which share stays at every step ``(…, steps, units)``.
        backwards: Whether it is read from the last step to the first.

    Returns:
        As ``keeps``; 1 at the step that is read last.
    """
    later = np.asarray(keeps, np.float64)
    later = later if backwards else np.flip(later, -2)
    products = np.cumprod(later, axis=-2)
    left = np.concatenate([np.ones_like(later[..., :1, :]), products[..., :-1, :]], axis=-2)
    return left if backwards else np.flip(left, -2)


def memory_length(keeps: NDArray[Any]) -> NDArray[np.float64]:
    """Return after how many steps 1/e of a memory is left, by unit: ``−1 / mean ln k``.

    Near 1 that is the forgetting time ``1 / (1 − k)`` of Tallec & Ollivier 2018, *Can recurrent neural networks warp
    time?*, section 2.

    Args:
        keeps: Which share stays at every step ``(…, steps, units)``.
    """
    shares = np.clip(np.asarray(keeps, np.float64), LEAST_KEPT, MOST_KEPT)
    lengths: NDArray[np.float64] = -1 / np.log(shares).mean(axis=tuple(range(shares.ndim - 1)))
    return lengths
