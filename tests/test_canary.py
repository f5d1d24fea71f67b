"""A binding that drops references to None aborts the program after seconds of painting: notice first."""

from __future__ import annotations

import sys

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot


class Painted(QWidget):
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        for x in range(50):
            painter.drawLine(x, 0, x, 40)
        painter.end()


def test_painting_takes_no_references_from_none(qtbot: QtBot) -> None:
    widget = Painted()
    qtbot.addWidget(widget)
    widget.resize(80, 60)
    widget.show()
    widget.grab()
    before = sys.getrefcount(None)
    for _repaint in range(40):
        widget.grab()
    assert sys.getrefcount(None) >= before - 100
