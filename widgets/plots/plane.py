"""Points in the plane: real beside generated, or classes over the surface that separates them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from pyqtgraph.graphicsItems.ScatterPlotItem import renderSymbol
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QVBoxLayout, QWidget

from widgets import theme

SYMBOLS = ("o", "s", "t", "d", "+", "x", "p", "h", "star", "t1")


def marker(index: int, color: QColor, size: int = 10) -> QIcon:
    """Return the mark that the points of the ``index``-th group have, for a legend."""
    symbol = SYMBOLS[index % len(SYMBOLS)]
    picture = renderSymbol(symbol, size, pg.mkPen(None), pg.mkBrush(color))
    return QIcon(QPixmap.fromImage(picture))


class Plane(QWidget):
    """A plot of points with equal axes and, under them, a coloured surface.

    Args:
        title: Accessible name.
        parent: Qt parent.
    """

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("plane")
        self.setAccessibleName(title)
        self.plot = pg.PlotWidget()
        self.plot.setObjectName("plotArea")
        self.plot.setAccessibleName(title)
        self.plot.setMenuEnabled(False)
        self.plot.hideButtons()
        self.plot.setAspectLocked(True)
        self._surface = pg.ImageItem()
        self._surface.setZValue(-10)
        self.plot.addItem(self._surface)
        self._groups: list[pg.ScatterPlotItem] = []
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.plot)
        self.retheme()

    def set_groups(self, groups: Sequence[tuple[str, NDArray[np.floating], QColor, float]]) -> None:
        """Show groups of points, later ones on top.

        Args:
            groups: Name, points ``(n, 2)``, colour and size in pixels of each.
        """
        while len(self._groups) > len(groups):
            self.plot.removeItem(self._groups.pop())
        while len(self._groups) < len(groups):
            item = pg.ScatterPlotItem(pxMode=True, pen=None, useCache=True)
            self._groups.append(item)
            self.plot.addItem(item)
        for index, (item, (name, points, color, size)) in enumerate(
            zip(self._groups, groups, strict=True)
        ):
            item.setData(
                x=np.ascontiguousarray(points[:, 0], dtype=np.float64),
                y=np.ascontiguousarray(points[:, 1], dtype=np.float64),
                brush=pg.mkBrush(color),
                symbol=SYMBOLS[index % len(SYMBOLS)],
                size=size,
                name=name,
            )

    def set_surface(
        self,
        classes: NDArray[np.integer] | None,
        certainty: NDArray[np.floating] | None,
        extent: Sequence[float],
        colors: Sequence[QColor],
    ) -> None:
        """Paint which class each place belongs to, paler where less certain.

        Args:
            classes: ``(rows, columns)`` class at each place, the first row at the bottom, or None.
            certainty: ``(rows, columns)`` from 0 to 1.
            extent: ``x0, x1, y0, y1`` of the surface.
            colors: Colour of each class.
        """
        if classes is None or certainty is None:
            self._surface.clear()
            return
        table = np.array([(c.red(), c.green(), c.blue()) for c in colors], np.uint8)
        picture = np.empty((*classes.shape, 4), np.uint8)
        picture[..., :3] = table[np.asarray(classes) % len(table)]
        least = 1 / max(len(colors), 2)
        sure = np.clip((certainty - least) / (1 - least), 0, 1)
        picture[..., 3] = (25 + 95 * sure).astype(np.uint8)
        self._surface.setImage(picture.transpose(1, 0, 2))
        x0, x1, y0, y1 = (float(value) for value in extent)
        self._surface.setRect(QRectF(x0, y0, x1 - x0, y1 - y0))

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        tokens = theme.current()
        self.plot.setBackground(tokens.color("surface"))
        for side in ("left", "bottom"):
            axis = self.plot.getAxis(side)
            axis.setPen(tokens.color("border"))
            axis.setTextPen(tokens.color("muted"))
        self.plot.showGrid(x=True, y=True, alpha=0.1)
