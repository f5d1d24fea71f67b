"""Lines of tables: numbers as numbers, those without a value last both ways."""

from __future__ import annotations

import math

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTableWidget, QTableWidgetItem
from pytestqt.qtbot import QtBot

from widgets.ordering import is_less

KEY = Qt.ItemDataRole.UserRole
VALUES = (2.0, None, 10.0, math.nan, 1.0, "a word", None)


class _Line(QTableWidgetItem):
    def __lt__(self, other: QTableWidgetItem) -> bool:
        order = self.tableWidget().horizontalHeader().sortIndicatorOrder()
        return is_less(self.data(KEY), other.data(KEY), order)


@pytest.mark.parametrize(
    ("order", "values"),
    [
        (Qt.SortOrder.AscendingOrder, [1.0, 2.0, 10.0, "a word"]),
        (Qt.SortOrder.DescendingOrder, ["a word", 10.0, 2.0, 1.0]),
    ],
)
def test_lines_without_a_value_come_last_both_ways(
    qtbot: QtBot, order: Qt.SortOrder, values: list[object]
) -> None:
    table = QTableWidget(len(VALUES), 1)
    qtbot.addWidget(table)
    for row, value in enumerate(VALUES):
        line = _Line()
        line.setData(KEY, value)
        table.setItem(row, 0, line)
    table.setSortingEnabled(True)
    table.horizontalHeader().setSortIndicator(0, order)
    found = [table.item(row, 0).data(KEY) for row in range(len(VALUES))]  # type: ignore[union-attr]
    assert found[:4] == values
    assert all(one is None or math.isnan(one) for one in found[4:])


@pytest.mark.parametrize("order", [Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder])
def test_of_two_without_a_value_none_comes_first(order: Qt.SortOrder) -> None:
    assert not is_less(None, None, order)
    assert not is_less(None, math.nan, order)
    assert not is_less(math.nan, None, order)
