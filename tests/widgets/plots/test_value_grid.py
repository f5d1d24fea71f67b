"""A matrix of values alone."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from widgets.plots.value_grid import ValueGrid


def test_values_are_said_in_words_of_their_own(qtbot: QtBot) -> None:
    grid = ValueGrid("Grid")
    qtbot.addWidget(grid)
    grid.resize(400, 300)
    grid.show()
    for words, said in (({}, "row · column: 7.0000"), ({"words": str}, "row · column: 7.0")):
        grid.set_values(np.array([[7.0]]), ["row"], ["column"], limits=(0.0, 8.0), **words)  # type: ignore[arg-type]
        there = grid.area().center()
        QApplication.sendEvent(
            grid, QHelpEvent(QEvent.Type.ToolTip, there, grid.mapToGlobal(there))
        )
        qtbot.waitUntil(lambda said=said: QToolTip.text() == said)  # type: ignore[misc]
