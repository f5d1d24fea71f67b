"""Very many long curves in one picture: every pixel is painted once, in the colour of the curve that lies on top.

In every column of pixels a curve is a stroke from its least to its greatest value. Strokes of hundreds of curves cover each
other nearly everywhere, so what is seen of them is found out by numbers and not by painting one over the other.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import (
    QColor,
    QImage,
    QPaintEngine,
    QPainter,
    QPen,
    QTransform,
)

from widgets.plots.course import join
from widgets.plots.crowd import NOBODY, Sheaf
from widgets.plots.limits import Trace
from widgets.plots.line import NOWHERE, Range
from widgets.plots.pixels import Floats
from widgets.plots.topmost import Rows, topmost

DASH, GAP = 5, 3  # columns


class Strips(pg.GraphicsObject):  # type: ignore[misc]  # pyqtgraph has no types
    """Paints a sheaf of curves.

    It tells nobody what it covers: that is done by an :class:`~widgets.plots.line.Extent`.

    Attributes:
        reach: From where to where the curves reach, across and upwards.
    """

    def __init__(self) -> None:
        super().__init__()
        self.reach: tuple[Range, Range] = (NOWHERE, NOWHERE)
        self._sheaf = NOBODY
        self._gaps: NDArray[np.bool_] | None = None
        self._known: tuple[object, QImage] | None = None

    @property
    def shown(self) -> int:
        """How many curves there are."""
        return len(self._sheaf.colors)

    def draw(self, sheaf: Sheaf) -> None:
        """Show these curves instead of those before."""
        if not sheaf.colors and not self.shown:
            return
        self._sheaf, self._known = sheaf, None
        join(sheaf.low, sheaf.high)
        gaps = np.isnan(sheaf.low)
        self._gaps = gaps if gaps.any() else None
        self.reach = _reach(sheaf, self._gaps)
        self.prepareGeometryChange()
        self.update()

    def traces(self) -> Iterator[Trace]:
        """Yield the curves as they are drawn."""
        edges = self._sheaf.columns.edges
        middles = (edges[1:] + edges[:-1]) / 2
        for place, color in enumerate(self._sheaf.colors):
            low, high = self._sheaf.low[place], self._sheaf.high[place]
            yield Trace((id(self), place), color, middles, low, high)

    def boundingRect(self) -> QRectF:
        """Return what it covers."""
        (left, right), (low, high) = self.reach
        if left is None or right is None or low is None or high is None:
            return QRectF()
        return QRectF(left, low, right - left, high - low)

    def paint(self, painter: QPainter, *_how: object) -> None:
        """Paint all curves; as lines where what is painted is a drawing and no picture."""
        if self.reach[0] == NOWHERE:
            return
        if painter.paintEngine().type() != QPaintEngine.Type.Raster:
            self._trace(painter)
            return
        place, fine = painter.worldTransform(), painter.device().devicePixelRatioF()
        low, high = (
            fine * (place.m22() * end + place.dy()) for end in self.getViewBox().viewRange()[1]
        )
        top, height = int(np.floor(min(low, high))), int(abs(high - low)) + 2
        key = place.m22(), place.dy(), fine, top, height
        if self._known is None or self._known[0] != key:
            image = self._picture(fine * place.m22(), fine * place.dy() - top, height)
            self._known = key, image
        image = self._known[1]
        edges = self._sheaf.columns.edges
        left, right = (place.m11() * edge + place.dx() for edge in edges[[0, -1]])
        width = image.width() / fine
        if abs(right - left - width) < 1:  # a column is a pixel
            left, right = round(left * fine) / fine, round(left * fine) / fine + width
        painter.save()
        painter.setWorldTransform(QTransform())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(QRectF(left, top / fine, right - left, height / fine), image)
        painter.restore()

    def _picture(self, scale: float, offset: float, height: int) -> QImage:
        """Return all curves, a pixel wide for each column."""
        low, high = self._sheaf.low, self._sheaf.high
        if scale > 0:
            low, high = high, low
        start, end = _rows(high, scale, offset, height), _rows(low, scale, offset + 1, height)
        hidden = self._hidden()
        if hidden is not None:
            start[hidden] = end[hidden] = 0
        colors = np.array([0, *map(_premultiplied, self._sheaf.colors)], np.uint32)
        pixels = np.take(colors, topmost(start, end, height))
        width = pixels.shape[1]
        format_ = QImage.Format.Format_ARGB32_Premultiplied
        return QImage(pixels.data, width, height, 4 * width, format_).copy()

    def _hidden(self) -> NDArray[np.bool_] | None:
        """Where curves are not drawn, for gaps and dashes; None if everywhere."""
        if not any(self._sheaf.dashed):
            return self._gaps
        columns = self._sheaf.columns
        between = (columns.start + np.arange(columns.cells)) % (DASH + GAP) >= DASH
        hidden: NDArray[np.bool_] = np.array(self._sheaf.dashed)[:, None] & between
        return hidden if self._gaps is None else hidden | self._gaps

    def _trace(self, painter: QPainter) -> None:
        """Draw every curve as a line."""
        edges = self._sheaf.columns.edges
        middles = (edges[1:] + edges[:-1]) / 2
        for row, color in enumerate(self._sheaf.colors):
            pen = QPen(color, 0)
            if self._sheaf.dashed[row]:
                pen.setDashPattern([DASH, GAP])
            painter.setPen(pen)
            low, high = self._sheaf.low[row], self._sheaf.high[row]
            there = np.flatnonzero(~np.isnan(low))
            for run in np.split(there, np.flatnonzero(np.diff(there) > 1) + 1):
                x = np.repeat(middles[run], 2)
                y = np.stack([low[run], high[run]], axis=1).reshape(-1)
                painter.drawPolyline(pg.functions.arrayToQPolygonF(x, y))


def _rows(values: Floats, scale: float, offset: float, height: int) -> Rows:
    """In which rows of pixels values lie; those outside at the edges."""
    rows = values * scale
    rows += offset
    with np.errstate(invalid="ignore"):  # gaps, which are looked after elsewhere
        return np.clip(rows, 0, height, out=rows).astype(np.int16)


def _premultiplied(color: QColor) -> int:
    """A colour as pictures hold it."""
    parts = (round(part * color.alphaF()) for part in (color.red(), color.green(), color.blue()))
    return int.from_bytes(bytes((color.alpha(), *parts)), "big")


def _reach(sheaf: Sheaf, gaps: NDArray[np.bool_] | None) -> tuple[Range, Range]:
    """From where to where curves reach."""
    if not sheaf.colors or (gaps is not None and gaps.all()):
        return NOWHERE, NOWHERE
    edges = sheaf.columns.edges
    if gaps is None:
        across, least, most = edges[[0, -1]], sheaf.low.min(), sheaf.high.max()
    else:
        there = np.flatnonzero(~gaps.all(axis=0))
        across, least, most = (
            edges[[there[0], there[-1] + 1]],
            np.nanmin(sheaf.low),
            np.nanmax(sheaf.high),
        )
    return (float(across[0]), float(across[1])), (float(least), float(most))
