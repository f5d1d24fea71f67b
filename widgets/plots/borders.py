"""Where in the plane one answer gives way to another: the line of even odds, from answers on a grid."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

CORNERS = ((0, 0), (0, 1), (1, 1), (1, 0))  # of a square of the grid, row and column, around it


def borders(
    classes: NDArray[np.integer],
    certainty: NDArray[np.floating],
    count: int,
    extent: Sequence[float],
) -> NDArray[np.float64]:
    """Return the ends of short lines that together are the borders between classes.

    On an edge of the grid whose ends are of different classes the border is where their leads over pure chance would
    be even, which for two classes is a probability of ½. Where three or four classes meet, lines meet in the middle.

    Args:
        classes: ``(rows, columns)`` class at each place.
        certainty: ``(rows, columns)`` its probability.
        count: How many classes there are.
        extent: ``x0, x1, y0, y1`` of the first and the last places.

    Returns:
        ``(2 n, 2)``: two ends of each line.
    """
    rows, columns = classes.shape
    if min(rows, columns) < 2:
        return np.zeros((0, 2))
    chance = 1 / max(count, 2)
    lead = np.maximum(np.nan_to_num(np.asarray(certainty, np.float64)) - chance, 1e-9)
    kinds, leads = (
        [grid[r : rows - 1 + r, c : columns - 1 + c] for r, c in CORNERS]
        for grid in (np.asarray(classes), lead)
    )
    places = [
        np.stack(np.broadcast_arrays(_places(c, columns), _places(r, rows)[:, None]), -1)
        for r, c in CORNERS
    ]
    crossed, points = [], []
    for here, there in ((0, 1), (1, 2), (2, 3), (3, 0)):
        share = (leads[here] / (leads[here] + leads[there]))[..., None]
        crossed.append(kinds[here] != kinds[there])
        points.append(places[here] + share * (places[there] - places[here]))
    cut, at = np.stack(crossed, -1), np.stack(points, -2)
    lines = _joined(cut, at)
    x0, x1, y0, y1 = (float(value) for value in extent)
    made: NDArray[np.float64] = np.array([x0, y0]) + lines * np.array([x1 - x0, y1 - y0])
    return made


def _places(offset: int, count: int) -> NDArray[np.float64]:
    """Shares of the way from the first place to the last one, at one end of each step."""
    return (np.arange(count - 1) + offset) / (count - 1)


def _joined(cut: NDArray[np.bool_], at: NDArray[np.float64]) -> NDArray[np.float64]:
    """Join the crossings of every square: two with each other, more with their middle.

    Args:
        cut: ``(rows, columns, 4)`` which edges are crossed.
        at: ``(rows, columns, 4, 2)`` where.
    """
    many = cut.sum(-1)
    two = many == 2
    pairs = at[two][cut[two]].reshape(-1, 2)
    several = many > 2
    middle = (at * cut[..., None]).sum(-2) / np.maximum(many, 1)[..., None]
    spokes = np.stack([at, np.broadcast_to(middle[..., None, :], at.shape)], -2)
    return np.concatenate([pairs, spokes[several][cut[several]].reshape(-1, 2)])
