"""Numbers as colours of the theme: signed ones around nothing, others from low to high."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from widgets import theme

Pixels = NDArray[np.uint8]


def signed(values: NDArray[np.floating], limit: float) -> Pixels:
    """Return colours ``(…, 3)``: blue below 0, the ground at 0, orange above; NaN is a line.

    Args:
        values: Any shape.
        limit: What has the full colour, on both sides.
    """
    tokens = theme.current()
    stops = [tokens.series_color(0), tokens.color("surface"), tokens.series_color(1)]
    return _mixed(values, -limit, limit, stops)


def rising(values: NDArray[np.floating], low: float, high: float) -> Pixels:
    """Return colours ``(…, 3)`` of the theme's map from low to high; NaN is a line.

    Args:
        values: Any shape.
        low: What has the first colour.
        high: What has the last one.
    """
    table = pg.colormap.get(theme.current().colormap)
    stops = [QColor(*(int(part) for part in row[:3])) for row in table.getLookupTable(0, 1, 32)]
    return _mixed(values, low, high, stops)


def limit_of(values: NDArray[np.floating]) -> float:
    """Return the largest size of finite values; 1 where all are 0."""
    sizes = np.abs(values[np.isfinite(values)])
    return float(sizes.max()) if sizes.size and sizes.max() > 0 else 1.0


def _mixed(values: NDArray[np.floating], low: float, high: float, stops: list[QColor]) -> Pixels:
    array = np.asarray(values, np.float64)
    table = np.array([(c.red(), c.green(), c.blue()) for c in stops], np.float64)
    shares = np.clip((np.nan_to_num(array) - low) / max(high - low, 1e-30), 0, 1)
    places = shares * (len(table) - 1)
    below = np.minimum(places.astype(int), len(table) - 2)
    part = (places - below)[..., None]
    made = table[below] * (1 - part) + table[below + 1] * part
    line = theme.current().color("border")
    made[~np.isfinite(array)] = (line.red(), line.green(), line.blue())
    return np.asarray(np.rint(made), np.uint8)
