"""Plots in as many columns as there is room for; in a low place only some of them, which are chosen."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from projects.translation import gettext as _
from widgets import theme
from widgets.elided_box import ElidedBox

LEAST_WIDTH, LEAST_HEIGHT = 210, 130
LOW = 180  # pixels of height below which a legend above a plot leaves too little of it
BESIDE_WIDTH = 420  # pixels of a plot with its legend beside it


@runtime_checkable
class Beside(Protocol):
    """A plot that can have its legend beside it."""

    def set_beside(self, heading: QWidget | None) -> None:
        """Have the legend beside the plot under a heading, or above it for None."""


class PlotWall(QScrollArea):
    """Shows titled plots side by side and below each other; scrolls where they would be too small.

    In a place that is too low for legends above plots, as many plots as fit side by side are shown with their legends
    beside them, and which ones is chosen in their headings.

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
        for place, cell in enumerate(self._cells):
            cell.other_wanted.connect(partial(self._swap, place))
        self._shown = [True] * len(self._cells)
        self._order = list(range(len(self._cells)))
        self._low = False
        page = QWidget()
        page.setObjectName("plotWallPage")
        self._grid = QGridLayout(page)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(theme.GAP)
        self.setWidget(page)
        self._arranged: object = None
        self._arrange()

    def set_shown(self, shown: Sequence[bool]) -> None:
        """Say which of the plots have something to show."""
        self._shown = list(shown)
        self._arrange()

    @property
    def order(self) -> list[int]:
        """In which order plots are shown in a low place: their numbers."""
        return list(self._order)

    def set_order(self, order: Sequence[int]) -> None:
        """Show them in another order there; one of other plots is none."""
        if sorted(order) == list(range(len(self._cells))):
            self._order = list(order)
            self._arrange()

    def columns(self) -> int:
        """Return how many plots stand side by side: rows are as even as they can be."""
        count = max(1, sum(self._shown))
        width = BESIDE_WIDTH if self._low else LEAST_WIDTH
        fitting = max(1, min(count, self.viewport().width() // width))
        if self._low:
            return fitting
        rows = -(-count // fitting)
        return -(-count // rows)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width may have room for another number of columns."""
        super().resizeEvent(event)
        self._arrange()

    def _is_low(self) -> bool:
        room = self.maximumViewportSize()
        able = all(isinstance(cell.plot, Beside) for cell in self._cells)
        return able and room.height() < LOW and room.width() >= BESIDE_WIDTH

    def _swap(self, here: int, entry: int) -> None:
        """Show another plot in the place of one; keys go on to choose there."""
        other = [place for place, shown in enumerate(self._shown) if shown][entry]
        focused = self._cells[here].has_keys()
        a, b = self._order.index(here), self._order.index(other)
        self._order[a], self._order[b] = other, here
        self._arrange()
        if focused:
            self._cells[other].take_keys()

    def _arrange(self) -> None:
        self._low = self._is_low()
        columns = self.columns()
        wanted = (columns, self._low, tuple(self._shown), tuple(self._order))
        if wanted == self._arranged:
            return
        self._arranged = wanted
        for cell in self._cells:
            self._grid.removeWidget(cell)
        places = self._order if self._low else range(len(self._cells))
        there = [self._cells[place] for place in places if self._shown[place]]
        titles = [c.title for c, shown in zip(self._cells, self._shown, strict=True) if shown]
        seen = there[:columns] if self._low else there
        for place, cell in enumerate(seen):
            row, column = divmod(place, columns)
            last = cell is seen[-1]
            rest = columns - column if last else 1  # the last one has the rest of its row
            self._grid.addWidget(cell, row, column, 1, rest)
        for cell in self._cells:
            cell.lie_low(titles if self._low else None)
            cell.setVisible(cell in seen)
        for column in range(self._grid.columnCount()):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)


class _Cell(QWidget):
    """A plot with its title, as high as there is room, and never lower than its legend and some plot.

    Signals:
        other_wanted(entry): Another plot is to be shown here, the one of this entry of the titles.
    """

    other_wanted = Signal(int)

    def __init__(self, title: str, plot: QWidget) -> None:
        super().__init__()
        self.title = title
        self.plot = plot
        self._choice: QComboBox | None = None
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        self._heading = QLabel(title)
        self._heading.setObjectName("plotTitle")
        column.addWidget(self._heading)
        column.addWidget(plot, 1)

    def lie_low(self, titles: Sequence[str] | None) -> None:
        """Have the legend beside the plot, and these titles to choose from; as it comes for None."""
        self._heading.setVisible(titles is None)
        if not isinstance(self.plot, Beside):
            return
        if titles is None:
            self.plot.set_beside(None)
            return
        if self._choice is None:
            self._choice = self._new_choice()
        if [self._choice.itemText(place) for place in range(self._choice.count())] != titles:
            self._choice.clear()
            self._choice.addItems(titles)
        self._choice.setCurrentText(self.title)
        self.plot.set_beside(self._choice)

    def has_keys(self) -> bool:
        """Whether the list of titles has the focus."""
        return self._choice is not None and self._choice.hasFocus()

    def take_keys(self) -> None:
        """Give the focus to the list of titles."""
        if self._choice is not None:
            self._choice.setFocus(Qt.FocusReason.OtherFocusReason)

    def _new_choice(self) -> QComboBox:
        choice = ElidedBox()
        choice.setObjectName("plotChoice")
        choice.setAccessibleName(_("Which plot is shown here"))
        choice.setToolTip(_("Which plot is shown here"))
        choice.activated.connect(self.other_wanted)
        return choice

    def minimumSizeHint(self) -> QSize:
        """As high as a legend is that wraps into more lines where it is narrow, and some plot below it."""
        least = self._column.totalMinimumSize()
        if self._heading.isHidden():
            return least
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
