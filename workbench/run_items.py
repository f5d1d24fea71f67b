"""Lines of the table of runs: what stands in one, and which of two comes first."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QTreeWidgetItem

from widgets.ordering import is_less
from widgets.plain import plain_tip
from workbench.run_columns import Column, Row
from workbench.run_words import cells_of, headline_name

PATH = Qt.ItemDataRole.UserRole
STATE = Qt.ItemDataRole.UserRole + 1
KEY = Qt.ItemDataRole.UserRole + 2
PINNED = Qt.ItemDataRole.UserRole + 3
PLACE = Qt.ItemDataRole.UserRole + 4
RESULT = 4
HEADS = 5  # columns of every table: name, state, steps, time and result
SETTLED = "★ "


class RunItem(QTreeWidgetItem):
    """The line of a run.

    It sorts numbers as numbers, runs that are pinned above the others, rows without a value below.

    Args:
        row: What is known of the run.
        columns: What stands behind the first five columns.
        headline: The metric whose name stands above the result; empty for none.
    """

    def __init__(self, row: Row, columns: Sequence[Column], headline: str) -> None:
        summary = row.summary
        title = f"{SETTLED}{row.title}" if row.card.pinned else row.title
        super().__init__([title, *cells_of(summary, headline), *map(row.words, columns)])
        told = (row.title.casefold(), summary.state, float(summary.steps), summary.seconds)
        result = summary.metrics.get(headline_name(summary.metrics))
        for place, value in enumerate((*told, result, *map(row.value, columns))):
            self.setData(place, KEY, value)
        self.setData(0, PATH, row.path)
        self.setData(0, STATE, summary.state)
        self.setData(0, PINNED, row.card.pinned)
        self.setFlags(self.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        tip = "\n".join(part for part in (str(row.path), row.card.note, summary.message) if part)
        self.setToolTip(0, plain_tip(tip))
        self.setToolTip(RESULT, plain_tip(summary.message))

    def __lt__(self, other: QTreeWidgetItem) -> bool:
        tree = self.treeWidget()
        column, order = tree.sortColumn(), tree.header().sortIndicatorOrder()
        pins = bool(self.data(0, PINNED)), bool(other.data(0, PINNED))
        if pins[0] != pins[1]:
            return pins[0] != (order == Qt.SortOrder.DescendingOrder)
        return is_less(self.data(column, KEY), other.data(column, KEY), order)


def dot(color: QColor) -> QIcon:
    """Return what marks a run whose curves have this colour."""
    picture = QPixmap(24, 24)
    picture.setDevicePixelRatio(2)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(color)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawEllipse(2, 2, 8, 8)
    painter.end()
    return QIcon(picture)
