"""Lines through points that cost little to change and to paint, so that there can be hundreds."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from widgets.plots.pixels import Floats

Range = tuple[float, float] | tuple[None, None]
NOWHERE: Range = (None, None)
DOT = 5.0  # pixels


class Line(pg.PlotCurveItem):  # type: ignore[misc]  # pyqtgraph has no types
    """A curve whose reach is found out once, when it is changed.

    It tells nobody what it covers: an :class:`Extent` does so for all lines of a plot together.
    """

    def __init__(self) -> None:
        self.reach: tuple[Range, Range] = (NOWHERE, NOWHERE)
        self._whole, self._polygon = False, QPolygonF()
        self._points: Floats = np.empty((0, 2))
        super().__init__()

    def draw(self, x: Floats, y: Floats) -> None:
        """Go through points ``(n,)``; where one is not finite there is a gap."""
        self.xData, self.yData, self.path = x, y, None
        self.opts["connect"] = "finite"
        self.reach, self._whole = _reach(x, y)
        if self._whole:
            self._fill(x, y)
        self.prepareGeometryChange()
        self.update()

    def _fill(self, x: Floats, y: Floats) -> None:
        if len(x) != len(self._points):
            self._polygon = pg.functions.create_qpolygonf(len(x))
            self._points = pg.functions.ndarray_from_qpolygonf(self._polygon)
        self._points[:, 0], self._points[:, 1] = x, y

    def boundingRect(self) -> QRectF:
        """Return what it covers."""
        return _rect(*self.reach)

    def paint(self, painter: QPainter, *_how: object) -> None:
        """Draw it in one go."""
        if self.xData is not None and len(self.xData):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, bool(self.opts["antialias"]))
            painter.setPen(self.opts["pen"])
            if self._is_point():
                self._paint_point(painter)
            elif self._whole:
                painter.drawPolyline(self._polygon)
            else:
                painter.drawPath(self.getPath())

    def _is_point(self) -> bool:
        """Whether there is but one point, through which no line goes."""
        return all(low is not None and low == high for low, high in self.reach)

    def _paint_point(self, painter: QPainter) -> None:
        (x, _right), (y, _top) = self.reach
        pen = QPen(self.opts["pen"].color(), DOT, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        pen.setCosmetic(True)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen)
        painter.drawPoint(QPointF(x or 0.0, y or 0.0))


class Extent(pg.GraphicsObject):  # type: ignore[misc]  # pyqtgraph has no types
    """What all lines of a plot cover together; nothing is drawn of it."""

    def __init__(self) -> None:
        super().__init__()
        self.setFlag(self.GraphicsItemFlag.ItemHasNoContents)
        self._reach: tuple[Range, Range] = (NOWHERE, NOWHERE)

    def cover(self, reach: tuple[Range, Range]) -> None:
        """Cover so much, across and upwards."""
        if all(low is not None and low == high for low, high in reach):
            reach = _around(reach[0]), _around(reach[1])
        if reach != self._reach:
            self.prepareGeometryChange()
            self._reach = reach
            self.informViewBoundsChanged()

    def dataBounds(self, ax: int, **_how: object) -> Range:
        """Return from where to where the lines reach, as pyqtgraph asks for it."""
        return self._reach[ax]

    def pixelPadding(self) -> float:
        """Return by how many pixels lines are wider than their points say."""
        return 1.0

    def boundingRect(self) -> QRectF:
        """Return what the lines cover."""
        return _rect(*self._reach)

    def paint(self, *_how: object) -> None:
        """Draw nothing."""


def _reach(x: Floats, y: Floats) -> tuple[tuple[Range, Range], bool]:
    """From where to where points reach, and whether all of them are finite."""
    if not len(x):
        return (NOWHERE, NOWHERE), False
    ends = [float(end(axis)) for axis in (x, y) for end in (np.minimum.reduce, np.maximum.reduce)]
    if np.isfinite(ends).all():
        return ((ends[0], ends[1]), (ends[2], ends[3])), True
    finite = np.isfinite(x) & np.isfinite(y)
    if not finite.any():
        return (NOWHERE, NOWHERE), False
    x, y = x[finite], y[finite]
    return ((float(x.min()), float(x.max())), (float(y.min()), float(y.max()))), False


def together(reaches: Iterable[tuple[Range, Range]]) -> tuple[Range, Range]:
    """Return what some lines reach, across and upwards."""
    found = list(reaches)
    return _together(x for x, _y in found), _together(y for _x, y in found)


def _together(ranges: Iterable[Range]) -> Range:
    there = [(low, high) for low, high in ranges if low is not None and high is not None]
    if not there:
        return NOWHERE
    return min(low for low, _high in there), max(high for _low, high in there)


def _around(place: Range) -> Range:
    """Room about the one place where there is something; else it would be what another curve needed."""
    if place[0] is None:
        return NOWHERE
    room = abs(place[0]) / 2 or 1.0
    return place[0] - room, place[0] + room


def _rect(x: Range, y: Range) -> QRectF:
    if x[0] is None or x[1] is None or y[0] is None or y[1] is None:
        return QRectF()
    return QRectF(x[0], y[0], x[1] - x[0], y[1] - y[0])
