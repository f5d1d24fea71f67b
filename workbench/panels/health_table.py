"""The latest figures of every layer, as a table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from projects.translation import gettext as _
from widgets import theme


class LayerRow(NamedTuple):
    """What the table says of a layer.

    Attributes:
        name: Its name.
        state: How it is doing, in words.
        well: Whether it is healthy.
        gradient: Root mean square of its gradient; NaN of a layer without weights.
        ratio: Update-to-weight ratio; the same.
    """

    name: str
    state: str
    well: bool
    gradient: float
    ratio: float


class HealthTable(QTableWidget):
    """A row for each layer."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 4, parent)
        self.setObjectName("healthTable")
        self.setAccessibleName(_("Latest health of every layer"))
        self.setHorizontalHeaderLabels([_("Layer"), _("State"), _("Gradient"), _("Update")])
        for column, tip in enumerate(_tips()):
            heading = self.horizontalHeaderItem(column)
            if heading is not None:
                heading.setToolTip(tip)
        self.setMinimumWidth(200)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(26)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setMinimumSectionSize(64)
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def show_rows(self, rows: Sequence[LayerRow]) -> None:
        """Show these, the first one at the top."""
        tokens = theme.current()
        self.setRowCount(len(rows))
        for place, row in enumerate(rows):
            figures = [
                "–" if math.isnan(figure) else f"{figure:.1e}"
                for figure in (row.gradient, row.ratio)
            ]
            shade = QColor(tokens.good if row.well else tokens.bad)
            for column, text in enumerate([row.name, row.state, *figures]):
                self._set_cell(place, column, text, shade if column == 1 else None)

    def _set_cell(self, row: int, column: int, text: str, color: QColor | None) -> None:
        item = self.item(row, column)
        if item is None:
            item = QTableWidgetItem()
            if column >= 2:
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.setItem(row, column, item)
        if item.text() != text:
            item.setText(text)
        if color is not None and item.foreground().color() != color:
            item.setForeground(color)


def _tips() -> tuple[str, ...]:
    return (
        _("Network and layer"),
        _("What gradient and update say together"),
        _("Root mean square of the layer’s gradient, ‖g‖ / √n"),
        _("Update-to-weight ratio of a step, ‖Δw‖ / ‖w‖; about 10⁻³ is healthy"),
    )
