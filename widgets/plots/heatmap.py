"""A matrix as colours: rows by name, columns by step."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QBrush
from PySide6.QtWidgets import QGraphicsRectItem, QVBoxLayout, QWidget

from projects.translation import gettext as _
from widgets import theme
from widgets.plots.axis import StepAxis
from widgets.plots.card import Card
from widgets.plots.frame import bare_plot, color_frame
from widgets.plots.readout import number

MOST_COLUMNS = 800


class Heatmap(QWidget):
    """Rows × steps as colours, with a scale that a few odd values cannot spoil.

    Args:
        title: What the colours mean; also the accessible name.
        parent: Qt parent.

    Signals:
        row_chosen(index): A row was clicked.
        cell_chosen(row, column): A cell was clicked; columns are those that were given.
    """

    row_chosen = Signal(int)
    cell_chosen = Signal(int, int)

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("heatmap")
        self.setAccessibleName(title)
        self._names: list[str] = []
        self._values = np.zeros((0, 0))
        self._powers = False
        self._steps: NDArray[np.float64] = np.zeros(0)
        self._edges = _edges_of(self._steps)
        self._colors: NDArray[np.uint8] = np.zeros((256, 4), np.uint8)
        self.plot = bare_plot(title, bottom=StepAxis())
        self.plot.setMouseEnabled(x=False, y=False)
        self.plot.setLabel("bottom", _("step"))
        self.plot.invertY(True)
        self.plot.getViewBox().setDefaultPadding(0.0)
        self.plot.getViewBox().sigResized.connect(self._name_rows)
        self._blank = QGraphicsRectItem()  # seen where there is no colour
        self._blank.setPen(Qt.PenStyle.NoPen)
        self.plot.addItem(self._blank, ignoreBounds=True)
        self._image = pg.ImageItem(axisOrder="row-major")
        self.plot.addItem(self._image)
        self._mark = pg.PlotCurveItem()
        self._mark.setZValue(40)
        self.plot.addItem(self._mark, ignoreBounds=True)
        self._card = Card(self.plot)
        self.plot.viewport().installEventFilter(self)
        self.plot.scene().sigMouseMoved.connect(self._hover)
        self.plot.scene().sigMouseClicked.connect(self._click)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.plot)
        self.retheme()

    def set_values(
        self,
        names: Sequence[str],
        steps: NDArray[np.generic],
        values: NDArray[np.generic],
        low: float,
        high: float,
        powers: bool = False,
    ) -> None:
        """Show a matrix.

        Args:
            names: Rows, first at the top.
            steps: Rising steps ``(columns,)``; a column reaches half of the way to those beside it.
            values: ``(rows, columns)``; what is no number is hatched, the endless ones have the last colours.
            low: Value of the first colour.
            high: Value of the last colour.
            powers: Whether values are powers of ten, to be read off as numbers.
        """
        self._powers = powers
        self._values = np.asarray(values, np.float64)
        self._steps = np.asarray(steps, np.float64)
        self._edges = _edges_of(self._steps)
        first, end = float(self._edges[0]), float(self._edges[-1])
        area = QRectF(first, 0, end - first, len(names) if self._values.size else 0)
        self._blank.setRect(area)
        if self._values.size:
            self._image.setImage(self._painted(low, high), autoLevels=False)
            self._image.setRect(area)
        else:
            self._image.clear()
        self.plot.setXRange(first, end, padding=0)
        self.plot.setYRange(0, max(len(names), 1), padding=0)
        if list(names) != self._names:
            self._names = list(names)
            self._name_rows()

    def mark(self, row: int | None, column: int = 0) -> None:
        """Frame a cell, or none."""
        if row is None or not (row < len(self._values) and column < len(self._steps)):
            self._mark.setData([], [])
            return
        left, right = self._edges[column : column + 2]
        self._mark.setData([left, right, right, left, left], [row, row, row + 1, row + 1, row])

    def set_colors(self, colors: Sequence[str]) -> None:
        """Set the colours from low to high; those between are mixed."""
        stops = np.linspace(0, 1, len(colors))
        table = pg.ColorMap(stops, [pg.mkColor(color) for color in colors])
        self._colors = table.getLookupTable(nPts=256, alpha=True).astype(np.uint8)

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        color_frame(self.plot)
        tokens = theme.current()
        self._card.retheme()
        self._blank.setBrush(QBrush(tokens.color("border"), Qt.BrushStyle.BDiagPattern))
        self._mark.setPen(pg.mkPen(tokens.color("text"), width=2))

    def _painted(self, low: float, high: float) -> NDArray[np.uint8]:
        with np.errstate(invalid="ignore"):
            unit = (self._values - low) / max(high - low, 1e-12)
        blank = np.isnan(unit)
        index = np.clip(np.where(blank, 0, unit) * 255, 0, 255).astype(np.uint8)
        picture = self._colors[index]
        picture[blank] = 0
        return np.take(picture, self._columns(), axis=1)  # made anew: Qt needs a row's true length

    def _columns(self) -> NDArray[np.intp]:
        """Which column is seen at each of many equal steps: columns may be of any width, pixels are not."""
        edges = self._edges
        first, length = edges[0], edges[-1] - edges[0]
        narrowest = float(np.diff(edges).min())
        count = int(np.clip(round(length / max(narrowest, 1e-9)), 1, MOST_COLUMNS))
        grid = first + (np.arange(count) + 0.5) * length / count
        found = self._column_at(grid)
        found[-1] = len(self._steps) - 1  # the newest is always seen
        return found

    def _column_at(self, steps: NDArray[np.float64]) -> NDArray[np.intp]:
        return np.searchsorted(self._edges[1:-1], steps, side="right")

    def _name_rows(self, *_box: object) -> None:
        """Name as many rows as there is room for."""
        room = self.plot.getViewBox().height() or float(self.height())
        apart = math.ceil(self.fontMetrics().height() * len(self._names) / max(room, 1.0))
        named = range(0, len(self._names), max(1, apart))
        ticks = [(row + 0.5, self._names[row]) for row in named]
        axis = self.plot.getAxis("left")
        axis.setTicks([ticks])
        widest = max((self.fontMetrics().horizontalAdvance(n) for n in self._names), default=0)
        axis.setWidth(min(widest, 160) + 14)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Say nothing any more when the pointer leaves."""
        if event.type() == QEvent.Type.Leave:
            self._card.let_go()
        return False

    def _hover(self, position: QPointF) -> None:
        found = self._at(position)
        if found is None:
            self._card.let_go()
            return
        row, column = found
        value = float(self._values[row, column])
        read = 10.0**value if self._powers else value
        said = number(read) if math.isfinite(read) else "∞" if read > 0 else "–"
        words = f"{html.escape(self._names[row])}<br>{_('step')} {self._steps[column]:,.0f}: {said}"
        self._card.tell(words, self.plot.getViewBox().mapSceneToView(position))

    def _click(self, event: object) -> None:
        found = self._at(event.scenePos())  # type: ignore[attr-defined]
        if found is not None:
            self.row_chosen.emit(found[0])
            self.cell_chosen.emit(*found)

    def _at(self, position: QPointF) -> tuple[int, int] | None:
        box = self.plot.getViewBox()
        if not self._values.size or not box.sceneBoundingRect().contains(position):
            return None
        point = box.mapSceneToView(position)
        row = int(point.y())
        column = int(self._column_at(np.array([point.x()]))[0])
        return (row, column) if 0 <= row < len(self._values) else None


def _edges_of(steps: NDArray[np.float64]) -> NDArray[np.float64]:
    """From where to where columns reach ``(columns + 1,)``: each to the middle between it and the next."""
    if len(steps) < 2:
        first = float(steps[0]) if len(steps) else 0.0
        return np.array([first, first + 1.0])
    middles = (steps[1:] + steps[:-1]) / 2
    return np.concatenate([steps[:1], middles, steps[-1:]])
