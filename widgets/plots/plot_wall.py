"""Plots in as many columns as there is room for."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from widgets import theme

LEAST_WIDTH, LEAST_HEIGHT = 210, 130


class PlotWall(QScrollArea):
    """Shows titled plots side by side and below each other; scrolls where they would be too small.

    Args:
        plots: Title and plot of each.
        parent: Qt parent.
    """

    def __init__(self, plots: Sequence[tuple[str, QWidget]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("plotWall")
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._cells = [_Cell(title, plot) for title, plot in plots]
        self._shown = [True] * len(self._cells)
        page = QWidget()
        page.setObjectName("plotWallPage")
        self._grid = QGridLayout(page)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(theme.GAP)
        self.setWidget(page)
        self._arranged: tuple[int, tuple[bool, ...]] | None = None
        self._arrange()

    def set_shown(self, shown: Sequence[bool]) -> None:
        """Say which of the plots have something to show."""
        self._shown = list(shown)
        self._arrange()

    def columns(self) -> int:
        """Return how many plots stand side by side: rows are as even as they can be."""
        count = max(1, sum(self._shown))
        fitting = max(1, min(count, self.viewport().width() // LEAST_WIDTH))
        rows = -(-count // fitting)
        return -(-count // rows)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width may have room for another number of columns."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        wanted = (self.columns(), tuple(self._shown))
        if wanted == self._arranged:
            return
        self._arranged = wanted
        for cell in self._cells:
            self._grid.removeWidget(cell)
        there = [cell for cell, shown in zip(self._cells, self._shown, strict=True) if shown]
        for place, cell in enumerate(there):
            row, column = divmod(place, wanted[0])
            rest = (
                wanted[0] - column if cell is there[-1] else 1
            )  # the last one has the rest of its row
            self._grid.addWidget(cell, row, column, 1, rest)
        for cell, shown in zip(self._cells, self._shown, strict=True):
            cell.setVisible(shown)
        for column in range(self._grid.columnCount()):
            self._grid.setColumnStretch(column, 1 if column < wanted[0] else 0)


class _Cell(QWidget):
    """A plot with its title, as high as there is room, and never lower than its legend and some plot."""

    def __init__(self, title: str, plot: QWidget) -> None:
        super().__init__()
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        heading = QLabel(title)
        heading.setObjectName("plotTitle")
        column.addWidget(heading)
        column.addWidget(plot, 1)

    def minimumSizeHint(self) -> QSize:
        """As high as a legend is that wraps into more lines where it is narrow, and some plot below it."""
        least = self._column.totalMinimumSize()
        wanted = self._column.minimumHeightForWidth(self.width())
        return QSize(least.width(), max(LEAST_HEIGHT, wanted))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width may need another height."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def hasHeightForWidth(self) -> bool:
        """No: a legend that wraps would make the scroll area give every plot the height it likes best."""
        return False
