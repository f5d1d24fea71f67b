"""What the doctor found well: in a line, and the figures behind it in a table that is opened."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QHeaderView,
    QLabel,
    QSizePolicy,
    QTableWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.clinic.base import Ailment, Look
from engine.clinic.figures import compared
from projects.translation import gettext as _
from widgets import theme
from widgets.figures_table import ROW, figures_table
from widgets.plain import plain_label, plain_tip
from widgets.plots.flow import FlowLayout
from workbench.problem_words import capital

Found = tuple[Ailment, Look]
HEAD = 28  # pixels: the headings of the table
NAME, NUMBERS, EVIDENCE = 0, (1, 2), 3
LEAST_NAME, LEAST_EVIDENCE, WANTED_EVIDENCE = 96, 140, 260  # pixels of a column
BETWEEN = 6  # pixels between what is wrapped in one row and in the next
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class DoctorFigures(QWidget):
    """Signs that are well.

    Args:
        parent: Qt parent.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._well = QWidget()
        self._signs = FlowLayout(self._well, gap=theme.PAD)
        self._more = QToolButton()
        self._more.setObjectName("doctorFiguresMore")
        self._more.setText(_("Figures"))
        self._more.setAccessibleName(_("Figures of what is well"))
        self._more.setCheckable(True)
        self._more.setArrowType(Qt.ArrowType.RightArrow)
        self._more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._more.toggled.connect(self._unfold)
        headings = (_("Looked for"), _("Figure"), _("Limit"), _("Evidence"))
        self._table = figures_table("doctorFigures", _("Figures of what is well"), headings)
        self._table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        for place in NUMBERS:
            heading = QTableWidgetItem(headings[place])
            heading.setTextAlignment(RIGHT)
            self._table.setHorizontalHeaderItem(place, heading)
        self._table.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._table.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self._well)
        column.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._table)
        self.hide()

    def show_found(self, found: Sequence[Found]) -> None:
        """Show what was seen last of these ailments, which the training does not have."""
        self.setVisible(bool(found))
        self._say(["✓ " + capital(ailment.healthy) for ailment, _look in found])
        self._table.setRowCount(len(found))
        for row, (ailment, look) in enumerate(found):
            words = capital(look.words)
            texts = (ailment.title, *compared(look.figure, look.limit), words)
            for column, text in enumerate(texts):
                self._put(row, column, text)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wrap words anew."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Wrap words in narrow columns, and be as tall as that takes; the panel scrolls, not the table."""
        table, header = self._table, self._table.horizontalHeader()
        if table.isHidden():
            return
        inside = self.width() - 2 * table.frameWidth()
        needed = [
            max(table.sizeHintForColumn(column), header.sectionSizeHint(column)) + 1
            for column in range(table.columnCount())
        ]
        left = inside - sum(needed[place] for place in NUMBERS)
        needed[NAME] = min(needed[NAME], max(LEAST_NAME, left - WANTED_EVIDENCE))
        needed[EVIDENCE] = max(LEAST_EVIDENCE, left - needed[NAME])
        for column, width in enumerate(needed):
            table.setColumnWidth(column, width)
        for row in range(table.rowCount()):
            table.setRowHeight(row, max(ROW, table.sizeHintForRow(row) + BETWEEN))
        bar = table.horizontalScrollBar().sizeHint().height() if sum(needed) > inside else 0
        head = max(HEAD, header.sizeHint().height())
        rows = table.verticalHeader().length()
        table.setFixedHeight(head + rows + bar + 2 * table.frameWidth() + 2)

    def _say(self, signs: Sequence[str]) -> None:
        shown = self._well.findChildren(QLabel)
        for _missing in signs[len(shown) :]:
            label = plain_label(role="hint", name="doctorWell")
            label.setWordWrap(False)
            self._signs.addWidget(label)
            shown.append(label)
        for place, label in enumerate(shown):
            there = place < len(signs)
            if there and label.text() != signs[place]:
                label.setText(signs[place])
            label.setVisible(there)

    def _put(self, row: int, column: int, text: str) -> None:
        item = self._table.item(row, column)
        if item is None:
            item = QTableWidgetItem()
            self._table.setItem(row, column, item)
            if column in NUMBERS:
                item.setTextAlignment(RIGHT)
        if item.text() != text:
            item.setText(text)
            item.setToolTip(plain_tip(text) if column == EVIDENCE else "")

    def _unfold(self, on: bool) -> None:
        self._table.setVisible(on)
        self._fit()
        self._more.setArrowType(Qt.ArrowType.DownArrow if on else Qt.ArrowType.RightArrow)
