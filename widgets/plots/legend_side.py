"""A legend beside its curves, under a heading, for places that are too low to have it above."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from widgets.plots.legend import Legend

WIDTH = 216  # pixels
LEAST_HEIGHT = 26  # of a legend that is scrolled


class LegendSide(QWidget):
    """A column: a heading, and the legend, which is scrolled where there is no room for all of it.

    Args:
        heading: What stands above.
        legend: Given back by :meth:`release`.
        parent: Qt parent.
    """

    def __init__(self, heading: QWidget, legend: Legend, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedWidth(WIDTH)
        self._heading = heading
        self._scroll = QScrollArea(self)
        self._scroll.setObjectName("legendScroll")
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setMinimumHeight(LEAST_HEIGHT)
        self._scroll.setWidget(legend)
        legend.setAutoFillBackground(False)  # what a scroll area wants would stay with it
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(heading)
        column.addWidget(self._scroll, 1)
        heading.show()

    def release(self) -> None:
        """Give heading and legend back and go."""
        self._scroll.takeWidget()
        self._heading.setParent(None)
        self.hide()
        self.deleteLater()
