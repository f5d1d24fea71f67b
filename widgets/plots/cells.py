"""A matrix as colours whose rows and columns have names: units over steps, steps that look at steps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Signal
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from projects.figures import Read
from widgets.plots.frame import bare_plot, color_frame, color_readout, hidden_readout

WIDEST = 110  # pixels of a row's name
LINE, BETWEEN = 15, 10  # pixels of a line of names, and between two names beside each other


class CellMap(QWidget):
    """Colours for values, with names along both sides and the value under the pointer.

    Args:
        title: What the colours mean; also the accessible name.
        parent: Qt parent.

    Signals:
        chosen(row, column): A cell was clicked.
    """

    chosen = Signal(int, int)

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("cellMap")
        self.setAccessibleName(title)
        self._values = np.zeros((0, 0))
        self._rows: list[str] = []
        self._columns: list[str] = []
        self._left = 0
        self.plot = bare_plot(title)
        self.plot.setMouseEnabled(x=False, y=False)
        self.plot.invertY(True)
        self.plot.getViewBox().setDefaultPadding(0.0)
        self._image = pg.ImageItem()
        self.plot.addItem(self._image)
        self._readout = hidden_readout(self.plot)
        self.plot.scene().sigMouseMoved.connect(self._hover)
        self.plot.scene().sigMouseClicked.connect(self._click)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.plot)
        self.retheme()

    def set_cells(
        self,
        values: NDArray[np.floating],
        rows: Sequence[str],
        columns: Sequence[str],
        scale: tuple[float, float],
        colors: Sequence[QColor],
    ) -> None:
        """Show a matrix.

        Args:
            values: ``(rows, columns)``; what is not finite is left blank.
            rows: Names, the first at the top; one empty name for none.
            columns: Names, the first at the left.
            scale: Values of the first and the last colour.
            colors: From low to high; those between are mixed.
        """
        self._values = np.asarray(values, np.float64)
        self._rows, self._columns = list(rows), list(columns)
        height, width = self._values.shape
        if self._values.size:
            self._image.setImage(_painted(self._values, scale, colors), autoLevels=False)
            self._image.setRect(QRectF(0, 0, width, height))
        else:
            self._image.clear()
        self.plot.setXRange(0, max(width, 1), padding=0)
        self.plot.setYRange(0, max(height, 1), padding=0)
        self._name()

    def set_left(self, width: int) -> None:
        """Give the left axis a width, so that maps and plots below each other line up; names are left out."""
        self._left = width
        self._name()

    def set_axes(self, bottom: str, left: str) -> None:
        """Say what goes along the bottom and down the left side; empty for nothing."""
        for side, words in (("bottom", bottom), ("left", left)):
            self.plot.setLabel(side, words)
            self.plot.getAxis(side).showLabel(bool(words))

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        color_frame(self.plot)
        color_readout(self._readout)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another size has room for other names."""
        super().resizeEvent(event)
        self._name()

    def _name(self) -> None:
        """Write as many names as there is room for."""
        metrics = self.fontMetrics()
        short = [
            metrics.elidedText(n, pg.QtCore.Qt.TextElideMode.ElideRight, WIDEST) for n in self._rows
        ]
        left = self.plot.getAxis("left")
        widest = max((metrics.horizontalAdvance(name) for name in short), default=0)
        left.setWidth(self._left or widest + 18 + (16 if left.labelText else 0))
        room = max(1, self.height() - 40)
        down = max(1, -(-LINE * len(short) // room))
        named = () if self._left else range(0, len(short), down)
        left.setTicks([[(i + 0.5, short[i]) for i in named]])
        wide = max((metrics.horizontalAdvance(name) for name in self._columns), default=0)
        across = max(1, self.width() - (self._left or widest) - 30)
        every = max(1, -(-(wide + BETWEEN) * len(self._columns) // across))
        ticks = [(i + 0.5, self._columns[i]) for i in range(0, len(self._columns), every)]
        self.plot.getAxis("bottom").setTicks([ticks])

    def _hover(self, position: QPointF) -> None:
        found = self._at(position)
        self._readout.setVisible(found is not None)
        if found is None:
            return
        row, column = found
        value = float(self._values[row, column])
        names = [name for name in (self._rows[row], self._columns[column]) if name]
        self._readout.setText("\n".join([*names, f"{Read(value):.3g}"]))
        point = self.plot.getViewBox().mapSceneToView(position)
        right = column > self._values.shape[1] / 2
        low = row > self._values.shape[0] / 2
        self._readout.setAnchor((1.05 if right else -0.05, 1 if low else 0))
        self._readout.setPos(point)

    def _click(self, event: object) -> None:
        found = self._at(event.scenePos())  # type: ignore[attr-defined]
        if found is not None:
            self.chosen.emit(*found)

    def _at(self, position: QPointF) -> tuple[int, int] | None:
        box = self.plot.getViewBox()
        if not self._values.size or not box.sceneBoundingRect().contains(position):
            return None
        point = box.mapSceneToView(position)
        row, column = int(point.y()), int(point.x())
        inside = 0 <= row < len(self._rows) and 0 <= column < len(self._columns)
        return (row, column) if inside else None


def _painted(
    values: NDArray[np.float64], scale: tuple[float, float], colors: Sequence[QColor]
) -> NDArray[np.uint8]:
    """Colours ``(columns, rows, 4)`` of values ``(rows, columns)``."""
    low, high = scale
    stops = np.linspace(0, 1, len(colors))
    table = pg.ColorMap(stops, list(colors)).getLookupTable(nPts=256, alpha=True).astype(np.uint8)
    with np.errstate(invalid="ignore"):
        unit = (values - low) / max(high - low, 1e-12)
    blank = ~np.isfinite(unit)
    picture = table[np.clip(np.where(blank, 0, unit) * 255, 0, 255).astype(np.uint8)]
    picture[blank] = 0
    return np.ascontiguousarray(picture.transpose(1, 0, 2))
