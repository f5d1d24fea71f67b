"""Points in the plane: real beside generated, over a surface of classes or of values, with arrows."""

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
from widgets.plots.borders import borders
from widgets.plots.frame import bare_plot, color_frame

MARGIN = 0.02  # beside what is shown, as a share of it
RING = 17.0  # pixels
FINER = 4  # pixels of a surface of values for one place, each way
HEAD, SPREAD = 0.35, 0.4  # of an arrow: its head's length, and half of its width, by the shaft
ALPHA = 130
BORDER = 1.6  # pixels
SYMBOLS = ("o", "s", "t", "d", "+", "x", "p", "h", "star", "t1")


class _CloseBox(pg.ViewBox):  # type: ignore[misc]  # pyqtgraph has no types
    """Leaves little room around what is shown, however small it is."""

    def suggestPadding(self, _axis: int) -> float:
        """Return the margin as a share of what is shown."""
        return MARGIN


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
        self.plot = bare_plot(title, box=_CloseBox(enableMenu=False))
        self.plot.setAspectLocked(True)
        self._surface = pg.ImageItem()
        self._surface.setZValue(-10)
        self.plot.addItem(self._surface)
        self._borders = pg.PlotCurveItem(antialias=True)
        self._borders.setZValue(-5)
        self.plot.addItem(self._borders, ignoreBounds=True)
        self._groups: list[pg.ScatterPlotItem] = []
        self._arrows = pg.PlotCurveItem(antialias=True)
        self._arrows.setZValue(20)
        self.plot.addItem(self._arrows, ignoreBounds=True)
        self._rings: pg.ScatterPlotItem | None = None
        self._words: list[pg.TextItem] = []
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
        """Paint which class each place belongs to, paler where less certain, and a line where one gives way to another.

        Args:
            classes: ``(rows, columns)`` class at each place, the first row at the bottom, or None.
            certainty: ``(rows, columns)`` from 0 to 1.
            extent: ``x0, x1, y0, y1`` of the surface.
            colors: Colour of each class.
        """
        if classes is None or certainty is None:
            self._clear_surface()
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
        lines = borders(classes, certainty, len(colors), extent)
        self._borders.setData(x=lines[:, 0], y=lines[:, 1], connect="pairs")

    def _clear_surface(self) -> None:
        self._surface.clear()
        self._borders.setData(x=[], y=[])

    def set_values(
        self,
        values: NDArray[np.floating] | None,
        extent: Sequence[float],
        scale: tuple[float, float],
        colors: Sequence[QColor],
    ) -> None:
        """Paint values as colours, with those in between mixed.

        Args:
            values: ``(rows, columns)``, the first row at the bottom, or None.
            extent: ``x0, x1, y0, y1`` of the surface.
            scale: Values of the first and the last colour.
            colors: From low to high.
        """
        self._clear_surface()
        if values is None:
            return
        low, high = scale
        stops = np.linspace(0, 1, len(colors))
        table = pg.ColorMap(stops, list(colors)).getLookupTable(nPts=256, alpha=True)
        table = table.astype(np.uint8)
        table[:, 3] = ALPHA
        shares = (finer(values) - low) / max(high - low, 1e-12)
        shares = np.clip(np.nan_to_num(shares, nan=0.5), 0, 1)
        picture = table[(shares * 255).astype(np.uint8)]
        self._surface.setImage(picture.transpose(1, 0, 2))
        x0, x1, y0, y1 = (float(value) for value in extent)
        self._surface.setRect(QRectF(x0, y0, x1 - x0, y1 - y0))

    def set_arrows(
        self, tails: NDArray[np.floating], ways: NDArray[np.floating], color: QColor
    ) -> None:
        """Show arrows.

        Args:
            tails: Where they begin ``(n, 2)``.
            ways: From there to their heads ``(n, 2)``.
            color: Their colour.
        """
        lines = arrow_lines(tails, ways)
        self._arrows.setData(x=lines[:, 0], y=lines[:, 1], connect="pairs")
        self._arrows.setPen(pg.mkPen(color, width=1))

    def set_path(self, places: NDArray[np.floating], color: QColor) -> None:
        """Show a line from place to place; it takes the room of arrows.

        Args:
            places: ``(n, 2)``.
            color: Its colour.
        """
        line = np.asarray(places, np.float64)
        self._arrows.setData(x=line[:, 0], y=line[:, 1], connect="all")
        self._arrows.setPen(pg.mkPen(color, width=1))

    def set_rings(
        self, places: NDArray[np.floating], symbols: Sequence[str], colors: Sequence[QColor]
    ) -> None:
        """Show outlines at places.

        Args:
            places: ``(n, 2)``.
            symbols: What each looks like.
            colors: Colour of each.
        """
        if self._rings is None:
            self._rings = pg.ScatterPlotItem(pxMode=True, brush=pg.mkBrush(None))
            self._rings.setZValue(10)
            self.plot.addItem(self._rings, ignoreBounds=True)
        self._rings.setData(
            x=np.ascontiguousarray(places[:, 0], dtype=np.float64),
            y=np.ascontiguousarray(places[:, 1], dtype=np.float64),
            symbol=list(symbols),
            pen=[pg.mkPen(color, width=1.5) for color in colors],
            size=RING,
        )

    def set_words(self, places: NDArray[np.floating], words: Sequence[str], color: QColor) -> None:
        """Write short words beside places.

        Args:
            places: ``(n, 2)``.
            words: One for each.
            color: Their colour.
        """
        while self._words:
            self.plot.removeItem(self._words.pop())
        for (x, y), word in zip(np.asarray(places, np.float64), words, strict=True):
            item = pg.TextItem(word, color=color, anchor=(-0.2, 1.0))
            item.setPos(float(x), float(y))
            item.setZValue(30)
            self.plot.addItem(item, ignoreBounds=True)
            self._words.append(item)

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        color_frame(self.plot)
        self._borders.setPen(pg.mkPen(theme.current().color("text"), width=BORDER))
        self.plot.showGrid(x=True, y=True, alpha=0.1)


def finer(values: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return values ``(rows, columns)`` at :data:`FINER` times as many places each way, mixed in between."""
    made = np.asarray(values, np.float64)
    for axis in (0, 1):
        count = made.shape[axis]
        places = np.clip((np.arange(count * FINER) + 0.5) / FINER - 0.5, 0, count - 1)
        below = np.minimum(places.astype(int), max(0, count - 2))
        share = places - below
        lower = np.take(made, below, axis=axis)
        upper = np.take(made, np.minimum(below + 1, count - 1), axis=axis)
        share = share[:, None] if axis == 0 else share
        made = lower * (1 - share) + upper * share
    return made


def arrow_lines(tails: NDArray[np.floating], ways: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the ends ``(6 n, 2)`` of the lines that make up arrows: a shaft and two sides of a head each."""
    tails, ways = np.asarray(tails, np.float64), np.asarray(ways, np.float64)
    tips = tails + ways
    across = np.stack([-ways[:, 1], ways[:, 0]], axis=1)
    back = tips - HEAD * ways
    sides = [back + sign * HEAD * SPREAD * across for sign in (1, -1)]
    return np.stack([tails, tips, tips, sides[0], tips, sides[1]], axis=1).reshape(-1, 2)
