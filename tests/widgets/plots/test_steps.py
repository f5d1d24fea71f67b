"""Curves over the steps of a sequence."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from tests.widgets.plots.conftest import Show, move
from widgets.plots.steps import StepCurve, StepsPlot


def readouts(plot: StepsPlot) -> list[str]:
    """What is said under the pointer."""
    found = (item for item in plot.plot.scene().items() if isinstance(item, pg.TextItem))
    return [item.toPlainText() for item in found if item.isVisible()]


def test_the_pointer_reads_the_values_of_the_curves_that_are_shown(
    qtbot: QtBot, show: Show
) -> None:
    plot = show(StepsPlot("Gates over the sequence"), 500, 200)
    color = QColor("red")
    plot.set_curves([StepCurve("before", np.zeros(4), color)], list("abcd"))
    curves = [StepCurve("keeps", np.arange(4) / 4, color), StepCurve("writes", np.ones(4), color)]
    plot.set_curves(curves, ["a", "b", "c", "d"])
    assert len(plot.plot.listDataItems()) == 2
    assert readouts(plot) == []
    scene = plot.plot.getViewBox().mapViewToScene(QPointF(2.0, 0.5))
    move(plot.plot.viewport(), plot.plot.mapFromScene(scene))
    qtbot.waitUntil(lambda: readouts(plot) == ["c\nkeeps 0.5\nwrites 1"])
