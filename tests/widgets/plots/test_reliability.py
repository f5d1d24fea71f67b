"""A reliability diagram: counts below it where there is room for them, numbers that can be read."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from tests.widgets.plots.conftest import Show
from widgets.plots.reliability import LOW, ReliabilityPlot


@pytest.fixture
def diagram(show: Show) -> ReliabilityPlot:
    made: ReliabilityPlot = show(ReliabilityPlot("Reliability"), 400, 320)
    edges = np.linspace(0, 1, 11)
    counts = np.array([0, 0, 0, 0, 4, 9, 20, 31, 60, 270])
    middles = (edges[:-1] + edges[1:]) / 2
    made.set_bins(edges, counts, middles, middles, ("certainty", "right"))
    return made


def numbers(diagram: ReliabilityPlot) -> list[float]:
    axis = diagram.histogram.getAxis("left")
    low, high = axis.range
    levels = axis.tickValues(low, high, diagram.histogram.getViewBox().height())
    return [value for _spacing, values in levels for value in values]


@pytest.mark.parametrize("height", [LOW, 240, 320, 700])
def test_counts_have_a_number_of_their_own_and_none_over_another(
    diagram: ReliabilityPlot, height: int, qtbot: QtBot
) -> None:
    diagram.resize(400, height)
    qtbot.wait(20)
    assert diagram.histogram.isVisible()
    shown = numbers(diagram)
    high = diagram.histogram.getViewBox().height()
    top = diagram.histogram.getAxis("left").range[1]
    assert max(shown) > 0
    apart = (shown[1] - shown[0]) / top * high
    assert apart >= 15  # pixels: a line of small letters


def test_a_low_place_is_for_the_diagram_alone(diagram: ReliabilityPlot, qtbot: QtBot) -> None:
    diagram.resize(400, LOW - 1)
    qtbot.wait(20)
    assert diagram.histogram.isHidden()
    assert diagram.plot.height() > LOW - 10
    axis = diagram.plot.getAxis("bottom")
    assert axis.style["showValues"]
    assert axis.label.isVisible()
    diagram.resize(400, LOW)
    qtbot.wait(20)
    assert not axis.style["showValues"]
