"""A bar behind the words of a cell."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QTableWidget, QTableWidgetItem
from pytestqt.qtbot import QtBot

from widgets.share_bar import ShareBar


@pytest.mark.parametrize(("share", "until"), [(0.0, 0.0), (0.5, 0.5), (1.0, 1.0), (7.0, 1.0)])
def test_it_is_as_long_as_the_share(qtbot: QtBot, share: float, until: float) -> None:
    table = QTableWidget(1, 1)
    qtbot.addWidget(table)
    table.setItemDelegateForColumn(0, ShareBar(table))
    table.setColumnWidth(0, 200)
    item = QTableWidgetItem("")
    item.setData(ShareBar.SHARE, share)
    table.setItem(0, 0, item)
    table.resize(260, 100)
    table.show()
    picture = table.viewport().grab().toImage()
    row = table.visualItemRect(item)
    ground = picture.pixelColor(table.viewport().width() - 2, row.center().y())
    painted = [
        x
        for x in range(row.left(), row.right())
        if picture.pixelColor(x, row.center().y()) != ground
    ]
    assert len(painted) == pytest.approx(until * (row.width() - 8), abs=4)
