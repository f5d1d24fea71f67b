"""Maps of the same examples, one after the other, lie as alike as they can without being changed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Turn = NDArray[np.float64]
STAY: Turn = np.eye(2)


def turn_of_axes(points: NDArray[np.floating], before: NDArray[np.floating]) -> Turn:
    """Return the best of the ways to mirror two axes and to exchange them.

    Principal components come in either direction, and two that are about as long change places from one step of a
    training to the next.

    Args:
        points: ``(n, 2)``.
        before: ``(n, 2)``, where the same examples were.

    Returns:
        A matrix ``(2, 2)`` of one ±1 in each row and column; ``points @ turn`` is nearest to ``before``.
    """
    products = points.astype(np.float64).T @ before
    signs = np.where(products < 0, -1.0, 1.0)
    stay = abs(products[0, 0]) + abs(products[1, 1])
    change = abs(products[0, 1]) + abs(products[1, 0])
    return np.asarray(signs * (np.eye(2) if stay >= change else np.eye(2)[::-1]))


def laid_over(points: NDArray[np.floating], before: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return points shifted and rotated, perhaps mirrored too, so that they are nearest to where they were.

    For maps whose axes say nothing, and whose middle lies anywhere. Schönemann 1966, *A generalized solution of the
    orthogonal Procrustes problem*.

    Args:
        points: ``(n, 2)``.
        before: ``(n, 2)``, where the same examples were.

    Returns:
        ``(n, 2)``.
    """
    middle = before.mean(axis=0)
    around = points - points.mean(axis=0, dtype=np.float64)
    left, _stretch, right = np.linalg.svd(around.T @ (before - middle))
    return np.asarray(around @ (left @ right) + middle)
